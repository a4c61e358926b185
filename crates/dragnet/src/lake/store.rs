//! Where a lake is: a folder, or a prefix of an S3-compatible store. What is
//! asynchronous ends here.

use anyhow::{Context, bail};
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Key;
use object_store::{
    Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode, PutPayload, UpdateVersion,
};
// For its TLS, which `object_store` leaves to be chosen.
use reqwest as _;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::runtime::Runtime;

/// What a remote path begins with.
const SCHEME: &str = "s3://";

/// Requests wait for the network, not for these.
const THREADS: usize = 2;

/// How deep a lake's folders go: `day=…`, and perhaps `hour=…` and a host.
const DEPTH_MAX: usize = 8;

/// Where a lake is.
#[derive(Clone, Debug)]
pub enum Store {
    /// On a disk.
    Folder(PathBuf),
    /// In an object store.
    Bucket(Bucket),
}

/// A prefix of a bucket.
#[derive(Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Key,
    url: String,
}

/// What a file was when it was read, so that another's change is not undone.
#[derive(Clone, Debug)]
pub enum Version {
    /// It was not there.
    Absent,
    /// It was this one, as far as the store tells.
    Present(Option<String>),
}

/// A file of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its path below the store's.
    pub path: String,
    /// Its size.
    pub bytes: u64,
}

/// Whether a path is one of an object store.
pub fn is_remote(typed: &Path) -> bool {
    typed.to_str().is_some_and(|text| text.starts_with(SCHEME))
}

impl Store {
    /// The store that is meant by `DIR` or `s3://bucket/prefix`.
    pub fn at(typed: &Path) -> anyhow::Result<Self> {
        match typed.to_str().filter(|text| text.starts_with(SCHEME)) {
            Some(url) => Bucket::open(url).map(Self::Bucket),
            None => Ok(Self::Folder(typed.to_owned())),
        }
    }

    /// What people call a file in it.
    pub fn name(&self, path: &str) -> String {
        match self {
            Self::Folder(folder) if path.is_empty() => folder.display().to_string(),
            Self::Folder(folder) => folder.join(path).display().to_string(),
            Self::Bucket(bucket) => bucket.name(path),
        }
    }

    /// A whole file; none where there is none.
    pub fn read(&self, path: &str) -> anyhow::Result<Option<(Vec<u8>, Version)>> {
        match self {
            Self::Folder(folder) => match fs::read(folder.join(path)) {
                Ok(bytes) => Ok(Some((bytes, Version::Present(None)))),
                Err(e) if is_absent(&e) => Ok(None),
                Err(e) => Err(e).with_context(|| format!("cannot read {}", self.name(path))),
            },
            Self::Bucket(bucket) => bucket.read(path),
        }
    }

    /// Whether there is such a file.
    pub fn exists(&self, path: &str) -> anyhow::Result<bool> {
        match self {
            Self::Folder(folder) => Ok(folder.join(path).is_file()),
            Self::Bucket(bucket) => Ok(bucket.size(path)?.is_some()),
        }
    }

    /// Puts a file in the place of another at once: before, there is the earlier
    /// one, and after it the new one, whatever happens in between. Fails where
    /// somebody else replaced it since `earlier` was read.
    pub fn replace(&self, path: &str, bytes: Vec<u8>, earlier: &Version) -> anyhow::Result<()> {
        match self {
            Self::Folder(folder) => replace(folder, path, &bytes)
                .with_context(|| format!("cannot write {}", self.name(path))),
            Self::Bucket(bucket) => bucket.replace(path, bytes, earlier),
        }
    }

    /// All files below `day=…`.
    pub(super) fn days(&self) -> anyhow::Result<Vec<Object>> {
        let mut objects = self.list("")?;
        objects.retain(|object| object.path.starts_with("day="));
        Ok(objects)
    }

    /// All files whose first folder is `folder`, or, where that is empty, is one
    /// of days.
    pub fn list(&self, folder: &str) -> anyhow::Result<Vec<Object>> {
        match self {
            Self::Folder(root) => {
                let mut objects = Vec::new();
                walk(root, folder, 0, &mut objects)
                    .with_context(|| format!("cannot list {}", self.name(folder)))?;
                Ok(objects)
            }
            Self::Bucket(bucket) => bucket.list(folder),
        }
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) -> anyhow::Result<()> {
        let cannot = || format!("cannot remove {}", self.name(path));
        match self {
            Self::Folder(folder) => match fs::remove_file(folder.join(path)) {
                Err(e) if !is_absent(&e) => Err(e).with_context(cannot),
                _ => Ok(()),
            },
            Self::Bucket(bucket) => {
                block_on(bucket.store.delete(&bucket.key(path))).with_context(cannot)
            }
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn walk(root: &Path, below: &str, depth: usize, objects: &mut Vec<Object>) -> io::Result<()> {
    let entries = match fs::read_dir(root.join(below)) {
        Err(e) if is_absent(&e) => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if depth == 0 && below.is_empty() && !name.starts_with("day=") {
            continue;
        }
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let meta = entry.metadata()?;
        if meta.is_dir() && depth < DEPTH_MAX {
            walk(root, &path, depth + 1, objects)?;
        } else if meta.is_file() {
            objects.push(Object { path, bytes: meta.len() });
        }
    }
    Ok(())
}

fn replace(folder: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    // Hidden, so that nobody's glob finds it half-written.
    let new = folder.join(format!(".{path}.new"));
    let mut file = fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, folder.join(path))?;
    sync_folder(folder)
}

/// Brings a folder's names to the disk.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

// Windows does not open folders as files; a rename there is durable enough.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.url).finish()
    }
}

