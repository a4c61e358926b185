//! The report for people: tables of at most 80 columns.

use super::Report;
use super::baselines::Method;
use super::crowds::RATE_MAX;
use super::grouping::{ACCOUNTS_MIN, Bcubed, Grouping, Spread};
use super::interval::Recall;
use super::report::{Judged, Level};
use std::fmt::{Result, Write};

/// The whole report as text.
pub fn table(report: &Report) -> String {
    let mut text = String::new();
    write(&mut text, report).expect("writing to a string does not fail");
    text
}

fn write(out: &mut String, report: &Report) -> Result {
    accounts(out, report)?;
    ranking(out, report)?;
    campaigns(out, report)?;
    calibration(out, report)?;
    crowds(out, report)?;
    if !report.baselines.is_empty() {
        methods(out, report)?;
        levels_by_method(out, report)?;
    }
    Ok(())
}

fn accounts(out: &mut String, report: &Report) -> Result {
    let (fraud, real) = (report.fraud, report.real);
    let share = 100.0 * fraud as f64 / (fraud + real).max(1) as f64;
    writeln!(
        out,
        "Labelled accounts: {}; fraud {fraud} ({share:.2} %), real {real}",
        fraud + real
    )?;
    let join = &report.join;
    let notes = [
        (join.missing_in_scan, "labelled accounts are not in the scan: taken as risk 0"),
        (join.missing_in_truth, "rows of the scan have no label: left out"),
        (join.repeated_in_scan, "rows of the scan repeat an account: its highest risk counts"),
        (join.unlisted, "campaign ids are not in campaigns.jsonl: taken as factories"),
        (join.factories_below, "campaigns have too low a risk: left out"),
    ];
    notes.into_iter().try_for_each(|(count, words)| note(out, count, words))
}

fn note(out: &mut String, count: u64, words: &str) -> Result {
    if count == 0 { Ok(()) } else { writeln!(out, "  note: {count} {words}") }
}

fn ranking(out: &mut String, report: &Report) -> Result {
    writeln!(out, "\nRecall by false-positive rate (95 % interval over campaigns)")?;
    write!(out, "{:18}{:>8}", "", "fraud")?;
    for cut in &report.cuts {
        write!(out, "  {:>16}", format!("FPR {:.0e}", cut.rate))?;
    }
    writeln!(out)?;
    let all = Level { name: "all".into(), fraud: report.fraud, recall: report.scan.recall };
    for level in std::iter::once(&all).chain(&report.scan.levels) {
        write!(out, "{:18}{:>8}", short(&level.name, 17), level.fraud)?;
        for recall in &level.recall {
            write!(out, "  {:>16}", with_interval(recall))?;
        }
        writeln!(out)?;
    }
    write!(out, "{:26}", "real flagged/allowed")?;
    for cut in &report.cuts {
        write!(out, "  {:>16}", format!("{}/{}", cut.flagged_real, cut.budget))?;
    }
    writeln!(
        out,
        "\nA threshold admits all accounts of one risk or none; nothing is interpolated."
    )?;
    for cut in report.cuts.iter().filter(|cut| cut.budget == 0) {
        writeln!(
            out,
            "  note: FPR {:.0e} allows no real account at all: too few of them",
            cut.rate
        )?;
    }
    at_threshold(out, &report.scan)
}

fn at_threshold(out: &mut String, judged: &Judged) -> Result {
    let native = &judged.native;
    writeln!(
        out,
        "At risk {:.2} and above: precision {}, recall {}, FPR {}",
        native.threshold,
        three(native.precision),
        three(native.recall),
        native.false_positive_rate.map_or("-".into(), |rate| format!("{rate:.1e}")),
    )?;
    let curve = &judged.curve;
    writeln!(out, "AUC {}, average precision {}", four(curve.auc), four(curve.average_precision))
}

