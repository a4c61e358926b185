//! What likeness tells: of the last sign-ups from one place, how alike are those whom a
//! scan suspects, with hindsight, and how alike are the others? Learned anew after each
//! scan, family by family, from the sign-ups that it looked at, as they came: what is
//! usual behind an operator is not behind a device.
//!
//! Half of the sign-ups tell what each family is worth, the other half what the best of
//! all families is, so that having many of them makes nobody a suspect.

use crate::counters::{Alike, Counted, Counters, Plan};
use campaigns::Knowledge;
use campaigns::live::alike::{Place, places};
use signals::{Kind, Row};
use std::collections::HashSet;
use std::sync::LazyLock;

/// A sign-up of the past.
pub struct Past<'a> {
    /// What it was like.
    pub row: &'a Row,
    /// When, in seconds since the epoch.
    pub second: u32,
    /// Whether the scan suspects it.
    pub is_suspect: bool,
}

/// What is known of likeness.
#[derive(Debug, Default)]
pub struct Likeness {
    families: Vec<Family>,
    /// Of the best of all families.
    best: Tails,
}

/// Sign-ups from one place that have something in common.
#[derive(Debug)]
struct Family {
    resource: Kind,
    behaviour: Kind,
    tails: Tails,
}

/// What a sign-up has in common with those before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Common {
    /// The place.
    pub resource: Kind,
    /// What they have in common.
    pub behaviour: Kind,
    /// How many of the last ones have it.
    pub same: u8,
    /// Of how many.
    pub have: u8,
    /// How many were to be expected.
    pub expected: f64,
}

/// Families that are looked at: the most telling ones, since each costs time with every
/// sign-up.
const FAMILIES_MAX: usize = 32;
/// A family is worth what it finds of the suspects while it takes one other in so many.
const OTHERS_EACH: f64 = 1_000.0;
/// Fewer suspects teach nothing.
const SUSPECTS_MIN: usize = 30;

impl Likeness {
    /// What has to be kept of each place to see it.
    pub fn plan(plan: &mut Plan) {
        for place in places() {
            for behaviour in compared(&place) {
                // There are no more behaviours behind a place than may be kept.
                let _ = plan.keep(behaviour, place.resource);
            }
        }
    }