impl Bucket {
    /// Opens `s3://bucket/prefix` with what the environment says (`AWS_*`).
    pub fn open(url: &str) -> anyhow::Result<Self> {
        let rest = url.strip_prefix(SCHEME).unwrap_or(url);
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            bail!("{url}: write s3://BUCKET/PREFIX");
        }
        Ok(Self {
            store: client(bucket).with_context(|| format!("cannot open {url}"))?,
            prefix: Key::parse(prefix.trim_matches('/'))
                .with_context(|| format!("{url} is not a path"))?,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// What people call an object below the prefix; the prefix itself where
    /// `path` is empty.
    pub fn name(&self, path: &str) -> String {
        if path.is_empty() { self.url.clone() } else { format!("{}/{path}", self.url) }
    }

    fn key(&self, path: &str) -> Key {
        path.split('/').filter(|part| !part.is_empty()).fold(self.prefix.clone(), Key::join)
    }

    /// The size of an object; none where there is none.
    pub fn size(&self, path: &str) -> anyhow::Result<Option<u64>> {
        match block_on(self.store.head(&self.key(path))) {
            Ok(meta) => Ok(Some(meta.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(e).with_context(|| format!("cannot read {}", self.name(path))),
        }
    }

    /// What tells that an object is not the one it was.
    pub fn tag(&self, path: &str) -> Option<String> {
        block_on(self.store.head(&self.key(path))).ok()?.e_tag
    }

    /// Stretches of an object, fetched side by side.
    pub(super) fn ranges(
        &self,
        path: &str,
        ranges: &[Range<u64>],
    ) -> io::Result<Vec<bytes::Bytes>> {
        block_on(self.store.get_ranges(&self.key(path), ranges)).map_err(io::Error::other)
    }

    /// Copies an object to `out`, piece by piece.
    pub fn copy(&self, path: &str, out: &mut impl Write) -> anyhow::Result<u64> {
        let cannot = || format!("cannot read {}", self.name(path));
        let object = block_on(self.store.get(&self.key(path))).with_context(cannot)?;
        let (mut pieces, mut copied) = (object.into_stream(), 0);
        while let Some(piece) = block_on(pieces.try_next()).with_context(cannot)? {
            out.write_all(&piece)?;
            copied += piece.len() as u64;
        }
        Ok(copied)
    }

    /// Puts an object.
    pub fn put(&self, path: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        block_on(self.store.put(&self.key(path), PutPayload::from(bytes)))
            .with_context(|| format!("cannot write {}", self.name(path)))?;
        Ok(())
    }

    /// The first bytes of an object, at most so many.
    pub fn head(&self, path: &str, bytes: u64) -> anyhow::Result<bytes::Bytes> {
        let options =
            GetOptions { range: Some(GetRange::Bounded(0..bytes)), ..GetOptions::default() };
        let got = async { self.store.get_opts(&self.key(path), options).await?.bytes().await };
        block_on(got).with_context(|| format!("cannot read {}", self.name(path)))
    }

    /// All objects under the prefix and `folder`, sorted.
    pub fn list(&self, folder: &str) -> anyhow::Result<Vec<Object>> {
        let key = self.key(folder);
        let found: Vec<_> = block_on(self.store.list(Some(&key)).try_collect())
            .with_context(|| format!("cannot list {}", self.name(folder)))?;
        let mut objects: Vec<Object> = found
            .into_iter()
            .filter_map(|meta| {
                let parts = meta.location.prefix_match(&self.prefix)?;
                let parts: Vec<_> = parts.map(|part| part.as_ref().to_owned()).collect();
                Some(Object { path: parts.join("/"), bytes: meta.size })
            })
            .collect();
        objects.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(objects)
    }

    fn read(&self, path: &str) -> anyhow::Result<Option<(Vec<u8>, Version)>> {
        let got = async {
            let object = self.store.get(&self.key(path)).await?;
            let version = Version::Present(object.meta.e_tag.clone());
            Ok((object.bytes().await?.to_vec(), version))
        };
        match block_on(got) {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(e).with_context(|| format!("cannot read {}", self.name(path))),
        }
    }

    fn replace(&self, path: &str, bytes: Vec<u8>, earlier: &Version) -> anyhow::Result<()> {
        let mode = match earlier {
            Version::Absent => PutMode::Create,
            Version::Present(None) => PutMode::Overwrite,
            Version::Present(tag) => {
                PutMode::Update(UpdateVersion { e_tag: tag.clone(), version: None })
            }
        };
        let payload = PutPayload::from(bytes);
        match block_on(self.store.put_opts(&self.key(path), payload, mode.into())) {
            Ok(_) => Ok(()),
            Err(Error::Precondition { .. } | Error::AlreadyExists { .. }) => bail!(
                "{} was changed by somebody else meanwhile: nothing was ingested, run it again",
                self.name(path)
            ),
            Err(e) => Err(e).with_context(|| format!("cannot write {}", self.name(path))),
        }
    }
}

/// The client of a bucket: one for all that is read there, with its connections.
fn client(bucket: &str) -> object_store::Result<Arc<dyn ObjectStore>> {
    static CLIENTS: Mutex<BTreeMap<String, Arc<dyn ObjectStore>>> = Mutex::new(BTreeMap::new());
    let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = clients.get(bucket) {
        return Ok(client.clone());
    }
    // Another part of the process may have chosen one: it serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = AmazonS3Builder::from_env().with_bucket_name(bucket).build()?;
    let client: Arc<dyn ObjectStore> = Arc::new(built);
    clients.insert(bucket.to_owned(), client.clone());
    Ok(client)
}

/// Waits for what an object store does.
fn block_on<F: Future>(work: F) -> F::Output {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .build()
            .expect("a process that cannot start two threads cannot scan either")
    });
    runtime.block_on(work)
}
