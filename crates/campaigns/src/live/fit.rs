//! Which known campaign a sign-up fits best, as [`crate::affinity`] has it, for one row at
//! a time.

use super::usual::Usual;
use crate::affinity::{
    CLASSES, CLOSE, COMPARED_MAX, Fit, LEAD_CLASSES_MIN, LEAD_COUNT_MIN, LEAD_GROUPS_MAX,
    LEAD_LIFT_MIN, LEADS, MEMBERS_MIN, PRIOR_MEMBERS, UNLED_MAX, class,
};
use crate::cells::background::{HashedMap, pair};
use signals::{Kind, Row, Table};

/// How campaigns are known again.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    /// By campaign; none where it is too small.
    all: Vec<Option<Profile>>,
    /// By kind and value: (campaign, nats).
    leads: HashedMap<u64, Vec<(u32, f32)>>,
    /// Sign-ups in all.
    others: f64,
}

/// How often a campaign has each value.
#[derive(Debug)]
struct Profile {
    members: f64,
    counts: HashedMap<u64, u32>,
}

impl Profiles {
    /// Of campaigns by their rows.
    pub(super) fn of(table: &Table, campaigns: &[&[u32]], usual: &Usual) -> Self {
        let mut profiles = Self { others: table.len().max(1) as f64, ..Self::default() };
        for members in campaigns {
            let is_big = members.len() >= MEMBERS_MIN;
            profiles.all.push(is_big.then(|| Profile::of(table, members)));
        }
        for kind in LEADS {
            profiles.lead(*kind, usual);
        }
        profiles
    }

    fn lead(&mut self, kind: Kind, usual: &Usual) {
        let mut pairs: Vec<(u32, u32, u32, f32)> = Vec::new();
        for (campaign, profile) in (0..).zip(&self.all) {
            let Some(profile) = profile else { continue };
            for (value, count) in profile.of_kind(kind) {
                let expected = usual.world(kind, value) * profile.members;
                let lift = f64::from(count) / expected;
                if count >= LEAD_COUNT_MIN && lift >= LEAD_LIFT_MIN {
                    pairs.push((value, count, campaign, lift.ln() as f32));
                }
            }
        }
        pairs.sort_unstable_by(|x, y| (x.0, y.1, x.2).cmp(&(y.0, x.1, y.2)));
        for run in pairs.chunk_by(|x, y| x.0 == y.0) {
            let kept = run.iter().take(LEAD_GROUPS_MAX);
            let kept = kept.map(|(_, _, campaign, nats)| (*campaign, *nats)).collect();
            self.leads.insert(pair(kind as u32, run[0].0), kept);
        }
    }

    /// The campaign that `row` fits best, if any comes close.
    pub(super) fn best(&self, row: &Row, usual: &Usual) -> Option<Fit> {
        let mut pointed: Vec<(u32, u32, f32)> = Vec::new();
        for kind in LEADS {
            let value = row.short(*kind);
            let leads = if value == 0 { None } else { self.leads.get(&pair(*kind as u32, value)) };
            for (campaign, nats) in leads.into_iter().flatten() {
                let class = class(*kind);
                match pointed.iter_mut().find(|(known, ..)| known == campaign) {
                    None => pointed.push((*campaign, class, *nats)),
                    Some((_, classes, sum)) if *classes & class == 0 => {
                        (*classes, *sum) = (*classes | class, *sum + nats);
                    }
                    Some(_) => {}
                }
            }
        }
        pointed.retain_mut(|(campaign, classes, nats)| {
            *nats += self.prior(*campaign);
            classes.count_ones() >= LEAD_CLASSES_MIN && *nats >= CLOSE - UNLED_MAX
        });
        pointed.sort_unstable_by(|x, y| y.2.total_cmp(&x.2).then(x.0.cmp(&y.0)));
        pointed.truncate(COMPARED_MAX);
        let fits = pointed.iter().filter_map(|(campaign, ..)| {
            let log_odds = self.log_odds(row, *campaign, usual)? as f32;
            Some(Fit { group: *campaign, log_odds })
        });
        fits.max_by(|x, y| x.log_odds.total_cmp(&y.log_odds).then(y.group.cmp(&x.group)))
    }

    fn prior(&self, campaign: u32) -> f32 {
        let members = self.all[campaign as usize].as_ref().map_or(1.0, |profile| profile.members);
        (members / self.others).ln() as f32
    }

    fn log_odds(&self, row: &Row, campaign: u32, usual: &Usual) -> Option<f64> {
        let profile = self.all[campaign as usize].as_ref()?;
        let of_class = |class: &&[Kind]| {
            let mut best = 0.0f64;
            for kind in *class {
                let value = row.short(*kind);
                if value == 0 || best > 1.0 {
                    continue;
                }
                let mine = profile.counts.get(&pair(*kind as u32, value)).copied().unwrap_or(0);
                let times = if mine == 0 { 0.0 } else { f64::from(mine) / usual.rate(*kind, row) };
                best = best.max((times + PRIOR_MEMBERS) / (profile.members + PRIOR_MEMBERS));
            }
            if best > 0.0 { best } else { 1.0 }
        };
        let of_classes: f64 = CLASSES.iter().map(of_class).product();
        Some((profile.members / self.others * of_classes).ln())
    }
}

impl Profile {
    fn of(table: &Table, members: &[u32]) -> Self {
        let mut counts: HashedMap<u64, u32> = HashedMap::default();
        for kind in CLASSES.iter().copied().flatten() {
            let column = table.column(*kind);
            for value in members.iter().map(|row| column[*row as usize]).filter(|v| *v != 0) {
                *counts.entry(pair(*kind as u32, value)).or_default() += 1;
            }
        }
        Self { members: members.len() as f64, counts }
    }

    /// (value, count) of a kind.
    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (u32, u32)> {
        let mut all: Vec<(u32, u32)> = self
            .counts
            .keys()
            .filter(|key| (**key >> 32) as u32 == kind as u32)
            .map(|key| (*key as u32, self.counts[key]))
            .collect();
        all.sort_unstable();
        all.into_iter()
    }
}
