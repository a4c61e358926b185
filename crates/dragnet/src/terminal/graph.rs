//! The graph in words: what there is, one thing and what is beside it, ways, changes,
//! the trade.

mod trade;

pub(crate) use trade::{shared, trade};

use super::{faint, heading, text, units, width};
use actors::Graph;
use actors::attribution::{self, Conclusion, Hypothesis};
use actors::estimate::Confidence;
use actors::extension::{self, Event, LineageStep, Statement};
use actors::graph::{Change, Changes, Direction, Near, Neighbour, Paths};
use std::collections::BTreeMap;
use stix::{Id, Object, Timestamp};
use store::{Conflict, Source};

/// Actors and neighbours of one kind that are listed; --json has all.
const LISTED_MAX: usize = 12;
/// As much of the name of what changed as leaves room for a time and the longest type.
const CHANGED_COLUMNS_MAX: usize = 41;

/// What people call an object.
pub(crate) fn name(object: &Object) -> String {
    let properties = object.properties();
    let called =
        ["name", "value", "user_id"].iter().find_map(|name| properties.get(*name)?.as_str());
    called.unwrap_or(object.id().as_str()).to_owned()
}

/// What there is.
pub(crate) fn overview(counts: &[(String, u64)], graph: &Graph, actors: &[&Object]) -> String {
    if counts.is_empty() {
        return "nothing yet: `dragnet intel import FILE` brings something in\n".to_owned();
    }
    let total: u64 = counts.iter().map(|(_, count)| count).sum();
    let mut shown = format!("{}\n", heading(&units::counted(total, "object", "objects")));
    let parts: Vec<_> =
        counts.iter().map(|(name, count)| format!("{name} {}", units::count(*count))).collect();
    shown += &text::wrapped("  ", &parts.join(" · "), width());
    if !actors.is_empty() {
        shown +=
            &format!("\n{}\n", heading(&units::counted(actors.len() as u64, "actor", "actors")));
        let mut by_ties: Vec<(usize, &Object)> = actors
            .iter()
            .map(|one| {
                (
                    graph
                        .neighbours(one.id(), &Default::default())
                        .map_or(0, |n| n.neighbours.len() + n.left_out),
                    *one,
                )
            })
            .collect();
        by_ties.sort_by(|x, y| y.0.cmp(&x.0).then_with(|| name(x.1).cmp(&name(y.1))));
        for (ties, one) in by_ties.iter().take(LISTED_MAX) {
            let ties = units::counted(*ties as u64, "tie", "ties");
            shown += &format!("  {:<32} {}\n", text::cut(&name(one), 32), faint(&ties));
        }
        more(&mut shown, by_ties.len());
    }
    shown += &faint("\nmore: dragnet intel show NAME, --trade, --shared; dragnet intel trends\n");
    shown
}

fn more(shown: &mut String, all: usize) {
    if all > LISTED_MAX {
        *shown += &faint(&format!("  and {} more\n", units::count((all - LISTED_MAX) as u64)));
    }
}

/// One thing: what it is, whose it is thought to be, what is beside it, where it is from.
pub(crate) fn object(graph: &Graph, near: &Near, sources: &[Source]) -> String {
    let mut shown =
        format!("{}  {}\n", heading(&text::harmless(&near.name)), faint(near.id.as_str()));
    if let Some(object) = graph.get(&near.id) {
        shown += &facts(object);
    }
    shown += &history(graph, &near.id);
    shown += &standing(graph, &near.id);
    shown += &beside(near);
    shown += &origins(sources);
    shown
}

