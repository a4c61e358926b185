//! JA4: the shape of the TLS client hello. A few values per stack and version
//! range, hence strongly tied to the user agent among honest people.

use super::{Agent, Browser, System};
use crate::dice::{Dice, hash};
use crate::row::hexadecimal;

/// Whose client hello is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// The browser's own.
    Own,
    /// An HTTP library (0..[`LIBRARIES`]).
    Library(u8),
    /// An automation build or impersonation of Chromium at a frozen version.
    Frozen(u8),
    /// Chromium of another version than the agent names.
    Engine(u8),
    /// Antivirus or an office's inspecting proxy (0..[`MIDDLEBOXES`]).
    Middlebox(u8),
}

pub(crate) const LIBRARIES: u64 = 10;
pub(crate) const FROZEN: u64 = 9;
pub(crate) const MIDDLEBOXES: u64 = 24;

const LIBRARY_HEADS: [&str; LIBRARIES as usize] = [
    "t13d1812h1",
    "t13d4312h1",
    "t13d1310h2",
    "t13d5911h1",
    "t13d311200",
    "t13d1613h2",
    "t12d2106h1",
    "t13d1715h1",
    "t13d190900",
    "t13d3012h2",
];

/// A JA4 value before it is spelt out.
#[derive(Clone, Copy)]
pub(crate) struct Ja4 {
    head: &'static str,
    ciphers: u64,
    extensions: u64,
}

impl Ja4 {
    /// Twelve hexadecimal digits for the ciphers, twelve for the extensions. The
    /// values are the same in every world, as those of real software are.
    pub(crate) fn text(self) -> String {
        let ciphers = hexadecimal(&[(hash(&[401, self.ciphers]), 12)]);
        let extensions = hexadecimal(&[(hash(&[402, self.ciphers, self.extensions]), 12)]);
        [self.head, "_", &ciphers, "_", &extensions].concat()
    }
}

/// The JA4 value of a client hello.
pub(crate) fn ja4(dice: &mut Dice, agent: &Agent, tls: Tls) -> Ja4 {
    match tls {
        Tls::Own => own(dice, agent),
        Tls::Library(which) => {
            let key = 900 + u64::from(which);
            // A library with and without session resumption.
            hello(
                LIBRARY_HEADS[usize::from(which) % LIBRARY_HEADS.len()],
                key,
                u64::from(dice.chance(0.12)),
            )
        }
        Tls::Frozen(which) => hello("t13d1516h2", 700, 40 + u64::from(which)),
        Tls::Engine(major) => {
            let stale = Agent {
                browser: Browser::Chrome,
                system: System::Windows,
                major: u32::from(major),
                build: 0,
            };
            own(dice, &stale)
        }
        Tls::Middlebox(which) => {
            let head =
                ["t13d2613h1", "t12d1909h2", "t12d2508h1", "t13d1714h2"][usize::from(which) % 4];
            hello(head, 800 + u64::from(which), u64::from(dice.chance(0.2)))
        }
    }
}

fn own(dice: &mut Dice, agent: &Agent) -> Ja4 {
    // Fresh, resumed, or over QUIC: the same browser shows all three.
    let mode = match dice.unit() {
        u if u < 0.70 => 0,
        u if u < 0.89 => 1,
        _ => 2,
    };
    if agent.system.is_apple_phone() || (agent.browser == Browser::Safari) {
        return apple(agent, mode);
    }
    match agent.browser {
        Browser::Firefox => firefox(agent, mode),
        Browser::App => {
            let range = if agent.build % 14 < 8 { 0 } else { 1 };
            hello(if mode == 1 { "t13d1514h2" } else { "t13d1513h2" }, 600, range * 2 + mode.min(1))
        }
        Browser::InApp => hello(
            ["t13d1516h2", "t13d1517h2"][mode.min(1) as usize],
            700,
            20 + chromium_range(agent.major) * 2 + mode.min(1),
        ),
        _ => chromium(agent, mode),
    }
}

fn chromium(agent: &Agent, mode: u64) -> Ja4 {
    // Samsung's and Yandex's builds trail the engine that their agent names.
    let lag = if matches!(agent.browser, Browser::Samsung) { 9 } else { 0 };
    let range = chromium_range(agent.major.saturating_sub(lag));
    let head = ["t13d1516h2", "t13d1517h2", "q13d0312h3"][mode as usize];
    hello(head, if mode == 2 { 701 } else { 700 }, range * 3 + mode)
}

/// Versions between which the client hello changed.
fn chromium_range(major: u32) -> u64 {
    match major {
        0..=116 => 0,
        117..=123 => 1,
        124..=130 => 2,
        _ => 3,
    }
}

fn firefox(agent: &Agent, mode: u64) -> Ja4 {
    let range = match agent.major {
        0..=115 => 0,
        116..=131 => 1,
        _ => 2,
    };
    hello(["t13d1715h2", "t13d1716h2", "q13d0310h3"][mode as usize], 500, range * 3 + mode)
}

fn apple(agent: &Agent, mode: u64) -> Ja4 {
    let version = match agent.system {
        System::Iphone(version, _) | System::Ipad(version, _) => u64::from(version),
        _ => u64::from(agent.major / 10),
    };
    let app = u64::from(agent.browser == Browser::App);
    let head = ["t13d2014h2", "t13d2015h2", "q13d0311h3"][mode as usize];
    hello(head, 400 + app, version * 3 + mode)
}

fn hello(head: &'static str, ciphers: u64, extensions: u64) -> Ja4 {
    Ja4 { head, ciphers, extensions }
}

impl System {
    pub(crate) fn is_apple_phone(self) -> bool {
        matches!(self, System::Iphone(..) | System::Ipad(..))
    }
}
