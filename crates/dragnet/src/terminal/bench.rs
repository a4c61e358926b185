//! What was measured, for a terminal of eighty columns.

use super::{heading, text, units};
use crate::commands::bench::{Machine, Measured, Peer, Quality, Ran, Scanned, Step};

/// Widest line: that of the narrowest terminal that people still have.
const WIDTH: usize = 80;

/// All of it.
pub(crate) fn words(measured: &Measured) -> String {
    let mut shown = Shown { text: String::new() };
    log(&mut shown, measured);
    steps(&mut shown, measured);
    scan(&mut shown, &measured.scan);
    found(&mut shown, &measured.quality);
    machine(&mut shown, &measured.machine);
    incremental(&mut shown, measured);
    peers(&mut shown, measured);
    shown.text
}

struct Shown {
    text: String,
}

impl Shown {
    fn heading(&mut self, words: &str) {
        self.text.push_str(&format!("\n{}\n\n", heading(words)));
    }

    fn line(&mut self, name: &str, words: &str) {
        self.text.push_str(&text::wrapped(&format!("  {name:<11}"), words, WIDTH));
    }
}

fn log(shown: &mut Shown, measured: &Measured) {
    let (parameters, log) = (&measured.parameters, &measured.log);
    shown.heading(&format!("{} sign-ups", units::count(parameters.rows)));
    let columns = match parameters.columns.is_empty() {
        true => "all columns".to_owned(),
        false => format!("{} columns", parameters.columns.len()),
    };
    let from = if log.is_kept { "; kept from an earlier run" } else { "" };
    shown.line(
        "log",
        &format!(
            "{columns}, seed {}, {} fraudulent: {}, {:.0} bytes a sign-up{from}",
            parameters.seed,
            units::percent(parameters.fraud),
            units::bytes(log.bytes),
            log.bytes_per_row
        ),
    );
    shown.line("threads", &format!("{} of {} cores", measured.threads, measured.machine.cores));
}

fn steps(shown: &mut Shown, measured: &Measured) {
    shown.heading("What a sign-up costs");
    shown.text.push_str(&format!(
        "  {:<18}{:>11}{:>11}{:>11}{:>11}{:>14}\n",
        "", "rows/s", "a core", "CPU ns", "wall ns", "of scan's CPU"
    ));
    let whole = measured.scan.whole().cpu_s;
    step(shown, &measured.log.generate, None);
    // What had nothing to do (without labels nothing is learned) has no rate.
    for of in measured.scan.steps.iter().filter(|step| step.wall_ns_per_row.round() >= 1.0) {
        step(shown, of, of.cpu_s.zip(whole).map(|(part, whole)| part / whole));
    }
    shown.text.push_str("\n  explain: the second reading, for words\n");
    if measured.scan.windows.is_some() {
        shown.text.push_str(
            "  list: the second reading of a window; where windows run beside each other\n  \
             only the CPU time of all together is known\n",
        );
    }
}

fn step(shown: &mut Shown, step: &Step, share: Option<f64>) {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    shown.text.push_str(&format!(
        "  {:<18}{:>11}{:>11}{:>11}{:>11}{:>14}\n",
        format!("{}{}", "  ".repeat(step.depth), step.name),
        units::count(step.rows_per_s as u64),
        units::count(step.rows_per_s_per_core as u64),
        or_dash(step.cpu_ns_per_row.map(|ns| units::count(ns.round() as u64))),
        units::count(step.wall_ns_per_row.round() as u64),
        or_dash(share.map(units::percent)),
    ));
}

fn scan(shown: &mut Shown, scan: &Scanned) {
    shown.heading("What a scan takes");
    shown.line("memory", &scan.peak_memory_bytes.map_or("not known".to_owned(), units::bytes));
    if let (Some(windows), Some(bytes)) = (scan.windows, scan.spill_bytes) {
        let bytes = units::bytes(bytes);
        shown.line("windows", &format!("{windows}, {bytes} on the disk on the way"));
    }
    shown.line("result", &units::bytes(scan.result_bytes));
}

fn found(shown: &mut Shown, quality: &Quality) {
    shown.heading("What it finds");
    let [at_1e4, at_1e3, at_1e2] = quality.recall_at.map(percent);
    shown.line(
        "accounts",
        &format!(
            "{at_1e3} of the fraud where 1 of 1,000 real accounts is flagged ({at_1e4} at 1 of \
             10,000, {at_1e2} at 1 of 100)"
        ),
    );
    shown.line(
        "flagged",
        &format!(
            "at a risk of 0.5 {} of the fraud, and {} of what is flagged is fraud",
            percent(quality.recall),
            percent(quality.precision)
        ),
    );
    shown.line(
        "campaigns",
        &format!(
            "{} named, {} pure; of {} of twenty and more accounts {} were found in one, {} in \
             one or in pieces",
            units::count(quality.groups),
            percent(quality.purity),
            units::count(quality.campaigns),
            units::count(quality.campaigns_found),
            units::count(quality.campaigns_found_in_pieces)
        ),
    );
}

