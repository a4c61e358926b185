//! Pulling: the pages of a collection, from where the last pull ended.
//!
//! A server that says that there is more gives a `next`, a new one a page or one for them
//! all. Some do not; there the time of the last object is where to go on, as long as it
//! moves. A pull that led nowhere new would go on for ever, so it ends with an error.

use super::{Client, Error, Url, fetch, under};
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use stix::Object;
use stix::bundle::Taken;

/// A page.
#[derive(Debug)]
pub struct Page {
    /// Its objects, in the order in which they were added, with their places.
    pub objects: Vec<Taken>,
    /// The texts of those that are none, by place.
    pub texts: Vec<(usize, String)>,
    /// Where the next pull goes on if this one ends here; none where the server does
    /// not say.
    pub added_last: Option<String>,
}

/// A pull under way.
#[derive(Debug)]
pub struct Pull<'a> {
    client: &'a Client,
    collection: Url,
    added_after: Option<String>,
    next: Option<String>,
    limit: Option<u32>,
    /// The hash of the last answer.
    last: Option<[u8; 32]>,
    /// When the first answer was given.
    begun: Option<String>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Going,
    Ended,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    more: bool,
    #[serde(default)]
    next: Option<String>,
    #[serde(default)]
    objects: Vec<Box<RawValue>>,
}

/// When the first and the last object of an answer were added.
const ADDED_LAST: &str = "x-taxii-date-added-last";

impl Client {
    /// Pulls what was added to a collection after `added_after`, as an earlier pull gave
    /// it; `limit` objects a page, or as many as the server likes.
    pub fn pull(
        &self,
        collection: &Url,
        added_after: Option<String>,
        limit: Option<u32>,
    ) -> Pull<'_> {
        let collection = collection.clone();
        let (next, last, begun, state) = (None, None, None, State::Going);
        Pull { client: self, collection, added_after, next, limit, last, begun, state }
    }
}

impl Pull<'_> {
    /// The next page; none after the last.
    pub async fn page(&mut self) -> Result<Option<Page>, Error> {
        if self.state == State::Ended {
            return Ok(None);
        }
        let url = self.url();
        let answer = self.client.fetch.get(&url).await?;
        let envelope: Envelope = fetch::parse(&url, &answer.body)?;
        let added_last = header(&answer.headers, ADDED_LAST);
        if envelope.more {
            let last = self.last.replace(Sha256::digest(&answer.body).into());
            self.go_on(envelope.next, added_last.clone(), last == self.last)?;
            // As many again: medallion asks for a limit with `next`.
            let here = u32::try_from(envelope.objects.len()).ok().filter(|n| *n > 0);
            self.limit = self.limit.or(here);
        } else {
            self.state = State::Ended;
        }
        // Later pages may not have what was added while they were fetched.
        self.begun = self.begun.take().or_else(|| served(&answer.headers));
        let added_last = added_last.or_else(|| self.begun.clone());
        Ok(Some(page(envelope.objects, added_last)))
    }

    fn url(&self) -> Url {
        let mut url = under(&self.collection, "objects/");
        {
            let mut query = url.query_pairs_mut();
            if let Some(time) = &self.added_after {
                query.append_pair("added_after", time);
            }
            if let Some(next) = &self.next {
                query.append_pair("next", next);
            }
            if let Some(limit) = self.limit {
                query.append_pair("limit", &limit.to_string());
            }
            // All versions: what changed between two pulls is not lost, and revoked
            // objects are seen as such.
            query.append_pair("match[version]", "all");
        }
        url
    }

    fn go_on(
        &mut self,
        next: Option<String>,
        added_last: Option<String>,
        is_same: bool,
    ) -> Result<(), Error> {
        let stuck = || Error::Stuck { url: self.collection.to_string() };
        match next {
            Some(next) if is_same && self.next.as_ref() == Some(&next) => return Err(stuck()),
            Some(next) => self.next = Some(next),
            None => {
                let added_last = added_last.ok_or_else(stuck)?;
                if self.added_after.as_ref().is_some_and(|before| *before >= added_last) {
                    return Err(stuck());
                }
                (self.added_after, self.next) = (Some(added_last), None);
            }
        }
        Ok(())
    }
}

fn page(texts: Vec<Box<RawValue>>, added_last: Option<String>) -> Page {
    let mut page = Page { objects: Vec::with_capacity(texts.len()), texts: Vec::new(), added_last };
    for (at, text) in texts.into_iter().enumerate() {
        let written = text.get().to_owned();
        let taken = Object::of(text);
        if taken.is_err() {
            page.texts.push((at, written));
        }
        page.objects.push((at, taken));
    }
    page
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// When the server answered, by its own clock: where the next pull goes on if the
/// server does not tell times of objects. What it added since then comes again, which
/// changes nothing.
fn served(headers: &HeaderMap) -> Option<String> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let time = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S.000000Z").to_string())
}
