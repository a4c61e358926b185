//! An input as it is told to another machine, which has to find it there.

use super::{At, Input};
use anyhow::{Context, bail};
use dragnet::lake::Bucket;
use serde::{Deserialize, Serialize};
use std::path::{self, PathBuf};

/// An input, told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    name: String,
    place: Place,
    bytes: u64,
    /// In hex; empty where nobody said it.
    sha256: String,
}

/// Where it is, for whoever sees what we see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Place {
    Path(PathBuf),
    Url(String),
}

impl Input {
    /// Tells where it is; what was copied to this machine is nowhere else.
    pub(crate) fn tell(&self) -> anyhow::Result<Sent> {
        if self.spooled.is_some() {
            bail!(
                "{} was read once, and only here: keep it in a lake that all machines see \
                 (dragnet ingest), or scan without --cluster",
                self.name
            );
        }
        let place = match &self.at {
            At::Path(path) => Place::Path(
                path::absolute(path).with_context(|| format!("cannot find {}", self.name))?,
            ),
            At::Object(bucket, _) => Place::Url(bucket.name("")),
        };
        let sha256 = self.known.as_ref().map(|(_, sha256)| sha256.clone()).unwrap_or_default();
        Ok(Sent { name: self.name.clone(), place, bytes: self.bytes(), sha256 })
    }

    /// Finds what was told.
    pub(crate) fn found(sent: Sent) -> anyhow::Result<Self> {
        let Sent { name, place, bytes, sha256 } = sent;
        let (shown, at) = match place {
            Place::Path(path) => (path.display().to_string(), At::Path(path)),
            Place::Url(url) => {
                let bucket = Bucket::open(&url)?;
                (url, At::Object(bucket, bytes))
            }
        };
        let found = match &at {
            At::Path(path) => std::fs::metadata(path).ok().map(|meta| meta.len()),
            At::Object(bucket, _) => bucket.size("")?,
        };
        match found {
            Some(found) if found == bytes => {
                Ok(Self { name, at, spooled: None, known: Some((bytes, sha256)) })
            }
            Some(found) => bail!(
                "{shown} has {found} bytes here and {bytes} where the scan was started: \
                 executors have to see the same files"
            ),
            None => bail!(
                "{shown} is not here: executors have to see the same paths, or the lake has to \
                 be in a store (s3://…)"
            ),
        }
    }
}
