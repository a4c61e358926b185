//! What a crate may not touch: the core has no clock, no environment, no
//! network, no randomness of its own and nothing async; SQL is `store`'s; `share`
//! asks partners and has nothing else of the border.

use super::sources;
use crate::source::ANY_FUNCTION;
use crate::{Finding, House, Source};

/// Crates that a sign-up flows through; they also get their readers as arguments.
const FLOW: &[&str] = &["events", "signals", "campaigns", "verdicts", "stix", "actors", "cases"];
/// Writes and reads its own files, and is otherwise as pure as the flow.
const BESIDE: &str = "synth";
/// Crates that stand at the border, where the clock and the environment are
/// read once and handed in.
const BORDER: &[&str] = &["cluster", "dragnet", "server", "xtask"];
/// Asks partners over HTTP, and has neither clock nor environment.
const ASKS: &str = "share";
/// The only crate that knows SQL.
const SQL: &str = "store";

/// Words that the core may not say, and why.
const NOT_IN_CORE: &[(&[&str], &str)] = &[
    (&["async"], "the core is not async"),
    (&["await"], "the core is not async"),
    (&["thread_rng"], "the core draws no randomness: take a seed"),
    (&["OsRng"], "the core draws no randomness: take a seed"),
    (&["from_os_rng"], "the core draws no randomness: take a seed"),
    (&["rand", ":", ":", "rng"], "the core draws no randomness: take a seed"),
    (&["rand", ":", ":", "random"], "the core draws no randomness: take a seed"),
];

/// A `File` may be handed in, since Parquet is read from its end; opening one
/// is what the flow leaves to the border.
const NOT_IN_FLOW: &[(&[&str], &str)] = &[
    (&["fs", ":", ":", ANY_FUNCTION], "the flow opens no files: take a reader or a writer"),
    (&["File", ":", ":", ANY_FUNCTION], "the flow opens no files: take a reader or a writer"),
    (&["OpenOptions"], "the flow opens no files: take a reader or a writer"),
];

/// Words that only the border may say, and whoever asks partners.
const ONLY_WITH_A_NETWORK: &[(&[&str], &str)] = &[
    (&["TcpStream"], "only the border has a network"),
    (&["TcpListener"], "only the border has a network"),
    (&["UdpSocket"], "only the border has a network"),
    (&["reqwest"], "only the border speaks HTTP"),
    (&["ureq"], "only the border speaks HTTP"),
    (&["hyper"], "only the border speaks HTTP"),
];

/// Words that only the border may say, and why.
const ONLY_AT_BORDER: &[(&[&str], &str)] = &[
    (&["SystemTime"], "only the border reads the clock: take the time"),
    (&["Instant"], "only the border reads the clock: take the time"),
    (&[":", ":", "now"], "only the border reads the clock: take the time"),
    (&["env", ":", ":"], "only the border reads the environment: take the value"),
];

/// How a query starts, and what it says further on: a sentence may start so too.
const QUERIES: &[(&str, &str)] = &[
    ("SELECT ", " FROM "),
    ("INSERT INTO ", " VALUES"),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("CREATE TABLE ", ""),
    ("ALTER TABLE ", ""),
];

/// Every crate of ours against its layer.
pub fn check(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in sources(house) {
        let Some(of) = house.crate_of(path).map(|c| c.name.as_str()) else {
            continue;
        };
        if FLOW.contains(&of) {
            findings.extend(banned(path, &source, NOT_IN_FLOW));
        }
        if FLOW.contains(&of) || of == BESIDE {
            findings.extend(banned(path, &source, NOT_IN_CORE));
        }
        if !BORDER.contains(&of) {
            findings.extend(banned(path, &source, ONLY_AT_BORDER));
        }
        if !BORDER.contains(&of) && of != ASKS {
            findings.extend(banned(path, &source, ONLY_WITH_A_NETWORK));
        }
        if of != SQL && of != "xtask" {
            findings.extend(queries(path, &source));
        }
    }
    findings
}

fn banned(path: &str, source: &Source, list: &[(&[&str], &str)]) -> Vec<Finding> {
    let places = |(words, why): &(&[&str], &str)| {
        let said = words.concat().replace(ANY_FUNCTION, "…");
        let lines: Vec<usize> = source.find(words).collect();
        let why = why.to_string();
        lines.into_iter().map(move |line| Finding::wall(path, line, format!("`{said}`: {why}")))
    };
    list.iter().flat_map(places).collect()
}

fn queries(path: &str, source: &Source) -> Vec<Finding> {
    let is_query = |text: &str| {
        let inside = text.trim_start_matches(['r', '#', '"']).trim_start();
        QUERIES.iter().any(|(start, further)| inside.starts_with(start) && inside.contains(further))
    };
    let literals = source.tokens.iter().filter(|t| t.is_literal && !t.in_test && is_query(&t.text));
    literals.map(|t| Finding::wall(path, t.line, "a query: only `store` knows SQL")).collect()
}