fn campaigns(out: &mut String, report: &Report) -> Result {
    let Grouping { campaigns, found, found_in_pieces, predicted, predicted_real_only, .. } =
        report.campaigns;
    let (grouping, join) = (&report.campaigns, &report.join);
    writeln!(out, "\nCampaigns of {ACCOUNTS_MIN} accounts or more")?;
    let share = 100.0 * found as f64 / campaigns.max(1) as f64;
    writeln!(
        out,
        "  found (one covers half and is 80 % pure)  {found} of {campaigns} ({share:.1} %)"
    )?;
    writeln!(out, "  found in pure pieces                      {found_in_pieces} of {campaigns}")?;
    for level in &grouping.levels {
        writeln!(out, "    {:38}  {} of {}", short(&level.name, 38), level.found, level.campaigns)?;
    }
    write!(out, "  predicted                                 {predicted}")?;
    writeln!(out, " ({predicted_real_only} without fraud), organisations {}", join.organisations)?;
    writeln!(out, "  B-cubed, flagged fraud                    {}", bcubed(&grouping.flagged))?;
    writeln!(out, "  B-cubed, all fraud, unclustered alone     {}", bcubed(&grouping.extended))?;
    writeln!(
        out,
        "  predicted per true campaign               {}",
        spread(&grouping.fragmentation)
    )?;
    writeln!(out, "  true per predicted campaign               {}", spread(&grouping.merging))?;
    write!(out, "  purity by campaign {}", three(grouping.campaign_purity))?;
    writeln!(out, ", by factory {}", three(grouping.factory_purity))?;
    let Some(actors) = &grouping.actors else { return Ok(()) };
    write!(out, "  actors {:36} purity {}", actors.predicted, three(actors.purity))?;
    writeln!(out, ", completeness {}", three(actors.completeness))
}

fn bcubed(bcubed: &Bcubed) -> String {
    format!("P {} R {} of {}", three(bcubed.precision), three(bcubed.recall), bcubed.accounts)
}

fn spread(spread: &Spread) -> String {
    let two = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.2}"));
    format!("{} (effective {})", two(spread.mean), two(spread.effective))
}

fn calibration(out: &mut String, report: &Report) -> Result {
    let calibration = &report.calibration;
    writeln!(
        out,
        "\nCalibration: error {:.4} (equal width), {:.4} (equal mass); Brier {:.4}",
        calibration.error_equal_width, calibration.error_equal_mass, calibration.brier
    )?;
    writeln!(
        out,
        "  {:>9} {:>9} {:>10} {:>10}",
        "risk from", "accounts", "mean risk", "fraudulent"
    )?;
    for bin in &calibration.reliability {
        writeln!(
            out,
            "  {:>9.1} {:>9} {:>10.4} {:>10.4}",
            bin.from, bin.accounts, bin.risk, bin.fraud
        )?;
    }
    let percent = |share: f64| format!("{:.2} %", 100.0 * share);
    write!(out, "Fraudulent share: true {}", percent(calibration.share_true))?;
    write!(out, ", sum of risks {}", percent(calibration.share_by_risk))?;
    if let Some(share) = calibration.share_estimate {
        let is_inside =
            if calibration.share_inside == Some(true) { "holds it" } else { "MISSES it" };
        let (low, high) = (percent(share.low), percent(share.high));
        write!(out, ",\n  estimated {} ({low} to {high}: {is_inside})", percent(share.estimate))?;
    }
    writeln!(out)
}

fn crowds(out: &mut String, report: &Report) -> Result {
    let (rate, threshold) = (report.cuts[1].rate, report.options.risk_min);
    writeln!(out, "\nFalse positives by crowd, worst first (! above {RATE_MAX})")?;
    let (cut, native) = (format!("FPR {rate:.0e}"), format!("risk {threshold:.2}"));
    writeln!(out, "  {:28} {:>9} {cut:>18} {native:>18}", "", "accounts")?;
    for crowd in &report.crowds {
        let mark = if crowd.is_above { '!' } else { ' ' };
        write!(out, "{mark} {:28} {:>9}", short(&crowd.name, 28), crowd.accounts)?;
        write!(out, " {:>9} {:>8.5}", crowd.flagged, crowd.rate)?;
        writeln!(out, " {:>9} {:>8.5}", crowd.flagged_native, crowd.rate_native)?;
    }
    Ok(())
}

