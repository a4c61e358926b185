//! A user's MaxMind DB: opened from bytes, walked once, asked per address.

use super::kind::Kind;
use super::tables::{TableError, asn_value};
use crate::Country;
use maxminddb::{PathElement, Reader};
use std::net::IpAddr;

/// The database, in memory.
pub(super) type Mmdb = Reader<Vec<u8>>;

/// Opens the database, and says how many networks it has. Counting them
/// proves that its tree can be walked to the end, yet takes a second for the
/// large ones: where the count is known already, the first useful one will do.
pub(super) fn open(bytes: Vec<u8>, kind: Kind, rows_known: u64) -> Result<(Mmdb, u64), TableError> {
    let reader = Reader::from_source(bytes).map_err(TableError::Mmdb)?;
    let (mut rows, mut useful) = (0, false);
    let networks = reader.networks(Default::default());
    for network in networks.map_err(TableError::Mmdb)? {
        let found = network.map_err(TableError::Mmdb)?;
        rows += 1;
        if !useful {
            let ip = found.network().map_err(TableError::Mmdb)?.ip();
            useful = match kind {
                Kind::Asn => asn(&reader, ip).is_some(),
                _ => country(&reader, ip).is_some(),
            };
        }
        if useful && rows_known > 0 {
            return Ok((reader, rows_known));
        }
    }
    if useful {
        return Ok((reader, rows));
    }
    Err(TableError::OtherMmdb {
        expected: match kind {
            Kind::Asn => "AS numbers",
            _ => "countries",
        },
        found: reader.metadata().database_type.clone(),
    })
}

/// The day on which the database was built.
pub(super) fn date(reader: &Mmdb) -> Option<String> {
    let built_s = i64::try_from(reader.metadata().build_epoch).ok()?;
    let built = jiff::Timestamp::from_second(built_s).ok()?;
    Some(built.strftime("%Y-%m-%d").to_string())
}

/// MaxMind and DB-IP: `autonomous_system_number`; IPinfo: `asn`, as `AS13335`.
pub(super) fn asn(reader: &Mmdb, ip: IpAddr) -> Option<u32> {
    let found = reader.lookup(ip).ok()?;
    if let Ok(Some(asn)) = found.decode_path(&[PathElement::Key("autonomous_system_number")]) {
        return Some(asn);
    }
    let text: &str = found.decode_path(&[PathElement::Key("asn")]).ok()??;
    asn_value(text)
}

/// MaxMind and DB-IP: `country.iso_code`; ip-location-db and IPinfo:
/// `country_code`. An address that is only registered somewhere has no country.
pub(super) fn country(reader: &Mmdb, ip: IpAddr) -> Option<Country> {
    let found = reader.lookup(ip).ok()?;
    let paths: [&[PathElement<'_>]; 3] = [
        &[PathElement::Key("country"), PathElement::Key("iso_code")],
        &[PathElement::Key("country_code")],
        &[PathElement::Key("country")],
    ];
    paths.iter().find_map(|path| {
        let code: Option<&str> = found.decode_path(path).ok()?;
        Country::parse(code?)
    })
}
