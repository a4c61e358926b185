//! Risk from evidence alone: a fixed sum, in which nothing was fitted to labels.
//!
//! People who share a place are alike: a class, an office, a campus has one
//! network, one mail domain, machines of one make. A factory has to spread over
//! networks, or to rent them, and yet its accounts stay alike. So likeness counts as
//! far as it is spread; what a privacy relay or one person's aliases explain does
//! not; and what no crowd has (tokens from elsewhere, drawn names, clients that are
//! not what they say) counts wherever it is.

use crate::cells::families::Behaviour;
use crate::features::{self, GroupView, Row};

/// Logit of a sign-up with these features.
pub(crate) fn logit(row: &Row) -> f32 {
    let group = features::group(row);
    let organisation = if group.looks_organised() { ORGANISATION } else { 0.0 };
    PRIOR_LOGIT + likeness(row, &group) * unexplained(&group) + TELLS * tells(&group) - organisation
}

/// How alike a sign-up and its group are in what people choose apart: names,
/// providers, clients; and how closely it fits.
fn likeness(row: &Row, group: &GroupView) -> f32 {
    let classes = [Behaviour::Name, Behaviour::Provider, Behaviour::Client];
    let alike: f32 =
        classes.map(|class| features::likeness(row, class).min(CLASS_MAX)).iter().sum();
    let fit = FIT_SHARE * features::fit(row).clamp(FIT_MIN, FIT_MAX);
    let odd = [group.clients, group.textures, group.solves];
    let odd: f32 = odd.map(|nats| nats.clamp(0.0, CLASS_MAX)).iter().sum();
    alike + fit + DIVERGENCE_SHARE * odd
}

/// How much of a group's likeness no place, relay or person explains, 0..1.
fn unexplained(group: &GroupView) -> f32 {
    let share = |share: f32| share.clamp(0.0, 1.0);
    // Migration tools run in data centres too, and say where they come from.
    let rented = share(group.hosting) * (1.0 - share(group.referrer));
    let spread = (1.0 - share(group.operator)).max(rented);
    let mailboxes = if group.mailboxes > 0.0 { group.mailboxes.powi(2) } else { 1.0 };
    spread * mailboxes * (1.0 - share(group.relays))
}

/// What no crowd has, each beyond the background's share.
fn tells(group: &GroupView) -> f32 {
    4.0 * group.elsewhere.max(0.0)
        + 2.0 * group.random.max(0.0)
        + group.tls.max(0.0)
        + group.fingerprint.max(0.0)
}

/// What a device tells where neither names nor mail do: people share one, but not
/// within the hour, for families and kiosks take their time. Accounts of one device
/// far closer in time than its country's are told by that alone.
pub(crate) fn machine(row: &Row) -> f32 {
    let (device, hour) = (features::by_machine(row), features::likeness(row, Behaviour::Time));
    if device >= CLASS_MAX && hour >= CLASS_MAX { SAME_DEVICE_SAME_HOUR } else { 0.0 }
}

/// Log odds of a factory before any evidence: so many sign-ups are looked at that
/// the likest of ten thousand people is likely to be met.
const PRIOR_LOGIT: f32 = -10.0;
/// What one class of likeness can add, in nats: e⁴ is fifty-five to one.
const CLASS_MAX: f32 = 4.0;
/// The fit is made of the same classes, and counts for a quarter;
const FIT_SHARE: f32 = 0.25;
/// it is bounded, since its own sums are of dependent things.
const FIT_MIN: f32 = -5.0;
const FIT_MAX: f32 = 10.0;
/// A group's divergence is partly the same likeness again.
const DIVERGENCE_SHARE: f32 = 0.5;
/// A tell is worth as much as two nats of likeness.
const TELLS: f32 = 2.0;
/// What an organisation explains.
const ORGANISATION: f32 = 4.0;
/// What one device within the hour is worth, in nats: with the rest it makes nine in
/// ten. A judgement, not a fit: the tenth is a family that did hurry.
const SAME_DEVICE_SAME_HOUR: f32 = 12.2;
