//! What we acknowledged is told to the others, from the journal: it is written first, and
//! how far it was told is kept, so that the stream may be away for hours.

use super::{ACKNOWLEDGED, AT_ONCE, Part, Why, replace};
use crate::live::segments;
use async_nats::HeaderMap;
use futures_util::future::try_join_all;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The journal is looked at so often.
const LOOKED_AT: Duration = Duration::from_millis(20);
/// Nothing is waited for longer: then the stream is away.
const TOLD_MAX: Duration = Duration::from_secs(10);
/// By which a message tells whose it is, and which line of theirs.
pub(super) const FROM: &str = "Dragnet-From";
pub(super) const LINE: &str = "Dragnet-Line";

/// What a line says of where it is from.
#[derive(Deserialize)]
struct Told {
    event_id: Option<String>,
    dragnet_from: Option<String>,
}

impl Part {
    /// Tells all there is, and then what comes.
    pub(super) async fn tell(&self) -> Result<(), Why> {
        self.acknowledged().await?;
        let path = self.live.dir.join("told");
        let mut next = match std::fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().unwrap_or(0),
            Err(_) => 0,
        };
        self.stream.told_to.store(next, Ordering::Relaxed);
        let mut tail = Tail { dir: self.live.dir.join("journal"), open: None };
        loop {
            let lines = tail.read(next, self.live.journal().next())?;
            let Some((last, _)) = lines.last() else {
                tokio::time::sleep(LOOKED_AT).await;
                continue;
            };
            let to = last + 1;
            let told = tokio::time::timeout(TOLD_MAX, self.tell_lines(lines)).await??;
            self.stream.numbers.told.fetch_add(told, Ordering::Relaxed);
            replace(&path, &to.to_string())?;
            next = to;
            self.stream.told_to.store(next, Ordering::Relaxed);
        }
    }

    /// Publishes lines, and waits until all are kept; how many were ours.
    async fn tell_lines(&self, lines: Vec<(u64, Vec<u8>)>) -> Result<u64, Why> {
        let mut kept = Vec::with_capacity(lines.len());
        for (line, text) in lines {
            let Ok(told) = serde_json::from_slice::<Told>(&text) else { continue };
            if told.dragnet_from.is_some() {
                continue;
            }
            let mut headers = HeaderMap::new();
            let id = told.event_id.unwrap_or_else(|| format!("{}/{line}", self.me));
            // The stream knows it again, should it be told twice.
            headers.insert("Nats-Msg-Id", hashed(&id).as_str());
            headers.insert(FROM, self.me.as_str());
            headers.insert(LINE, line.to_string().as_str());
            let publish = self.context.publish_with_headers(ACKNOWLEDGED, headers, text.into());
            kept.push(publish.await?.into_future());
        }
        Ok(try_join_all(kept).await?.len() as u64)
    }
}

/// An id may have characters that no header may.
fn hashed(id: &str) -> String {
    format!("{:016x}", signals::table::account_hash(id))
}

/// Reads the journal while it is written.
struct Tail {
    dir: PathBuf,
    /// A file, and the number of its next line.
    open: Option<(BufReader<File>, u64)>,
}

impl Tail {
    /// Lines from `next` on, but none from `end` on, which may be half written; a few
    /// hundred at a time.
    fn read(&mut self, next: u64, end: u64) -> io::Result<Vec<(u64, Vec<u8>)>> {
        let mut lines = Vec::new();
        if self.open.as_ref().is_none_or(|(_, at)| *at > next) {
            self.open = self.at(next)?;
        }
        while let Some((file, at)) = &mut self.open
            && *at < end
            && lines.len() < AT_ONCE
        {
            let mut line = Vec::new();
            file.read_until(b'\n', &mut line)?;
            if line.pop() == Some(b'\n') {
                if *at >= next {
                    lines.push((*at, line));
                }
                *at += 1;
                continue;
            }
            // The file is read to its end, and the line is in another one.
            let at = *at;
            self.open = self.at(at)?.filter(|(_, first)| *first == at);
            if self.open.is_none() {
                break;
            }
        }
        Ok(lines)
    }

    /// The file that has a line, or the first one after it where that file is gone.
    fn at(&self, line: u64) -> io::Result<Option<(BufReader<File>, u64)>> {
        let all = segments(&self.dir)?;
        let after = all.partition_point(|segment| segment.first <= line);
        let Some(segment) = all.get(after.saturating_sub(1)) else { return Ok(None) };
        Ok(Some((BufReader::new(File::open(&segment.path)?), segment.first)))
    }
}