fn facts(object: &Object) -> String {
    let properties = object.properties();
    let text_of = |name: &str| properties.get(name).and_then(|value| value.as_str());
    let list_of = |name: &str| {
        let list = properties.get(name).and_then(|value| value.as_array());
        let all: Vec<_> = list.into_iter().flatten().filter_map(|value| value.as_str()).collect();
        (!all.is_empty()).then(|| all.join(", "))
    };
    let mut shown = String::new();
    let mut line = |label: &str, words: Option<String>| {
        for (at, words) in words.iter().flat_map(|words| words.lines()).enumerate() {
            let label = if at == 0 { label } else { "" };
            shown += &text::wrapped(&format!("  {label:<11}"), words, width());
        }
    };
    line("is", text_of("description").map(str::to_owned));
    line("also", list_of("aliases"));
    line("roles", extension::read::<extension::Roles>(object).map(|roles| roles.0.join(", ")));
    line("pattern", text_of("pattern").map(str::to_owned));
    line("first seen", text_of("first_seen").or(text_of("first_observed")).map(minute));
    line("last seen", text_of("last_seen").or(text_of("last_observed")).map(minute));
    line("marked", stix::marking::tlp(&properties).map(|tlp| tlp.label().to_owned()));
    let confidence =
        properties.get("confidence").and_then(|value| u8::try_from(value.as_u64()?).ok());
    line("confidence", confidence.and_then(Confidence::new).map(Confidence::words));
    if object.head().is_revoked {
        line("revoked", Some("it no longer holds".to_owned()));
    }
    shown
}

/// A time as it is written in an object, to the minute.
fn minute(time: &str) -> String {
    time.parse::<Timestamp>().map_or(time.to_owned(), |time| units::minute(time.ms()))
}

fn history(graph: &Graph, id: &Id) -> String {
    let Some(object) = graph.get(id) else { return String::new() };
    let mut shown = String::new();
    for step in extension::lineage(object) {
        shown += &text::wrapped("  history    ", &happened(graph, &step), width());
    }
    shown
}

/// `2026-01-31 08:00 named Storm-1152, before Cluster-0007: same shop, same kit`.
fn happened(graph: &Graph, step: &LineageStep) -> String {
    let event = match step.event {
        Event::Named => "named",
        Event::Merged => "merged",
        Event::Split => "split",
        Event::Attributed => "attributed",
        Event::Withdrawn => "taken back",
    };
    let mut words = format!("{} {event}", units::minute(step.at.ms()));
    if let Some(to) = &step.to {
        words += &format!(" {to}");
    }
    if let Some(from) = &step.from {
        words += &format!(", before {from}");
    }
    // Of a relationship nobody but its id tells.
    let named = step.refs.iter().filter(|id| id.type_name() != "relationship");
    let named: Vec<String> = named.map(|id| graph.name_of(id)).collect();
    if !named.is_empty() {
        let word = match step.event {
            Event::Attributed => "to",
            Event::Withdrawn => "from",
            Event::Named | Event::Merged | Event::Split => "with",
        };
        words += &format!(" {word} {}", named.join(", "));
    }
    if let Some(why) = &step.why {
        words += &format!(": {why}");
    }
    words
}

fn standing(graph: &Graph, id: &Id) -> String {
    let Ok(standing) = attribution::standing(graph, id) else { return String::new() };
    if standing.hypotheses.is_empty() {
        return String::new();
    }
    let conclusion = match &standing.conclusion {
        Conclusion::Unattributed => {
            "unattributed: no hypothesis is held and more likely than not".to_owned()
        }
        Conclusion::Contested => "contested: more than one actor could be".to_owned(),
        Conclusion::Attributed(actor) => format!("attributed to {}", graph.name_of(actor)),
    };
    let mut shown = format!("\n{}\n", heading("Who is behind it"));
    shown += &text::wrapped("  ", &conclusion, width());
    for hypothesis in standing.hypotheses.iter().take(LISTED_MAX) {
        shown += &about(hypothesis);
    }
    shown
}

