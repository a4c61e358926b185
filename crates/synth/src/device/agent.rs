//! User agents: family, version by date, platform.

use crate::calendar::DAY;
use crate::dice::{Dice, scaled_power};
use std::fmt::{self, Write};

/// A browser family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    Chrome,
    Edge,
    Opera,
    Yandex,
    Samsung,
    Firefox,
    Safari,
    /// Chrome on Apple's phones: Apple's own engine inside.
    ChromeIos,
    /// The browser inside another app.
    InApp,
    /// The platform's own app.
    App,
}

/// An operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    Windows,
    Mac,
    Linux,
    Android(u8),
    /// Version and part of it, such as 17.4.
    Iphone(u8, u8),
    Ipad(u8, u8),
}

/// What a user agent says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) browser: Browser,
    pub(crate) system: System,
    pub(crate) major: u32,
    /// Build or model number, where the text shows one.
    pub(crate) build: u32,
}

/// Releases of Apple's system: (days since 2024-01-01, version, part).
const APPLE: [(i64, u8, u8); 14] = [
    (-40, 17, 1),
    (-20, 17, 2),
    (22, 17, 3),
    (65, 17, 4),
    (134, 17, 5),
    (211, 17, 6),
    (260, 18, 0),
    (302, 18, 1),
    (346, 18, 2),
    (393, 18, 3),
    (456, 18, 4),
    (498, 18, 5),
    // Only logs of more than four months last until these.
    (711, 26, 2),
    (770, 26, 3),
];
/// 2024-01-01T00:00:00Z.
const NEW_YEAR_2024_MS: i64 = 1_704_067_200_000;

/// Bytes of a long agent, some apps aside.
const AGENT_BYTES: usize = 160;

/// Shares within a class of devices.
const ANDROID: [(Browser, f64); 6] = [
    (Browser::Chrome, 0.70),
    (Browser::Samsung, 0.10),
    (Browser::InApp, 0.13),
    (Browser::Firefox, 0.02),
    (Browser::Opera, 0.04),
    (Browser::Edge, 0.01),
];
const WINDOWS: [(Browser, f64); 4] = [
    (Browser::Chrome, 0.68),
    (Browser::Edge, 0.19),
    (Browser::Firefox, 0.09),
    (Browser::Opera, 0.04),
];
const MAC: [(Browser, f64); 4] = [
    (Browser::Safari, 0.46),
    (Browser::Chrome, 0.45),
    (Browser::Firefox, 0.06),
    (Browser::Edge, 0.03),
];
const LINUX: [(Browser, f64); 2] = [(Browser::Chrome, 0.60), (Browser::Firefox, 0.40)];
const IPHONE: [(Browser, f64); 3] =
    [(Browser::Safari, 0.72), (Browser::ChromeIos, 0.13), (Browser::InApp, 0.15)];

impl Agent {
    /// An ordinary person's agent on a device class (0 Android, 1 Apple phone or
    /// tablet, 2 Windows, 3 Mac, 4 Linux) at a time.
    pub(crate) fn draw(
        dice: &mut Dice,
        class: usize,
        app_share: f64,
        russian: bool,
        time_ms: i64,
    ) -> Self {
        let mobile = class < 2;
        let mut browser = if mobile && dice.chance(app_share) {
            Browser::App
        } else {
            let shares: &[(Browser, f64)] = match class {
                0 => &ANDROID,
                1 => &IPHONE,
                2 => &WINDOWS,
                3 => &MAC,
                _ => &LINUX,
            };
            by_share(dice, shares)
        };
        if russian && browser == Browser::Chrome && dice.chance(0.3) {
            browser = Browser::Yandex;
        }
        let system = match class {
            0 => System::Android(android(dice, time_ms)),
            1 => apple(dice, time_ms),
            2 => System::Windows,
            3 => System::Mac,
            _ => System::Linux,
        };
        Self {
            browser,
            system,
            major: major(dice, browser, time_ms),
            build: dice.below(1 << 16) as u32,
        }
    }

    pub(crate) fn is_mobile(&self) -> bool {
        matches!(self.system, System::Android(_) | System::Iphone(..) | System::Ipad(..))
    }

    pub(crate) fn is_apple(&self) -> bool {
        matches!(self.system, System::Mac | System::Iphone(..) | System::Ipad(..))
    }

