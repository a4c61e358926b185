//! Browser fingerprints: common phones of one model share one; desktops differ
//! by graphics, screen and fonts; some browsers randomise on purpose.

use super::{Agent, Browser, System};
use crate::dice::{Dice, hash, hash_text};

/// Which machine of its kind a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Maker {
    model: u32,
    screen: u8,
    fonts: u16,
}

impl Maker {
    /// What [`Maker::draw`] draws.
    pub(crate) const DRAWS: u64 = 3;

    /// A machine as sold and used: a few models are very common.
    pub(crate) fn draw(dice: &mut Dice, system: System) -> Self {
        let (models, screens, fonts) = match system {
            System::Iphone(..) => (26, 1, 1),
            System::Ipad(..) => (12, 1, 1),
            System::Android(_) => (700, 2, 1),
            System::Windows => (120, 16, 260),
            System::Mac => (14, 8, 30),
            System::Linux => (60, 16, 220),
        };
        Self {
            model: dice.skewed(models, 2.4) as u32,
            screen: dice.skewed(screens, 2.2) as u8,
            fonts: dice.skewed(fonts, 2.6) as u16,
        }
    }
}

/// The fingerprint that the platform's script computes.
pub(crate) fn fingerprint(
    dice: &mut Dice,
    agent: &Agent,
    maker: Maker,
    tag: &str,
    offset_min: i64,
) -> u64 {
    if dice.chance(noisy(agent)) {
        return dice.bits();
    }
    let system = match agent.system {
        System::Windows => 1,
        System::Mac => 2,
        System::Linux => 3,
        System::Android(version) => 100 + u64::from(version),
        System::Iphone(version, _) => 200 + u64::from(version),
        System::Ipad(version, _) => 300 + u64::from(version),
    };
    hash(&[
        system,
        agent.browser as u64,
        u64::from(maker.model),
        u64::from(maker.screen),
        u64::from(maker.fonts),
        hash_text(&tag[..tag.len().min(2)]),
        offset_min as u64,
    ])
}

/// The draws of [`fingerprint`], for nobody.
pub(crate) fn pass_over(dice: &mut Dice, agent: &Agent) {
    if dice.chance(noisy(agent)) {
        dice.skip(1);
    }
}

/// Browsers that answer the script with noise: unique every time.
fn noisy(agent: &Agent) -> f64 {
    match agent.browser {
        Browser::Firefox => 0.10,
        Browser::Chrome if !agent.is_mobile() => 0.025,
        Browser::Safari => 0.02,
        _ => 0.004,
    }
}
