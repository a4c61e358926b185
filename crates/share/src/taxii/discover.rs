//! What a server has: its roots, and their collections.

use super::{Client, Error, Url, address, under};
use serde::{Deserialize, Serialize};

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Discovery {
    /// Its name.
    pub title: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The roots, as they were written: some servers write them without their host.
    #[serde(default)]
    pub api_roots: Vec<String>,
}

/// A root: a group of collections.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Root {
    /// Its name.
    pub title: String,
    /// How many bytes may be sent at once.
    pub max_content_length: u64,
}

/// A collection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Collection {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What is in it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether we may read it.
    #[serde(default)]
    pub can_read: bool,
    /// Whether we may add to it.
    #[serde(default)]
    pub can_write: bool,
}

#[derive(Deserialize)]
struct Collections {
    #[serde(default)]
    collections: Vec<Collection>,
}

impl Client {
    /// What the server at `url` says of itself; `url` is that of its discovery, which
    /// ends in `/taxii2/`.
    pub async fn discover(&self, url: &Url) -> Result<Discovery, Error> {
        self.fetch.read(&under(url, "")).await
    }

    /// The roots of a server, as addresses.
    pub fn roots(&self, url: &Url, discovery: &Discovery) -> Result<Vec<Url>, Error> {
        let absolute = |root: &String| match url.join(root) {
            Ok(root) => address(root.as_str()),
            Err(_) => Err(Error::Address(root.clone())),
        };
        discovery.api_roots.iter().map(absolute).collect()
    }

    /// What a root says of itself.
    pub async fn root(&self, root: &Url) -> Result<Root, Error> {
        self.fetch.read(&under(root, "")).await
    }

    /// The collections of a root that we may see.
    pub async fn collections(&self, root: &Url) -> Result<Vec<Collection>, Error> {
        let found: Collections = self.fetch.read(&under(root, "collections/")).await?;
        Ok(found.collections)
    }

    /// One collection.
    pub async fn collection(&self, url: &Url) -> Result<Collection, Error> {
        self.fetch.read(&under(url, "")).await
    }
}
