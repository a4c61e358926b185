//! What the report stands on: the files with their digests, the options, the
//! versions. Enough for another person to repeat the run and to prove that
//! the same bytes were read.

use super::figures::Figures;
use super::input::InputFile;
use super::words::{bytes, clean, counted, grouped, iso, minute, shown};
use maud::{Markup, html};

/// A directory of hourly files is named in full up to here; the rest is in `run.json`.
const FILES_MAX: usize = 100;
const MAPPING_MAX: usize = 40;
const CHARS_MAX: usize = 160;

/// Inputs and run.
pub(super) fn section(figures: &Figures) -> Markup {
    let run = figures.input.run;
    html! {
        section #inputs {
            h2 { "Inputs and run" }
            @if !run.inputs.is_empty() { (table(&run.inputs, "Sign-ups")) }
            @if run.inputs.len() > FILES_MAX {
                p.note { "The first " (FILES_MAX) " of " (counted(run.inputs.len() as u64, "file", "files")) "; all are in " code { "run.json" } "." }
            }
            @if !run.beside.is_empty() { h3 { "Read beside the sign-ups" } (table(&run.beside, "Rows")) }
            (mappings(&run.inputs.iter().chain(&run.beside).collect::<Vec<_>>()))
            div.columns.even {
                @if !run.options.is_empty() { div { h3 { "Options" } (pairs(run.options.iter().map(|(name, value)| (name.as_str(), clean(value, CHARS_MAX))))) } }
                @if !run.timings.is_empty() { div { h3 { "Timings" } (pairs(run.timings.iter().map(|(step, s)| (step.as_str(), format!("{s:.1}\u{a0}s"))))) } }
            }
        }
    }
}

fn table(files: &[InputFile], what: &str) -> Markup {
    let total = |of: fn(&InputFile) -> u64| files.iter().map(of).sum::<u64>();
    html! {
        div.scroll role="region" aria-label={ "Inputs: " (what) } tabindex="0" {
            table.inputs {
                thead { tr { th scope="col" { "File" } th.number scope="col" { "Size" } th.number scope="col" { (what) } th.number scope="col" { "Set aside" } th scope="col" { "SHA-256" } } }
                tbody { @for file in files.iter().take(FILES_MAX) { (input_row(file)) } }
                @if files.len() > 1 {
                    tfoot { tr { th scope="row" { "All files" } td.number { (bytes(total(|f| f.bytes))) } td.number { (grouped(total(|f| f.rows))) } td.number { (grouped(total(|f| f.rejected))) } td {} } }
                }
            }
        }
    }
}

fn input_row(file: &InputFile) -> Markup {
    html! {
        tr {
            th scope="row" { (shown(&file.name, CHARS_MAX)) }
            td.number { (bytes(file.bytes)) }
            td.number { (grouped(file.rows)) }
            td.number { (grouped(file.rejected)) }
            td { @if file.sha256.is_empty() { "not taken" } @else { code.digest { (clean(&file.sha256, 64)) } } }
        }
    }
}

/// How columns were understood, said once for all files that agree.
fn mappings(files: &[&InputFile]) -> Markup {
    let mut distinct: Vec<(&[String], Vec<&str>)> = Vec::new();
    for file in files.iter().filter(|file| !file.mapping.is_empty()) {
        match distinct.iter_mut().find(|(mapping, _)| *mapping == file.mapping.as_slice()) {
            Some((_, names)) => names.push(&file.name),
            None => distinct.push((&file.mapping, vec![&file.name])),
        }
    }
    let several = distinct.len() > 1;
    html! {
        @for (mapping, names) in distinct.iter().take(FILES_MAX) {
            h3 {
                "How the columns were read"
                @if several { ": " (shown(names[0], 80)) @if names.len() > 1 { " and " (names.len() - 1) " more" } }
            }
            ul.mapping { @for note in mapping.iter().take(MAPPING_MAX) { li { (shown(note, CHARS_MAX)) } } }
        }
    }
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> Markup {
    html! { dl.pairs { @for (name, value) in pairs { dt { (clean(name, 80)) } dd { bdi { (value) } } } } }
}

/// The foot of the report.
pub(super) fn footer(figures: &Figures) -> Markup {
    let run = figures.input.run;
    html! {
        footer {
            p {
                "Made by Dragnet " (clean(&run.version, 40)) " with rule version " (run.rule_version) " on "
                time datetime=(iso(run.generated_ms)) { (minute(run.generated_ms)) } "."
            }
            p {
                "Beside this file: every account’s risk and reasons in " code { "accounts.csv" } " and " code { "accounts.parquet" }
                ", every campaign in " code { "campaigns.jsonl" } ", rows set aside in " code { "rejected.jsonl" }
                ", and this run in " code { "run.json" } "."
            }
        }
    }
}