fn about(hypothesis: &Hypothesis) -> String {
    let mut head = format!("{}, {}", hypothesis.name, hypothesis.status.as_str());
    if let Some(likelihood) = hypothesis.likelihood {
        head += &format!(": {}", likelihood.words());
    }
    let mut shown = text::wrapped("  – ", &head, width());
    for said in &hypothesis.statements {
        let parts = [said.source.as_deref(), said.confidence.as_deref()];
        let words: Vec<&str> = parts.into_iter().flatten().collect();
        if !words.is_empty() {
            shown += &text::wrapped("      ", &words.join("; "), width());
        }
        shown += &format!("      {}\n", faint(said.relationship.as_str()));
    }
    for reason in hypothesis.speaks_for.iter().take(LISTED_MAX) {
        shown += &text::wrapped("      + ", &reason.words, width());
    }
    for reason in hypothesis.against.iter().take(LISTED_MAX) {
        shown += &text::wrapped("      − ", &reason.words, width());
    }
    shown
}

fn beside(near: &Near) -> String {
    let mut kinds: BTreeMap<(Direction, &str), Vec<&Neighbour>> = BTreeMap::new();
    for neighbour in &near.neighbours {
        let kind = (neighbour.edge.direction, neighbour.edge.kind.as_str());
        kinds.entry(kind).or_default().push(neighbour);
    }
    let mut shown = String::new();
    for ((direction, kind), neighbours) in kinds {
        shown += &format!("\n{}\n", heading(&verb(kind, direction)));
        for neighbour in neighbours.iter().take(LISTED_MAX) {
            shown += &line("  ", neighbour);
        }
        more(&mut shown, neighbours.len());
    }
    if near.left_out > 0 {
        shown +=
            &faint(&format!("\n{} more: --limit shows more\n", units::count(near.left_out as u64)));
    }
    shown
}

/// Properties that refer, in the words of who refers and of what is referred to.
const REFERS: &[(&str, &str, &str)] = &[
    ("object_refs", "tells of", "is told of by"),
    ("sighting_of_ref", "is a sighting of", "was seen"),
    ("seller_ref", "is sold by", "sells"),
    ("sold_at_ref", "is sold at", "has on offer"),
    ("target_refs", "is directed at", "is the target of"),
    ("created_by_ref", "was made by", "made"),
];

/// `attributed to`, or, of what points here, `… attributed to it`.
fn verb(kind: &str, direction: Direction) -> String {
    if let Some((_, refers, referred)) = REFERS.iter().find(|(name, ..)| *name == kind) {
        return if direction == Direction::Out { *refers } else { *referred }.to_owned();
    }
    let kind = kind.trim_end_matches("_refs").trim_end_matches("_ref").replace(['-', '_'], " ");
    match direction {
        Direction::Out => kind,
        Direction::In => format!("… {kind} it"),
    }
}

fn line(first: &str, neighbour: &Neighbour) -> String {
    let type_name = neighbour.id.type_name();
    let name = text::cut(&neighbour.name, 48);
    fitted(format!("{first}{name}  {}", faint(type_name)), said(neighbour))
}

/// How sure it is goes to a line of its own where there is no room for it.
fn fitted(line: String, sure: Option<String>) -> String {
    let Some(sure) = sure else { return line + "\n" };
    let columns = console::measure_text_width(&line) + 2 + console::measure_text_width(&sure);
    let between = if columns > width() { "\n      " } else { "  " };
    format!("{line}{between}{}\n", faint(&sure))
}

