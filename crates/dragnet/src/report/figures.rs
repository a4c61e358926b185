//! The figures that several parts of the report show, worked out once, so that
//! no two parts can disagree.

use super::input::{Input, Sample};
use campaigns::{Campaign, Kind};

/// How many campaigns get a colour of their own: people tell about eight apart.
pub(super) const COLOURS: usize = 8;
/// How many campaigns get a section of their own. At some 10 kB each, a
/// hundred keep the file under 2 MB; nobody reads more on paper.
pub(super) const SECTIONS_MAX: usize = 100;
/// How many rows a table of campaigns or organisations has, for the same reason.
pub(super) const ROWS_MAX: usize = 500;

/// One campaign as the report shows it.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// Index into `Findings::campaigns`.
    pub(super) index: usize,
    pub(super) campaign: &'a Campaign,
    /// Colour 1 to 8 by size; none for the smaller ones.
    pub(super) colour: Option<usize>,
    /// Whether it has a section of its own to link to.
    pub(super) has_section: bool,
}

/// The findings, sorted out for showing.
pub(super) struct Figures<'a> {
    pub(super) input: &'a Input<'a>,
    /// Factories in the order asked for.
    pub(super) factories: Vec<Shown<'a>>,
    /// Organisations in the same order.
    pub(super) organisations: Vec<Shown<'a>>,
    /// Sign-ups read.
    pub(super) sign_ups: u64,
    /// Members of factories.
    pub(super) accounts: u64,
    /// Members of factories that, by their own risk, are people: the sum of
    /// one minus risk. None where the findings name no member.
    pub(super) false_alarms: Option<f64>,
    /// Rows set aside, over all inputs.
    pub(super) rejected: u64,
}

impl<'a> Figures<'a> {
    pub(super) fn of(input: &'a Input<'a>) -> Self {
        let findings = input.findings;
        let colours = colours(&findings.campaigns);
        let order = input.rank.order(&findings.campaigns);
        let of_kind = |kind, sections_max| {
            let ranked = order.iter().map(|index| (*index, &findings.campaigns[*index]));
            let ours = ranked.filter(move |(_, c)| c.kind == kind);
            let numbered = ours.enumerate().map(|(rank, (index, campaign))| Shown {
                index,
                campaign,
                colour: colours.iter().position(|c| *c == index).map(|place| place + 1),
                has_section: rank < sections_max,
            });
            numbered.collect::<Vec<_>>()
        };
        let factories = of_kind(Kind::Factory, SECTIONS_MAX);
        Self {
            input,
            accounts: factories.iter().map(|f| f.campaign.accounts).sum(),
            factories,
            organisations: of_kind(Kind::Organisation, 0),
            sign_ups: findings.risk.len() as u64,
            false_alarms: false_alarms(input),
            rejected: input.run.inputs.iter().map(|file| file.rejected).sum(),
        }
    }

    /// First and last sign-up, ms since the epoch.
    pub(super) fn span_ms(&self) -> Option<(i64, i64)> {
        self.input.volume.span_ms
    }

    /// Counts by bucket of one campaign; empty where the caller gave none.
    pub(super) fn counts(&self, shown: &Shown) -> &'a [u64] {
        self.input.volume.campaigns.get(shown.index).map_or(&[], Vec::as_slice)
    }

    /// Sample members of one campaign.
    pub(super) fn samples(&self, shown: &Shown) -> &'a [Sample] {
        let samples = self.input.samples.get(shown.index).map_or(&[][..], Vec::as_slice);
        &samples[..samples.len().min(super::SAMPLES_MAX)]
    }
}

impl Shown<'_> {
    /// The anchor of its section: its id, less what an address cannot carry.
    pub(super) fn anchor(&self) -> String {
        let id = &self.campaign.id;
        let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if plain && !id.is_empty() { id.clone() } else { format!("campaign-{}", self.index + 1) }
    }

    /// The class that colours its marks.
    pub(super) fn class(&self) -> String {
        self.colour.map_or("other".to_owned(), |colour| format!("c{colour}"))
    }
}

/// Indices of the largest factories, largest first; ties in their given order.
fn colours(campaigns: &[Campaign]) -> Vec<usize> {
    let mut factories: Vec<usize> =
        (0..campaigns.len()).filter(|index| campaigns[*index].kind == Kind::Factory).collect();
    factories.sort_by_key(|index| std::cmp::Reverse(campaigns[*index].accounts));
    factories.truncate(COLOURS);
    factories
}

fn false_alarms(input: &Input) -> Option<f64> {
    let findings = input.findings;
    let in_factory = |campaign: &Option<u32>| {
        let campaign = campaign.and_then(|index| findings.campaigns.get(index as usize));
        campaign.is_some_and(|campaign| campaign.kind == Kind::Factory)
    };
    let members = findings.campaign.iter().zip(&findings.risk).filter(|(c, _)| in_factory(c));
    let innocence: Vec<f64> =
        members.map(|(_, risk)| f64::from(1.0 - risk.clamp(0.0, 1.0))).collect();
    if innocence.is_empty() { None } else { Some(innocence.iter().sum()) }
}