    /// The text of the header.
    pub(crate) fn text(&self) -> String {
        let mut text = String::with_capacity(AGENT_BYTES);
        match self.system {
            System::Iphone(major, minor) => {
                self.apple_text(&mut text, "iPhone; CPU iPhone OS", major, minor)
            }
            System::Ipad(major, minor) => self.apple_text(&mut text, "iPad; CPU OS", major, minor),
            System::Android(version) => self.android_text(&mut text, version),
            System::Windows => self.desktop_text(&mut text, "Windows NT 10.0; Win64; x64"),
            System::Mac => self.desktop_text(&mut text, "Macintosh; Intel Mac OS X 10_15_7"),
            System::Linux => self.desktop_text(&mut text, "X11; Linux x86_64"),
        }
        .expect("a string takes all text");
        text
    }

    fn apple_text(&self, out: &mut String, device: &str, major: u8, minor: u8) -> fmt::Result {
        let number = self.major;
        if self.browser == Browser::App {
            let (first, second) = (6 + number % 3, self.build % 14);
            return write!(out, "Platform/{first}.{second} (iOS {major}.{minor}; Apple)");
        }
        write!(out, "Mozilla/5.0 ({device} {major}_{minor} like Mac OS X) ")?;
        out.push_str("AppleWebKit/605.1.15 (KHTML, like Gecko)");
        match self.browser {
            Browser::ChromeIos => write!(
                out,
                " CriOS/{number}.0.{}.{} Mobile/15E148 Safari/604.1",
                chrome_build(number),
                40 + self.build % 90
            ),
            Browser::InApp => write!(
                out,
                " Mobile/15E148 Instagram {}.0.0.{}.{}",
                number + 190,
                self.build % 30,
                70 + self.build % 30
            ),
            _ => write!(out, " Version/{major}.{minor} Mobile/15E148 Safari/604.1"),
        }
    }

    fn android_text(&self, out: &mut String, version: u8) -> fmt::Result {
        let number = self.major;
        match self.browser {
            Browser::App => {
                return write!(
                    out,
                    "Platform/{}.{} (Android {version}; {})",
                    6 + number % 3,
                    self.build % 14,
                    phone_model(self.build)
                );
            }
            Browser::Firefox => {
                return write!(
                    out,
                    "Mozilla/5.0 (Android {version}; Mobile; rv:{number}.0) Gecko/{number}.0 Firefox/{number}.0"
                );
            }
            Browser::InApp => return self.in_app_text(out, version),
            _ => {}
        }
        out.push_str("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)");
        if self.browser == Browser::Samsung {
            let (own, engine) = (samsung(number), number.saturating_sub(9));
            return write!(
                out,
                " SamsungBrowser/{own}.0 Chrome/{engine}.0.0.0 Mobile Safari/537.36"
            );
        }
        write!(out, " Chrome/{number}.0.0.0")?;
        match self.browser {
            Browser::Opera => {
                write!(out, " Mobile Safari/537.36 OPR/{}.0.0.0", number.saturating_sub(42))
            }
            Browser::Yandex => write!(
                out,
                " YaBrowser/{}.{}.0.00 SA/3 Mobile Safari/537.36",
                24 + number / 133,
                1 + number % 12
            ),
            Browser::Edge => write!(out, " Mobile Safari/537.36 EdgA/{number}.0.0.0"),
            _ => out.write_str(" Mobile Safari/537.36"),
        }
    }

    fn in_app_text(&self, out: &mut String, version: u8) -> fmt::Result {
        let number = self.major;
        write!(
            out,
            "Mozilla/5.0 (Linux; Android {version}; {} Build/{}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/{number}.0.{}.{} Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/{}.0.0;]",
            phone_model(self.build),
            ["TP1A.220624.014", "UP1A.231005.007", "SP1A.210812.016", "AP3A.240905.015"]
                [usize::from(version) % 4],
            chrome_build(number),
            30 + self.build % 120,
            number + 320,
        )
    }

