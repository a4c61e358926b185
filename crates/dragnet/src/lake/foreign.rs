//! Lakes of other writers: files below `day=…`, whatever they are called.

use super::{Part, Store, day_number};

/// The parts of a lake without a manifest, by day and path. Hidden files and
/// those that begin with `_` are somebody's unfinished ones.
pub(super) fn parts(store: &Store) -> anyhow::Result<Vec<Part>> {
    let mut parts: Vec<Part> = store
        .days()?
        .into_iter()
        .filter_map(|object| {
            let (folder, rest) = object.path.split_once('/')?;
            let day = day_number(folder.strip_prefix("day=")?)?;
            let is_part = rest.ends_with(".parquet")
                && !rest.split('/').any(|name| name.starts_with(['.', '_']));
            is_part.then(|| Part {
                path: object.path.clone(),
                day,
                bytes: object.bytes,
                sha256: String::new(),
                extent: None,
            })
        })
        .collect();
    parts.sort_by(|a, b| (a.day, &a.path).cmp(&(b.day, &b.path)));
    Ok(parts)
}
