//! What a mail domain is: free for everyone, disposable, a privacy relay, or
//! somebody's own. Free and relay domains are ordinary; only the disposable
//! ones exist to be thrown away.

mod lists;

use lists::{FREE, RELAY};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What kind of mail domain it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DomainClass {
    /// Anyone can have a mailbox there: gmail.com, qq.com, a provider's own.
    Free,
    /// Made to be thrown away: mailinator.com.
    Disposable,
    /// Forwards to a mailbox that the user does not want to show:
    /// privaterelay.appleid.com, duck.com. Privacy, not fraud.
    Relay,
    /// Everything else: a company's, a school's, a family's own.
    Own,
}

/// The class by the built-in lists. The domain is in lower case, as
/// [`crate::Email::domain`] gives it.
pub fn domain_class(domain: &str) -> DomainClass {
    static BUILT_IN: LazyLock<Domains> = LazyLock::new(Domains::default);
    BUILT_IN.class(domain)
}

/// How many domains are built in: (free, disposable, relay).
pub fn built_in_rows() -> (usize, usize, usize) {
    (FREE.len(), DISPOSABLE.len(), RELAY.len())
}

/// Every domain of the built-in lists: whoever has a mailbox there shares no more
/// than a provider.
pub fn known_domains() -> impl Iterator<Item = &'static str> {
    FREE.iter().chain(RELAY).copied().chain(DISPOSABLE.iter().copied())
}

/// The mailchecker crate hands its list out as a new vector each time, and
/// its own question scans it from end to end.
static DISPOSABLE: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| mailchecker::blacklist().into_iter().collect());

/// The built-in lists with the user's own on top.
#[derive(Clone, Debug, Default)]
pub struct Domains {
    free: HashSet<Box<str>>,
    disposable: HashSet<Box<str>>,
    relay: HashSet<Box<str>>,
    /// Domains that the user takes out of the built-in lists.
    never: HashSet<Box<str>>,
    without_built_in_disposable: bool,
}

impl Domains {
    /// The class of a domain in lower case. Disposable and relay services
    /// hand out subdomains as well; a free provider's name has to be exact.
    /// Most specific knowledge first: the user's lists, the short lists built
    /// in, the long disposable list.
    pub fn class(&self, domain: &str) -> DomainClass {
        if let Some(class) = self.users_own(domain) {
            return class;
        }
        if FREE.binary_search(&domain).is_ok() {
            return DomainClass::Free;
        }
        if parents(domain).any(|name| RELAY.binary_search(&name).is_ok()) {
            return DomainClass::Relay;
        }
        if self.is_disposable(domain) {
            return DomainClass::Disposable;
        }
        // The long list of free domains that `refdata fetch` brings holds
        // many disposable ones, and therefore comes last.
        if self.free.contains(domain) { DomainClass::Free } else { DomainClass::Own }
    }

    fn users_own(&self, domain: &str) -> Option<DomainClass> {
        if !self.relay.is_empty() && parents(domain).any(|name| self.relay.contains(name)) {
            return Some(DomainClass::Relay);
        }
        if !self.disposable.is_empty() && parents(domain).any(|name| self.disposable.contains(name))
        {
            return Some(DomainClass::Disposable);
        }
        None
    }

    fn is_disposable(&self, domain: &str) -> bool {
        !self.without_built_in_disposable
            && parents(domain).any(|name| DISPOSABLE.contains(name) && !self.never.contains(name))
    }

    /// Takes a line of a user's file: a domain, `!domain` to take one out of
    /// the built-in disposable list, `!*` to do without that list.
    pub(super) fn add(&mut self, class: DomainClass, line: &str) -> Result<(), &'static str> {
        let (out, name) = match line.strip_prefix('!') {
            Some(name) => (true, name),
            None => (false, line.trim_start_matches("*.")),
        };
        if out && name == "*" {
            self.without_built_in_disposable = true;
            return Ok(());
        }
        let name = ascii_domain(name.trim_start_matches('@')).ok_or("not a domain")?;
        let set = match (out, class) {
            (true, _) => &mut self.never,
            (false, DomainClass::Free) => &mut self.free,
            (false, DomainClass::Disposable) => &mut self.disposable,
            (false, DomainClass::Relay) => &mut self.relay,
            (false, DomainClass::Own) => return Err("own domains need no list"),
        };
        set.insert(name);
        Ok(())
    }
}

fn ascii_domain(name: &str) -> Option<Box<str>> {
    let name = idna::domain_to_ascii(name).ok()?;
    let plausible = name.contains('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    plausible.then(|| name.into_boxed_str())
}

/// The domain and its parents, down to two labels.
fn parents(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |name| {
        let (_, parent) = name.split_once('.')?;
        parent.contains('.').then_some(parent)
    })
}
