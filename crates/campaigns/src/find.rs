//! The batch engine: a table of signals in, campaigns out.

use crate::assembly;
use crate::captcha::{self, Defeats, Founding};
use crate::cells::Cells;
use crate::company;
use crate::drafts::{Draft, drafts};
use crate::features::Features;
use crate::finding::{Actor, Campaign, Findings, Kind, Link, Share, Signature};
use crate::identity::Identity;
use crate::labels::Known;
use crate::learning::Learned;
use crate::limits::{Limits, RISK_MIN, RULE_VERSION};
use crate::live::KnownCampaign;
use crate::pass::{Pass, Watch, unwatched};
use crate::signature::Rule;
use crate::trees::Forest;
use crate::weighed::{self, Weighed};
use crate::{reasons, risk, share};
use signals::{Table, Values};
use std::collections::BTreeMap;

/// What was found, still in hashes: [`Found::wanted`] lists the texts it needs
/// from a second reading, [`Found::name`] puts them in.
#[derive(Clone, Debug, Default)]
pub struct Found {
    risk: Vec<f32>,
    campaign: Vec<Option<u32>>,
    drafts: Vec<Draft>,
    cells: Cells,
    is_evidence: Vec<bool>,
    share: Share,
    missing: Vec<String>,
    defeats: Defeats,
    because: BTreeMap<u32, String>,
    learned: Option<Learned>,
}

/// Finds campaigns among the sign-ups of `table`; `previous` are the campaigns
/// of an earlier run over a part of the same data, whose ids are kept.
pub fn find(table: &Table, limits: &Limits, previous: &[Identity]) -> Found {
    find_taught(table, limits, previous, &Known::default(), &unwatched)
}

/// The same, learning from labels; with none it is [`find`]. `watch` is told of
/// each pass.
pub fn find_taught(
    table: &Table,
    limits: &Limits,
    previous: &[Identity],
    known: &Known<'_>,
    watch: Watch<'_>,
) -> Found {
    let weighed = Weighed::of(table, limits, known.labels, watch);
    let drafts = drafts(&weighed, table, limits, previous);
    let found = Found::of(weighed, drafts, table, known);
    watch(Pass::Assemble);
    found
}

/// What training sees of a table: the features of every row with evidence.
pub fn features(table: &Table, limits: &Limits) -> Features {
    Weighed::of(table, limits, &[], &unwatched).features
}

/// The risk of each row of `table` by a forest in training, their company not yet
/// looked at.
pub fn scored(features: &Features, table: &Table, forest: &Forest) -> Vec<f32> {
    let organised = weighed::organised(features, table);
    let risks = risk::probabilities(forest.logits(&features.values));
    weighed::risk(features, &organised, table.len(), &risks)
}

impl Weighed {
    /// What each draft was found by.
    fn foundings(&self, drafts: &[Draft]) -> Vec<Founding> {
        let kinds = |cell: &u32| {
            let cell = &self.cells.cells[*cell as usize];
            (cell.resource, cell.behaviour)
        };
        let founding = |draft: &Draft| match draft.kind {
            Kind::Organisation => Founding::Organisation,
            Kind::Factory => Founding::of(draft.reasons.iter().map(kinds)),
        };
        drafts.iter().map(founding).collect()
    }
}

impl Found {
    /// What `drafts` show of `table`.
    pub(crate) fn of(
        weighed: Weighed,
        drafts: Vec<Draft>,
        table: &Table,
        known: &Known<'_>,
    ) -> Self {
        let mut campaign = vec![None; table.len()];
        let mut is_evidence = vec![false; table.len()];
        for (index, draft) in drafts.iter().enumerate() {
            for row in &draft.members {
                let is_new = !table.is_carried(*row);
                campaign[*row as usize] = is_new.then_some(index as u32);
                is_evidence[*row as usize] = true;
            }
            for cell in &draft.reasons {
                for row in weighed.cells.rows(&weighed.cells.cells[*cell as usize]) {
                    is_evidence[*row as usize] = true;
                }
            }
        }
        let share = share::of(&weighed, table);
        let missing = share::missing(table);
        let defeats = captcha::defeats(table, &campaign, &weighed.foundings(&drafts));
        let told =
            weighed.because.iter().filter(|(row, _)| weighed.risk[**row as usize] >= RISK_MIN);
        let mut because: BTreeMap<u32, String> =
            told.map(|(row, seen)| (*row, company::said(seen))).collect();
        let learned = weighed.taught.map(|taught| taught.told(known.sellers));
        if let Some(learned) = &learned {
            because.extend(learned.because.iter().map(|(row, words)| (*row, words.clone())));
        }
        Found {
            risk: weighed.risk,
            campaign,
            drafts,
            cells: weighed.cells,
            is_evidence,
            share,
            missing,
            defeats,
            because,
            learned,
        }
    }