fn methods(out: &mut String, report: &Report) -> Result {
    let rows = std::iter::once(("dragnet", &report.scan, &report.campaigns)).chain(
        report
            .baselines
            .iter()
            .map(|baseline| (baseline.name, &baseline.judged, &baseline.campaigns)),
    );
    writeln!(out, "\nBeside simpler methods on the same log")?;
    let log = report.log.unwrap_or_default();
    note(out, log.rejected, "rows of the log were rejected")?;
    note(out, log.unlabelled, "sign-ups of the log have no label: traffic, but not judged")?;
    note(out, log.missing, "labelled accounts are not in the log: score 0 for these methods")?;
    write!(out, "{:10}", "")?;
    for head in ["at 1e-4", "at 1e-3", "at 1e-2", "AUC", "av.prec", "P(.5)", "R(.5)", "FPR(.5)"] {
        write!(out, " {head:>7}")?;
    }
    writeln!(out, " found")?;
    for (name, judged, grouping) in rows {
        write!(out, "{name:10}")?;
        let native = &judged.native;
        let figures = judged.recall.iter().map(|recall| recall.recall);
        let curve = [judged.curve.auc, judged.curve.average_precision];
        for figure in figures.chain(curve).chain([native.precision, native.recall]) {
            write!(out, " {:>7}", three(figure))?;
        }
        let rate = native.false_positive_rate.map_or("-".into(), |rate| format!("{rate:.0e}"));
        let found = if grouping.predicted == 0 { "-".into() } else { grouping.found.to_string() };
        writeln!(out, " {rate:>7} {found:>5}")?;
    }
    for Method { name, about, .. } in &super::baselines::ALL {
        writeln!(out, "  {name}: {about}")?;
    }
    Ok(())
}

fn levels_by_method(out: &mut String, report: &Report) -> Result {
    if report.scan.levels.is_empty() {
        return Ok(());
    }
    let all =
        |judged: &Judged| Level { name: "all".into(), fraud: report.fraud, recall: judged.recall };
    let judged: Vec<&Judged> = std::iter::once(&report.scan)
        .chain(report.baselines.iter().map(|baseline| &baseline.judged))
        .collect();
    writeln!(out, "\nRecall by level at FPR {:.0e}", report.cuts[1].rate)?;
    write!(out, "{:18}{:>8}{:>10}", "", "fraud", "dragnet")?;
    for baseline in &report.baselines {
        write!(out, "{:>11}", baseline.name)?;
    }
    writeln!(out)?;
    for at in 0..=report.scan.levels.len() {
        let level = |judged: &Judged| judged.levels.get(at).cloned().unwrap_or_else(|| all(judged));
        let first = level(judged[0]);
        write!(
            out,
            "{:18}{:>8}{:>10}",
            short(&first.name, 17),
            first.fraud,
            three(first.recall[1].recall)
        )?;
        for judged in &judged[1..] {
            write!(out, "{:>11}", three(level(judged).recall[1].recall))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// `0.912 .88–.94`, at most 15 columns.
fn with_interval(recall: &Recall) -> String {
    let point = |value: f64| {
        let text = format!("{value:.2}");
        text.strip_prefix('0').unwrap_or(&text).to_owned()
    };
    match (recall.recall, recall.low, recall.high) {
        (Some(recall), Some(low), Some(high)) => {
            format!("{recall:.3} {}–{}", point(low), point(high))
        }
        (recall, ..) => three(recall),
    }
}

fn three(value: Option<f64>) -> String {
    value.map_or("-".into(), |value| format!("{value:.3}"))
}

fn four(value: Option<f64>) -> String {
    value.map_or("-".into(), |value| format!("{value:.4}"))
}

/// The text, cut with an ellipsis where it is too long for its column.
fn short(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    text.chars().take(columns - 1).chain(['…']).collect()
}