    fn desktop_text(&self, out: &mut String, platform: &str) -> fmt::Result {
        let number = self.major;
        if self.browser == Browser::Firefox {
            let platform = platform.replace("10_15_7", "10.15");
            return write!(
                out,
                "Mozilla/5.0 ({platform}; rv:{number}.0) Gecko/20100101 Firefox/{number}.0"
            );
        }
        out.extend(["Mozilla/5.0 (", platform, ") AppleWebKit/"]);
        if self.browser == Browser::Safari {
            return write!(
                out,
                "605.1.15 (KHTML, like Gecko) Version/{}.{} Safari/605.1.15",
                number / 10,
                number % 10
            );
        }
        write!(out, "537.36 (KHTML, like Gecko) Chrome/{number}.0.0.0")?;
        match self.browser {
            Browser::Edge => write!(out, " Safari/537.36 Edg/{number}.0.0.0"),
            Browser::Opera => write!(out, " Safari/537.36 OPR/{}.0.0.0", number.saturating_sub(14)),
            Browser::Yandex => write!(
                out,
                " YaBrowser/{}.{}.0.0 Safari/537.36",
                24 + number / 133,
                1 + number % 12
            ),
            _ => out.write_str(" Safari/537.36"),
        }
    }
}

fn by_share(dice: &mut Dice, shares: &[(Browser, f64)]) -> Browser {
    let mut point = dice.unit();
    for &(browser, share) in shares {
        if point < share {
            return browser;
        }
        point -= share;
    }
    shares[0].0
}

/// The newest stable Chromium at a time: one every four weeks.
pub(crate) fn chromium_at(time_ms: i64) -> u32 {
    (121 + (time_ms - NEW_YEAR_2024_MS - 23 * DAY).div_euclid(28 * DAY)).max(100) as u32
}

/// The version in use: most people are on the newest, some lag for long.
fn major(dice: &mut Dice, browser: Browser, time_ms: i64) -> u32 {
    let newest = chromium_at(time_ms);
    let lag = match dice.unit() {
        u if u < 0.52 => 0,
        u if u < 0.80 => 1,
        u if u < 0.92 => 2 + dice.below(3) as u32,
        u if u < 0.985 => 4 + dice.below(14) as u32,
        _ => 12 + dice.below(24) as u32,
    };
    match browser {
        // Firefox keeps an old line for long: version 115.
        Browser::Firefox if dice.chance(0.08) => 115,
        Browser::Firefox => newest + 1 - lag,
        Browser::Safari => {
            let (version, part) = apple_version(dice, time_ms);
            u32::from(version) * 10 + u32::from(part)
        }
        _ => newest - lag,
    }
}

fn samsung(chromium: u32) -> u32 {
    (chromium.saturating_sub(8) / 4).saturating_sub(4)
}

fn chrome_build(major: u32) -> u32 {
    6_099 + major.saturating_sub(120) * 68
}

fn android(dice: &mut Dice, time_ms: i64) -> u8 {
    let newest = 14 + u8::from(time_ms > NEW_YEAR_2024_MS + 300 * DAY);
    newest.saturating_sub(dice.skewed(7, 1.4) as u8)
}

fn apple(dice: &mut Dice, time_ms: i64) -> System {
    let (version, part) = apple_version(dice, time_ms);
    if dice.chance(0.11) { System::Ipad(version, part) } else { System::Iphone(version, part) }
}

fn apple_version(dice: &mut Dice, time_ms: i64) -> (u8, u8) {
    let day = (time_ms - NEW_YEAR_2024_MS).div_euclid(DAY);
    let released = APPLE.iter().filter(|release| release.0 <= day).count().max(1);
    if dice.chance(0.05) {
        return if dice.chance(0.7) { (16, 7) } else { (15, 8) };
    }
    let newest = &APPLE[released - 1];
    // A new release needs some weeks to spread.
    let spread = 0.35 + 0.4 * ((day - newest.0) as f64 / 40.0).clamp(0.0, 1.0);
    let lag = if dice.chance(spread) { 0 } else { 1 + dice.skewed(4, 1.6) as usize };
    let (_, version, part) = APPLE[(released - 1).saturating_sub(lag)];
    (version, part)
}

/// Model names of phones as some agents show them: a few are very common.
fn phone_model(build: u32) -> String {
    let rank = scaled_power(f64::from(build) / 65_536.0, 2.2, 160.0) as u32;
    match rank % 5 {
        0 => format!("SM-A{}5F", 10 + rank % 80),
        1 => format!("Redmi Note {}", 8 + rank % 7),
        2 => format!("CPH{}", 2_100 + rank * 7),
        3 => format!("SM-G9{}B", 73 + rank % 26),
        _ => format!("V{}", 2_000 + rank * 3),
    }
}