    /// Learns from `past`, in the order of time.
    pub fn learn(knowledge: &Knowledge, past: &[Past<'_>]) -> Self {
        let suspects = past.iter().filter(|past| past.is_suspect).count();
        if suspects < SUSPECTS_MIN {
            return Self::default();
        }
        let seen = seen(knowledge, past);
        let (first, second) = (|at: usize| at.is_multiple_of(2), |at: usize| !at.is_multiple_of(2));
        let of_half = |half: &dyn Fn(usize) -> bool, is_suspect: bool| {
            past.iter()
                .enumerate()
                .filter(|(at, p)| half(*at) && p.is_suspect == is_suspect)
                .count()
        };
        let (suspects, others) = (of_half(&first, true), of_half(&first, false));
        let mut families: Vec<(f64, Family)> = Vec::new();
        for (resource, behaviour, values) in &seen.families {
            let half = values.iter().filter(|(at, _)| first(*at as usize));
            let values = half.map(|(at, log_p)| (*log_p, past[*at as usize].is_suspect));
            let tails = Tails::of(values.collect(), suspects, others);
            families.push((
                tails.worth(),
                Family { resource: *resource, behaviour: *behaviour, tails },
            ));
        }
        families.sort_by(|x, y| y.0.total_cmp(&x.0));
        families.truncate(FAMILIES_MAX);
        families.retain(|(worth, _)| *worth > 0.0);
        let families: Vec<Family> = families.into_iter().map(|(_, family)| family).collect();
        let mut best = vec![0.0f32; past.len()];
        for family in &families {
            let values = seen.of(family.resource, family.behaviour);
            for (at, log_p) in values.iter().filter(|(at, _)| second(*at as usize)) {
                let nats = family.tails.nats(*log_p);
                best[*at as usize] = best[*at as usize].max(nats);
            }
        }
        let values = best.iter().enumerate().filter(|(at, nats)| second(*at) && **nats > 0.0);
        let values = values.map(|(at, nats)| (-*nats, past[at].is_suspect)).collect();
        let (suspects, others) = (of_half(&second, true), of_half(&second, false));
        Self { families, best: Tails::of(values, suspects, others) }
    }

    /// The places that are looked at.
    pub(crate) fn resources(&self) -> impl Iterator<Item = Kind> {
        self.families.iter().map(|family| family.resource)
    }

    /// How much likelier, in nats, what a sign-up has in common with those before it is of
    /// a factory's than of anyone's; and what tells most.
    pub fn of(
        &self,
        knowledge: &Knowledge,
        counters: &dyn Counted,
        row: &Row,
        second: u32,
    ) -> (f64, Option<Common>) {
        let mut places: Vec<(usize, Alike)> = Vec::new();
        let mut best: Option<(f32, Common)> = None;
        let is_organised = has_own_domain(row);
        let plan = counters.plan();
        for family in &self.families {
            let place = plan.place_behind(family.behaviour, family.resource);
            let Some((by, at)) = place else { continue };
            let known = places.iter().find(|(known, _)| *known == by).map(|(_, alike)| *alike);
            let alike = known.unwrap_or_else(|| {
                let alike = counters.alike(row, by, second);
                places.push((by, alike));
                alike
            });
            let (have, same) = (alike.have[at], alike.same[at]);
            if same == 0 || is_organised && !is_personal(family.behaviour) {
                continue;
            }
            let (log_p, expected) = knowledge.surprise(family.behaviour, row, have, same);
            let nats = family.tails.nats(log_p as f32);
            if nats > best.map_or(0.0, |(best, _)| best) {
                let Family { resource, behaviour, .. } = *family;
                best = Some((nats, Common { resource, behaviour, same, have, expected }));
            }
        }
        match best {
            Some((nats, common)) => (f64::from(self.best.nats(-nats)), Some(common)),
            None => (0.0, None),
        }
    }
}

/// What is compared behind a place: where people are together, what being together does not
/// explain. That they come at one time never counts: a burst is no evidence.
fn compared(place: &Place) -> impl Iterator<Item = Kind> + use<> {
    use Kind::{Asn, Device, Fingerprint, Ip, Net};
    let is_shared = matches!(place.resource, Ip | Net | Asn | Device | Fingerprint);
    let counts = move |kind: &Kind| *kind != Kind::Hour && (!is_shared || is_personal(*kind));
    place.behaviours.iter().copied().filter(counts)
}

/// Whether its mail is of a domain that is no public provider's, as a company's own people
/// have it.
fn has_own_domain(row: &Row) -> bool {
    let domain = row.short(Kind::Domain);
    domain != 0 && !providers().contains(&domain)
}

fn providers() -> &'static HashSet<u32> {
    static PROVIDERS: LazyLock<HashSet<u32>> = LazyLock::new(signals::mail::providers);
    &PROVIDERS
}

/// What people of one organisation have no reason to have in common: how they name
/// themselves, and how they get past a challenge. Its network, machines, mail, language and
/// hours they share.
fn is_personal(behaviour: Kind) -> bool {
    use Kind::{IssueNet, NameGrammar, NameShape, Nature, Redeem, Relation, Solve, Stem, Texture};
    matches!(
        behaviour,
        NameShape | NameGrammar | Stem | Texture | Nature | Relation | Solve | Redeem | IssueNet
    )
}

/// (Place in the past, ln P) of all that had something in common.
type Values = Vec<(u32, f32)>;

/// What was in common, family by family.
struct Seen {
    families: Vec<(Kind, Kind, Values)>,
}

impl Seen {
    fn of(&self, resource: Kind, behaviour: Kind) -> &[(u32, f32)] {
        let found = self.families.iter().find(|(r, b, _)| (*r, *b) == (resource, behaviour));
        found.map_or(&[], |(.., values)| values)
    }
}

