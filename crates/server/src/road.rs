//! Addresses: which resource a path stands for. All end in a slash, and are found without.

/// A resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Road<'p> {
    Discovery,
    Root,
    Status(&'p str),
    Collections,
    Collection(&'p str),
    Manifest(&'p str),
    Objects(&'p str),
    Object(&'p str, &'p str),
    Versions(&'p str, &'p str),
}

/// Where the API root is.
pub(crate) const ROOT: &str = "/taxii2/dragnet/";

impl<'p> Road<'p> {
    /// The resource of a path; none where there is none.
    pub(crate) fn of(path: &'p str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let steps: Vec<&str> = path.split('/').collect();
        let within = match &steps[..] {
            ["", "taxii2"] => return Some(Self::Discovery),
            ["", "taxii2", "dragnet", within @ ..] => within,
            _ => return None,
        };
        match within {
            [] => Some(Self::Root),
            ["status", id] => Some(Self::Status(id)),
            ["collections"] => Some(Self::Collections),
            ["collections", id] => Some(Self::Collection(id)),
            ["collections", id, "manifest"] => Some(Self::Manifest(id)),
            ["collections", id, "objects"] => Some(Self::Objects(id)),
            ["collections", id, "objects", object] => Some(Self::Object(id, object)),
            ["collections", id, "objects", object, "versions"] => Some(Self::Versions(id, object)),
            _ => None,
        }
    }

    /// What can be done with it.
    pub(crate) fn methods(self) -> &'static str {
        match self {
            Self::Objects(_) => "GET, POST",
            Self::Object(..) => "GET, DELETE",
            _ => "GET",
        }
    }

    /// For the log, which tells nobody's ids.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Root => "root",
            Self::Status(_) => "status",
            Self::Collections => "collections",
            Self::Collection(_) => "collection",
            Self::Manifest(_) => "manifest",
            Self::Objects(_) => "objects",
            Self::Object(..) => "object",
            Self::Versions(..) => "versions",
        }
    }
}