/// How sure an edge is: three different things, each in its words.
fn said(neighbour: &Neighbour) -> Option<String> {
    let edge = &neighbour.edge;
    let grade = edge.statement.as_ref().and_then(grade);
    let likelihood = edge.statement.as_ref().and_then(|statement| statement.likelihood);
    let parts = [
        likelihood.map(|likelihood| likelihood.words()),
        edge.confidence.map(|confidence| format!("confidence {}", confidence.words())),
        grade.map(|grade| format!("source {grade}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn grade(statement: &Statement) -> Option<String> {
    let reliability = statement.source_reliability?;
    let credibility = statement.information_credibility.map(|c| c.digit().to_string());
    Some(format!("{}{}", reliability.as_str(), credibility.unwrap_or_default()))
}

fn origins(sources: &[Source]) -> String {
    if sources.is_empty() {
        return String::new();
    }
    let mut shown = format!("\n{}\n", heading("From"));
    for source in sources.iter().take(LISTED_MAX) {
        let mut words =
            format!("{}, {} by {}", source.source, units::second(source.at.ms()), source.who);
        for (label, value) in [("licence", &source.licence), ("grade", &source.grade)] {
            if let Some(value) = value {
                words += &format!(", {label} {value}");
            }
        }
        shown += &text::wrapped("  ", &words, width());
    }
    more(&mut shown, sources.len());
    shown
}

/// Ways from one thing to another.
pub(crate) fn paths(graph: &Graph, from: &Id, to: &Id, paths: &Paths) -> String {
    let called = |id: &Id| graph.get(id).map_or(id.to_string(), name);
    if paths.paths.is_empty() {
        let cut = if paths.is_cut { " within the bounds of the search" } else { "" };
        return format!("no way from {} to {}{cut}\n", called(from), called(to));
    }
    let mut shown = String::new();
    for path in &paths.paths {
        let steps = units::counted(path.steps.len() as u64, "step", "steps");
        shown += &format!("{}  {}\n", heading(&text::harmless(&called(&path.from))), faint(&steps));
        for step in &path.steps {
            let way = match step.edge.direction {
                Direction::Out => format!("─ {} →", verb(&step.edge.kind, Direction::Out)),
                Direction::In => format!("← {} ─", verb(&step.edge.kind, Direction::Out)),
            };
            shown += &line(&format!("  {} ", faint(&way)), step);
        }
    }
    if paths.is_cut {
        shown += &faint("there may be more ways: the search ended at its bounds\n");
    }
    shown
}

/// What came or changed since a time; `nothing` says that nothing did.
pub(crate) fn changes(changes: &Changes, nothing: &str, since: Timestamp) -> String {
    let parts: [(&str, &Vec<Change>); 3] =
        [("new", &changes.new), ("changed", &changes.changed), ("revoked", &changes.revoked)];
    let mut shown = String::new();
    for (label, all) in parts {
        if all.is_empty() {
            continue;
        }
        shown += &format!("{}\n", heading(&format!("{} {label}", units::count(all.len() as u64))));
        for change in all.iter().take(LISTED_MAX) {
            let properties = match change.properties.is_empty() {
                true => String::new(),
                false => format!("  {}", change.properties.join(", ")),
            };
            let name = text::cut(&change.name, CHANGED_COLUMNS_MAX);
            let words = format!("{}{properties}", change.id.type_name());
            shown += &format!("  {}  {name}  {}\n", units::minute(change.at.ms()), faint(&words));
        }
        more(&mut shown, all.len());
    }
    if !changes.merged.is_empty() {
        shown += &format!("{}\n", heading(&format!("{} merged", changes.merged.len())));
        for merged in changes.merged.iter().take(LISTED_MAX) {
            shown += &format!("  {} is {}\n", merged.absorbed, merged.survivor);
        }
    }
    match shown.is_empty() {
        true => format!("{nothing} since {}\n", units::second(since.ms())),
        false => shown,
    }
}

/// What was imported under a taken id.
pub(crate) fn conflicts(conflicts: &[Conflict]) -> String {
    if conflicts.is_empty() {
        return "no conflicts: every id and version stands for one content\n".to_owned();
    }
    let line = |one: &Conflict| {
        let words = format!(
            "{} ({}) from {}, import {}",
            name(&one.object),
            one.object.id(),
            one.source,
            one.import_id
        );
        text::wrapped("  ", &words, width())
    };
    let head = units::counted(conflicts.len() as u64, "conflict", "conflicts");
    let lines: String = conflicts.iter().map(line).collect();
    format!("{}; what was here first stays\n{lines}", heading(&head))
}