/// Lets the past come once more.
fn seen(knowledge: &Knowledge, past: &[Past<'_>]) -> Seen {
    let mut plan = Plan::default();
    Likeness::plan(&mut plan);
    let counters = Counters::new(plan, past.len().saturating_mul(places().count()).max(1));
    let mut families: Vec<(Kind, Kind, Values)> = places()
        .flat_map(|place| compared(&place).map(move |b| (place.resource, b, Vec::new())))
        .collect();
    for (row, one) in past.iter().enumerate() {
        let mut family = 0;
        let is_organised = has_own_domain(one.row);
        for (by, place) in places().enumerate() {
            let alike = counters.alike(one.row, by, one.second);
            for (at, behaviour) in compared(&place).enumerate() {
                if alike.same[at] > 0 && (!is_organised || is_personal(behaviour)) {
                    let (have, same) = (alike.have[at], alike.same[at]);
                    let (log_p, _) = knowledge.surprise(behaviour, one.row, have, same);
                    families[family].2.push((row as u32, log_p as f32));
                }
                family += 1;
            }
        }
        counters.add(one.row, one.second);
    }
    Seen { families }
}

/// How much likelier something so surprising is of the suspects than of the others: by
/// steps, each of which tells no more than a more surprising one (isotonic regression,
/// pooling adjacent violators; Ayer et al. 1955).
#[derive(Debug, Default)]
struct Tails {
    /// (ln P up to which it holds, nats), the most surprising first.
    steps: Vec<(f32, f32)>,
    worth: f64,
}

/// Steps that are told apart before some are pooled.
const STEPS_MAX: usize = 64;

/// Some who are about as surprising.
#[derive(Clone, Copy)]
struct Step {
    log_p: f32,
    suspects: f64,
    others: f64,
}

impl Step {
    fn add(&mut self, next: Step) {
        self.log_p = next.log_p;
        self.suspects += next.suspects;
        self.others += next.others;
    }

    /// Nats, among so many of each; half a person is never far.
    fn nats(&self, suspects: usize, others: usize) -> f32 {
        let share = |n: f64, all: usize| (n + 0.5) / (all as f64 + 1.0);
        (share(self.suspects, suspects) / share(self.others, others)).ln() as f32
    }
}

impl Tails {
    /// Of (ln P, whether it is a suspect's) of all that have one, among so many suspects
    /// and others.
    fn of(mut values: Vec<(f32, bool)>, suspects: usize, others: usize) -> Self {
        values.sort_by(|x, y| x.0.total_cmp(&y.0));
        let steps = steps(&values);
        let mut all = Step { log_p: 0.0, suspects: 0.0, others: 0.0 };
        let mut worth = 0.0;
        let mut pooled: Vec<Step> = Vec::new();
        for step in steps {
            all.add(step);
            if all.others * OTHERS_EACH <= others as f64 {
                worth = all.suspects / suspects.max(1) as f64;
            }
            pooled.push(step);
            while let [.., before, last] = &pooled[..]
                && last.nats(suspects, others) > before.nats(suspects, others)
            {
                let last = *last;
                pooled.pop();
                if let Some(before) = pooled.last_mut() {
                    before.add(last);
                }
            }
        }
        let steps = pooled.iter().map(|step| (step.log_p, step.nats(suspects, others)));
        Self { steps: steps.collect(), worth }
    }

    /// The share of the suspects that it finds while it takes hardly anyone else.
    fn worth(&self) -> f64 {
        self.worth
    }

    fn nats(&self, log_p: f32) -> f32 {
        let at = self.steps.partition_point(|(step, _)| *step < log_p);
        self.steps.get(at).map_or(0.0, |(_, nats)| nats.max(0.0))
    }
}

/// Values, ascending, in steps of about as many; equal ones are of one step.
fn steps(values: &[(f32, bool)]) -> Vec<Step> {
    let many = (values.len() / STEPS_MAX).max(1);
    let mut steps: Vec<Step> = Vec::new();
    let mut at = 0;
    while at < values.len() {
        let log_p = values[(at + many).min(values.len()) - 1].0;
        let mut step = Step { log_p, suspects: 0.0, others: 0.0 };
        while let Some((_, is_suspect)) = values.get(at).filter(|(value, _)| *value <= log_p) {
            let one = f64::from(u8::from(*is_suspect));
            (step.suspects, step.others) = (step.suspects + one, step.others + 1.0 - one);
            at += 1;
        }
        steps.push(step);
    }
    steps
}