    /// Signal values whose texts the reasons and signatures cite.
    pub fn wanted(&self) -> Vec<(signals::Kind, u32)> {
        let mut wanted = self.defeats.wanted();
        for draft in &self.drafts {
            for cell in draft.reasons.iter().map(|cell| &self.cells.cells[*cell as usize]) {
                wanted.push((cell.resource, cell.a));
                wanted.push((cell.behaviour, cell.b));
            }
            let ties = draft.actor.iter().flat_map(|link| &link.ties);
            wanted.extend(ties.filter_map(|tie| tie.value));
            wanted.extend(draft.rule.iter().flat_map(|rule| rule.conditions.iter().copied()));
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Whether the sign-up of this row stands behind a figure that is shown: a
    /// member of a campaign, or in a cited cell.
    pub fn is_evidence(&self, row: usize) -> bool {
        self.is_evidence[row]
    }

    /// How many campaigns and organisations there are.
    pub fn campaigns(&self) -> usize {
        self.drafts.len()
    }

    /// The rows of a campaign, by its place in [`Findings::campaigns`], those carried
    /// over among them; ascending.
    pub fn rows_of(&self, campaign: usize) -> &[u32] {
        &self.drafts[campaign].members
    }

    /// What is known again of each campaign, by its place in [`Findings::campaigns`].
    pub(crate) fn known(&self) -> impl Iterator<Item = KnownCampaign> {
        self.drafts.iter().map(Draft::known)
    }

    /// Risk of each row.
    pub fn risks(&self) -> &[f32] {
        &self.risk
    }

    /// Ids of the campaigns, by their place in [`Findings::campaigns`].
    pub fn ids(&self) -> Vec<String> {
        self.drafts.iter().map(|draft| draft.identity.id.clone()).collect()
    }

    /// Campaigns for the next run's `previous`, oldest first.
    pub fn identities(&self) -> Vec<Identity> {
        let mut drafts: Vec<&Draft> = self.drafts.iter().collect();
        drafts.sort_by_key(|draft| (draft.times_ms.iter().min().copied(), &draft.identity.id));
        drafts.into_iter().map(|draft| draft.identity.clone()).collect()
    }

    /// The result in words.
    pub fn name(&self, values: &Values) -> Findings {
        Findings {
            risk: self.risk.clone(),
            campaign: self.campaign.clone(),
            campaigns: self.in_words(values),
            share: self.share.clone(),
            missing: self.missing.clone(),
            because: self.because.clone(),
            learned: self.learned.clone(),
        }
    }

    fn in_words(&self, values: &Values) -> Vec<Campaign> {
        let actors = self.actors();
        let drafts = self.drafts.iter().enumerate();
        drafts
            .map(|(index, draft)| Campaign {
                captcha_defeat: self.defeats.of(index, values),
                actor: self.actor(draft, &actors, values),
                ..self.campaign(draft, values)
            })
            .collect()
    }

    /// The id of each operation's actor: that of its earliest campaign.
    fn actors(&self) -> BTreeMap<u32, String> {
        let mut earliest: BTreeMap<u32, (Option<i64>, &str)> = BTreeMap::new();
        for draft in &self.drafts {
            let Some(operation) = draft.operation else { continue };
            let first = (draft.times_ms.iter().min().copied(), &draft.identity.id[..]);
            let known = earliest.entry(operation).or_insert(first);
            *known = first.min(*known);
        }
        let id = |id: &str| id.replacen("C-", "A-", 1);
        earliest.into_iter().map(|(operation, (_, first))| (operation, id(first))).collect()
    }

    fn actor(
        &self,
        draft: &Draft,
        actors: &BTreeMap<u32, String>,
        values: &Values,
    ) -> Option<Actor> {
        let link = |link: &assembly::Link| Link {
            campaign: self.drafts[link.other].identity.id.clone(),
            grade: link.grade,
            ties: link.ties.iter().map(|tie| reasons::tie(tie, values)).collect(),
        };
        let links: Vec<Link> = draft.actor.iter().map(link).collect();
        let id = actors.get(&draft.operation?)?.clone();
        (!links.is_empty()).then_some(Actor { id, links })
    }

    fn campaign(&self, draft: &Draft, values: &Values) -> Campaign {
        let reasons = draft.reasons.iter();
        let reasons =
            reasons.map(|cell| reasons::reason(&self.cells.cells[*cell as usize], values));
        Campaign {
            id: draft.identity.id.clone(),
            aliases: draft.identity.aliases.clone(),
            kind: draft.kind,
            accounts: draft.times_ms.len() as u64,
            first_ms: draft.times_ms.iter().min().copied().unwrap_or(0),
            last_ms: draft.times_ms.iter().max().copied().unwrap_or(0),
            risk: draft.risk,
            reasons: reasons.collect(),
            signature: draft.rule.as_ref().map(|rule| in_words(rule, draft.background, values)),
            hours: share::hours(&draft.times_ms),
            days: share::days(&draft.times_ms),
            actor: None,
            before: None,
            captcha_defeat: None,
            harm: None,
            labels: None,
        }
    }
}

fn in_words(rule: &Rule, background: u64, values: &Values) -> Signature {
    let conditions: Vec<(signals::Kind, String)> = rule
        .conditions
        .iter()
        .map(|(kind, value)| (*kind, values.text(*kind, *value).unwrap_or("(unknown)").to_owned()))
        .collect();
    Signature {
        words: reasons::rule_words(&conditions),
        conditions: conditions.into_iter().map(|(k, v)| (k.name().to_owned(), v)).collect(),
        hits: rule.hits,
        false_hits: rule.false_hits,
        background,
        version: RULE_VERSION,
    }
}