fn machine(shown: &mut Shown, machine: &Machine) {
    shown.heading("What this machine can do");
    let rate = |bytes_per_s: f64| format!("{}/s", units::bytes(bytes_per_s as u64));
    let read = rate(machine.read_bytes_per_s);
    shown.line("disk", &format!("{read} reading the log in order (mostly page cache)"));
    let copied = rate(machine.copy_bytes_per_s);
    shown.line("memory", &format!("{copied} read and written, copying on one thread"));
    let decode = &machine.decode;
    let ns = units::count(decode.cpu_ns_per_row.unwrap_or(decode.wall_ns_per_row).round() as u64);
    let share = decode
        .share_of_scan
        .map_or(String::new(), |share| format!(", {} of the scan's CPU", units::percent(share)));
    shown.line(
        "Parquet",
        &format!("{ns} ns a sign-up to decode the {} columns and no more{share}", decode.columns),
    );
}

fn incremental(shown: &mut Shown, measured: &Measured) {
    let Some(new) = &measured.incremental else { return };
    shown.heading("What came since");
    let rows = units::counted(new.signups, "sign-up", "sign-ups");
    shown.line("new", &format!("{rows} since {}", new.since));
    let cpu = new.cpu_s.map_or("not known".to_owned(), units::seconds);
    let share =
        new.share_of_cpu.map_or(String::new(), |s| format!(", {} of it", units::percent(s)));
    shown.line(
        "cost",
        &format!(
            "{} ({} of the whole), CPU {cpu}{share}",
            units::seconds(new.wall_s),
            units::percent(new.share_of_wall)
        ),
    );
    shown.line("memory", &new.peak_memory_bytes.map_or("not known".to_owned(), units::bytes));
    let flagged = units::counted(new.flagged, "account", "accounts");
    shown.line("flagged", &format!("{flagged}, {} of them fraud", percent(new.precision)));
}

fn peers(shown: &mut Shown, measured: &Measured) {
    if measured.peers.is_empty() {
        return;
    }
    shown.heading("Beside it, on the same log");
    shown.text.push_str(&format!(
        "  {:<11}{:>8}{:>8}{:>10}{:>8}{:>8}{:>8}{:>8}{:>8}\n",
        "", "CPU", "× scan", "memory", "× scan", "caught", "right", "at 0.1%", "pure"
    ));
    let whole = measured.scan.whole();
    let ours = Row {
        name: "dragnet",
        cpu_s: whole.cpu_s,
        peak_bytes: measured.scan.peak_memory_bytes,
        quality: &measured.quality,
    };
    row(shown, &ours, &ours);
    for Peer { name, ran, .. } in &measured.peers {
        if let Some(Ran { taken, quality }) = ran {
            let (cpu_s, peak_bytes) = (Some(taken.cpu_s), Some(taken.peak_bytes));
            row(shown, &Row { name, cpu_s, peak_bytes, quality }, &ours);
        }
    }
    shown.text.push_str(
        "\n  caught: of the fraud, at a risk of 0.5 or in any group; right: of these, the\n  \
         share that is fraud; at 0.1%: caught where that share of real accounts is\n  \
         flagged, groups without a score by size; pure: share of a group's accounts\n  \
         that its commonest campaign made\n",
    );
    for Peer { title, failed, .. } in &measured.peers {
        if let Some(why) = failed {
            shown.text.push_str(&text::wrapped(&format!("  {title}: "), why, WIDTH));
        }
    }
}

/// A program's line.
struct Row<'a> {
    name: &'a str,
    cpu_s: Option<f64>,
    peak_bytes: Option<u64>,
    quality: &'a Quality,
}

fn row(shown: &mut Shown, of: &Row<'_>, ours: &Row<'_>) {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let against = |x: Option<f64>, y: Option<f64>| or_dash(x.zip(y).map(|(x, y)| times(x / y)));
    let float = |bytes: Option<u64>| bytes.map(|bytes| bytes as f64);
    shown.text.push_str(&format!(
        "  {:<11}{:>8}{:>8}{:>10}{:>8}{:>8}{:>8}{:>8}{:>8}\n",
        of.name,
        or_dash(of.cpu_s.map(|s| format!("{s:.1} s"))),
        against(of.cpu_s, ours.cpu_s),
        or_dash(of.peak_bytes.map(units::bytes)),
        against(float(of.peak_bytes), float(ours.peak_bytes)),
        percent(of.quality.recall),
        percent(of.quality.precision),
        percent(of.quality.recall_at[1]),
        percent(of.quality.purity),
    ));
}

fn times(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), units::percent)
}
