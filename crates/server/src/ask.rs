//! What is asked for: filters and pages, from the query of an address (sections 3.4 and
//! 3.5). What cannot be understood is refused, so that nobody gets more than they think.

use crate::config::Limits;
use crate::refusal::Refusal;
use axum::extract::Query;
use axum::http::Uri;
use stix::{Id, Timestamp};
use store::{Look, VersionMatch};

/// Values of one filter. A consumer looks objects up by the hundred, and each type makes a
/// query of its own.
const VALUES_MAX: usize = 500;
const TYPES_MAX: usize = 50;

/// Filters that an address understands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filters {
    /// Objects and manifests: all of them.
    All,
    /// One object: which of its versions, by which specification.
    Versions,
    /// The versions of an object: by which specification.
    Specification,
}

/// Reads the query of an address.
pub(crate) fn look(uri: &Uri, filters: Filters, limits: &Limits) -> Result<Look, Refusal> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(Refusal::malformed)?.0;
    let mut look = Look { limit: limits.page_default.min(limits.page_max), ..Look::default() };
    for (name, value) in pairs {
        match &name[..] {
            "added_after" => look.added_after = Some(time("added_after", &value)?),
            "limit" => look.limit = limit(&value)?.min(limits.page_max),
            "next" => {
                let unknown = |_| Refusal::malformed("next is not what was given as next");
                look.cursor = Some(value.parse().map_err(unknown)?);
            }
            "match[id]" if filters == Filters::All => {
                let id = |value: &str| value.parse::<Id>().map(|id| id.to_string()).ok();
                look.ids.extend(values(&name, &value, id)?);
            }
            "match[type]" if filters == Filters::All => {
                let type_name =
                    |value: &str| stix::id::is_type_name(value).then(|| value.to_owned());
                look.types.extend(values(&name, &value, type_name)?);
            }
            "match[version]" if filters != Filters::Specification => {
                look.versions.extend(values(&name, &value, version)?);
            }
            "match[spec_version]" => {
                look.spec_versions.extend(values(&name, &value, spec_version)?);
            }
            _ if name.starts_with("match[") => {
                return Err(Refusal::malformed(format!("{name} is no filter here")));
            }
            _ => {}
        }
    }
    check(&mut look)?;
    Ok(look)
}

fn check(look: &mut Look) -> Result<(), Refusal> {
    if look.versions.len() > 1 && look.versions.contains(&VersionMatch::All) {
        return Err(Refusal::malformed("match[version]: all stands alone"));
    }
    look.types.sort_unstable();
    look.types.dedup();
    if look.types.len() > TYPES_MAX {
        return Err(Refusal::malformed(format!("match[type]: at most {TYPES_MAX} at once")));
    }
    if look.ids.len() > VALUES_MAX || look.versions.len() > VALUES_MAX {
        return Err(Refusal::malformed(format!("a filter has at most {VALUES_MAX} values")));
    }
    Ok(())
}

fn values<T>(name: &str, list: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Refusal> {
    let read = |value: &str| {
        let value = value.trim();
        read(value).ok_or_else(|| Refusal::malformed(format!("{name}: {value:?} cannot be one")))
    };
    list.split(',').map(read).collect()
}

fn time(name: &str, value: &str) -> Result<Timestamp, Refusal> {
    value.parse().map_err(|e| Refusal::malformed(format!("{name}: {e}")))
}

fn limit(value: &str) -> Result<u32, Refusal> {
    let number = value.parse::<u64>().ok().filter(|number| *number > 0);
    let number = number.ok_or_else(|| Refusal::malformed("limit is a number above 0"))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

fn version(value: &str) -> Option<VersionMatch> {
    match value {
        "first" => Some(VersionMatch::First),
        "last" => Some(VersionMatch::Last),
        "all" => Some(VersionMatch::All),
        time => time.parse().ok().map(VersionMatch::At),
    }
}

fn spec_version(value: &str) -> Option<String> {
    let (major, minor) = value.split_once('.')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(major) && is_number(minor)).then(|| value.to_owned())
}
