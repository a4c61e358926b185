//! Which known tokens an agent holds, in one walk over its text: looking for
//! the hundred of them one after the other costs more than all else of a row.

use super::families::{BROWSERS, CRAWLERS, PLATFORMS, VERSION_TOKENS};
use std::sync::LazyLock;

/// Nothing of the kind.
const NOWHERE: u16 = u16::MAX;

/// The known tokens of one agent.
pub(super) struct Tokens<'a> {
    text: &'a str,
    /// Behind the first of each of [`BROWSERS`] that begins a word.
    browsers: [u16; BROWSERS.len()],
    /// As `browsers`, for [`VERSION_TOKENS`].
    versions: [u16; VERSION_TOKENS.len()],
    /// The first of [`PLATFORMS`] that occurs anywhere.
    platform: u16,
    /// Whether one of [`CRAWLERS`] occurs anywhere.
    names_crawler: bool,
}

/// What a token is known for: an index into its list.
#[derive(Clone, Copy)]
enum Known {
    Browser(usize),
    Version(usize),
    Platform(usize),
    Crawler,
}

impl<'a> Tokens<'a> {
    /// Walks over `text`, which is shorter than 64 KiB.
    pub(super) fn of(text: &'a str) -> Self {
        let mut tokens = Self {
            text,
            browsers: [NOWHERE; BROWSERS.len()],
            versions: [NOWHERE; VERSION_TOKENS.len()],
            platform: NOWHERE,
            names_crawler: false,
        };
        let (bytes, by_first_byte) = (text.as_bytes(), &*BY_FIRST_BYTE);
        for (at, pair) in bytes.windows(2).enumerate() {
            for (token, known) in &by_first_byte[usize::from(pair[0])] {
                // The second byte tells most of them apart.
                if token.as_bytes()[1] == pair[1] && bytes[at..].starts_with(token.as_bytes()) {
                    tokens.note(at, token, *known);
                }
            }
        }
        tokens
    }

    fn note(&mut self, at: usize, token: &str, known: Known) {
        let behind = (at + token.len()) as u16;
        match known {
            Known::Browser(index) if self.begins_word(at) => {
                self.browsers[index] = self.browsers[index].min(behind);
            }
            Known::Version(index) if self.begins_word(at) => {
                self.versions[index] = self.versions[index].min(behind);
            }
            Known::Platform(index) => self.platform = self.platform.min(index as u16),
            Known::Crawler => self.names_crawler = true,
            Known::Browser(_) | Known::Version(_) => {}
        }
    }

    fn begins_word(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        at == 0 || !bytes[at].is_ascii_alphanumeric() || !bytes[at - 1].is_ascii_alphanumeric()
    }

    /// The first of [`BROWSERS`] that is there, and the text that begins with
    /// its version.
    pub(super) fn browser(&self) -> Option<(usize, &'a str)> {
        let index = self.browsers.iter().position(|&behind| behind != NOWHERE)?;
        let mut elsewhere = VERSION_TOKENS.iter().zip(&self.versions);
        let version = elsewhere
            .find(|((token, _), _)| *token == BROWSERS[index].0)
            .and_then(|(_, &behind)| self.text.get(usize::from(behind)..));
        Some((index, version.unwrap_or(&self.text[usize::from(self.browsers[index])..])))
    }

    /// Operating system family; `Other` where none is named.
    pub(super) fn platform(&self) -> &'static str {
        PLATFORMS.get(usize::from(self.platform)).map_or("Other", |&(_, platform)| platform)
    }

    /// Whether a word for crawlers is in it, be it within another word.
    pub(super) fn names_crawler(&self) -> bool {
        self.names_crawler
    }
}

type Bucket = Vec<(&'static str, Known)>;

/// Every token, of two bytes at least, by its first byte: most bytes of an
/// agent begin none.
static BY_FIRST_BYTE: LazyLock<[Bucket; 256]> = LazyLock::new(|| {
    let browsers = BROWSERS.iter().enumerate().map(|(i, row)| (row.0, Known::Browser(i)));
    let versions = VERSION_TOKENS.iter().enumerate().map(|(i, row)| (row.1, Known::Version(i)));
    let platforms = PLATFORMS.iter().enumerate().map(|(i, row)| (row.0, Known::Platform(i)));
    let crawlers = CRAWLERS.iter().map(|&word| (word, Known::Crawler));
    let mut buckets = [const { Vec::new() }; 256];
    for (token, known) in browsers.chain(versions).chain(platforms).chain(crawlers) {
        buckets[usize::from(token.as_bytes()[0])].push((token, known));
    }
    buckets
});
