//! User agents: family, major version, platform. Few distinct values repeat a
//! great deal, so readers share one parsed value per distinct text.
//!
//! An own reader of `Product/version` tokens rather than a crate: the crates at
//! hand know neither today's in-app browsers nor the clients that scripts use,
//! and those are what tells a factory's kit apart.

mod families;
mod tokens;

use families::{BROWSERS, CRAWLERS, TOOLS};
use tokens::Tokens;

/// A parsed user agent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserAgent {
    /// The text as sent.
    pub text: Box<str>,
    /// Browser or client family, such as `Chrome`; `Other` where unknown.
    pub family: Box<str>,
    /// Major version; 0 where unknown.
    pub major: u32,
    /// Operating system family, such as `Android`; `Other` where unknown.
    pub platform: Box<str>,
    /// What kind of client the family is.
    pub client: Client,
    /// Whether the agent says that it is a phone or tablet.
    pub is_mobile: bool,
}

/// What kind of client sends the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Client {
    /// A browser that people use.
    Browser,
    /// A web view inside another app: Instagram, WeChat, Facebook.
    InApp,
    /// An app of its own: `MyApp/5.2 (iPhone; iOS 17.1)`.
    App,
    /// An HTTP library, as apps and scripts use them alike: okhttp, curl.
    Library,
    /// A browser without a window, made to be driven by programs.
    Headless,
    /// Says itself that it is a crawler.
    Crawler,
    /// None of these.
    Unknown,
}

/// Nothing that is sent in good faith is longer; the rest is not looked at.
const BYTES_MAX: usize = 1024;

impl UserAgent {
    /// Never fails: an unknown agent is of family `Other`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let seen = head(text);
        let tokens = Tokens::of(seen);
        let platform = tokens.platform();
        let (family, version, client) = family(seen, &tokens);
        Self {
            text: text.into(),
            family: family.into(),
            major: major(version),
            platform: platform.into(),
            client,
            is_mobile: is_mobile(seen, platform),
        }
    }
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Family, the text that begins with its version, and the kind of client.
fn family<'a>(text: &'a str, tokens: &Tokens<'a>) -> (&'a str, &'a str, Client) {
    // Libraries and tools stand in front; a browser may name one further back.
    if let Some((family, version, client)) = by_front(text) {
        return (family, version, client);
    }
    if let Some((index, version)) = tokens.browser() {
        let (_, family, client) = BROWSERS[index];
        return (family, version, client);
    }
    if tokens.names_crawler() && is_crawler(text) {
        return ("Crawler", "", Client::Crawler);
    }
    if let Some(version) = safari(text) {
        return ("Safari", version, Client::Browser);
    }
    if text.starts_with("Mozilla/") && text.contains("AppleWebKit/") && text.contains("Mobile/") {
        // Safari says "Version/"; without it this is an iOS app's web view.
        return ("WebView", "", Client::InApp);
    }
    app(text).unwrap_or(("Other", "", Client::Unknown))
}

fn by_front(text: &str) -> Option<(&'static str, &str, Client)> {
    let first = text.as_bytes().first()?;
    // Nearly all agents begin with "Mozilla", and no tool does with an M.
    let mut tools = TOOLS.iter().filter(|tool| tool.0.as_bytes()[0].eq_ignore_ascii_case(first));
    tools.find_map(|&(token, family, client)| {
        let rest = text.get(..token.len())?;
        rest.eq_ignore_ascii_case(token)
            .then(|| (family, text[token.len()..].trim_start_matches(['/', ' ']), client))
    })
}

/// What follows the token, at the start of a word only.
fn after<'a>(text: &'a str, token: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&text.as_bytes()[from..], token.as_bytes()) {
        let start = from + at;
        let fresh = start == 0
            || !token.as_bytes()[0].is_ascii_alphanumeric()
            || !text.as_bytes()[start - 1].is_ascii_alphanumeric();
        if fresh {
            return text.get(start + token.len()..);
        }
        from = start + token.len();
    }
    None
}

fn safari(text: &str) -> Option<&str> {
    let version = after(text, "Version/")?;
    text.contains("Safari/").then_some(version)
}

fn is_crawler(text: &str) -> bool {
    CRAWLERS.iter().any(|word| {
        memchr::memmem::find_iter(text.as_bytes(), word).any(|at| {
            // Within "Cubot", a maker of phones, it is no bot.
            let next = text.as_bytes().get(at + word.len()).copied().unwrap_or(b'/');
            !next.is_ascii_alphabetic()
                && !text[..at].ends_with("Cu")
                && !text[..at].ends_with("CU")
        })
    })
}

/// `MyApp/5.2 (iPhone; iOS 17.1)`: an app names itself in front.
fn app(text: &str) -> Option<(&str, &str, Client)> {
    let (name, version) = text.split_once('/')?;
    let plausible = !name.is_empty()
        && name.len() <= 40
        && name != "Mozilla"
        && name.bytes().any(|b| b.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b" ._-".contains(&b));
    let dated = version.starts_with(|c: char| c.is_ascii_digit() || c == 'v');
    (plausible && dated).then_some((name, version.trim_start_matches('v'), Client::App))
}

fn major(version: &str) -> u32 {
    let end = version.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(version.len());
    // More than nine digits are a build number, not a version.
    version[..end.min(9)].parse().unwrap_or(0)
}

fn is_mobile(text: &str, platform: &str) -> bool {
    match platform {
        "Android" => !text.contains("Android TV") && !text.contains("BRAVIA"),
        "iOS" | "Windows Phone" | "BlackBerry" | "KaiOS" | "HarmonyOS" => true,
        "Tizen" => text.contains("Mobile"),
        _ => text.contains("Mobile"),
    }
}
