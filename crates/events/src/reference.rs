//! Reference tables: what an address, a network or a mail domain is known to
//! be. Small tables of facts are built in; the large ones are the user's, come
//! in as readers, and may all be absent. Each says its date and its licence.

pub(crate) mod dialling;
pub mod domains;
mod kind;
mod mmdb;
mod networks;
mod ranges;
mod tables;

pub use domains::{DomainClass, Domains, domain_class, known_domains};
pub use kind::Kind;
pub use networks::{Network, known_network};
pub use ranges::BadLine;
pub use tables::{About, AddressFile, Missing, TableError, Tables};
