//! Sign-ups over time as stacked bars. Marks stretch with the page inside an
//! inner drawing; words stand outside of it, so that they never stretch.

use super::figures::{Figures, Shown};
use super::marks::{short, swatch};
use super::volume::Buckets;
use super::words::{clock, counted, day, day_short, grouped, minute};
use maud::{Markup, html};
use std::fmt::Write;

const DAY_MS: i64 = 86_400_000;
/// Height of the bars' field and where it starts, in CSS pixels.
const FIELD: f64 = 190.0;
const TOP: f64 = 12.0;
/// More labels would touch on a phone.
const LABELS_MAX: usize = 5;
/// Under this share of the tallest bar, campaigns get a drawing of their own.
const MAGNIFY_BELOW: f64 = 0.4;

/// One layer of the stack.
pub(super) struct Layer {
    pub(super) label: String,
    pub(super) class: String,
    /// Where its legend entry leads.
    pub(super) anchor: Option<String>,
    pub(super) counts: Vec<u64>,
}

/// The drawings, with one legend.
pub(super) fn section(figures: &Figures) -> Markup {
    let volume = figures.input.volume;
    if volume.buckets.count == 0 {
        return html! {};
    }
    let layers = layers(figures);
    let (campaigns, _) = layers.split_at(layers.len() - 1);
    let all_peak = peak(&layers);
    let small = !campaigns.is_empty() && (peak(campaigns) as f64) < MAGNIFY_BELOW * all_peak as f64;
    let unit = volume.buckets.unit();
    html! {
        section #volume {
            h2 { "Sign-ups over time" }
            figure {
                figcaption { "All sign-ups, by " (unit) @if !campaigns.is_empty() { ", with campaigns in colour" } "; UTC" }
                (plot(&layers, &volume.buckets))
            }
            @if small {
                figure {
                    figcaption { "Campaigns alone, by " (unit) ", on their own scale" }
                    (plot(campaigns, &volume.buckets))
                }
            }
            (legend(&layers))
            @if volume.outside > 0 {
                p.note { (counted(volume.outside, "sign-up is", "sign-ups are")) " dated outside this period and not drawn." }
            }
            p.note.onward { a href="#numbers" { "The numbers behind the drawing" } }
        }
    }
}

/// Campaigns by colour, other campaigns, everyone else; the last is always there.
pub(super) fn layers(figures: &Figures) -> Vec<Layer> {
    let volume = figures.input.volume;
    let count = volume.buckets.count;
    let mut coloured: Vec<&Shown> =
        figures.factories.iter().filter(|f| f.colour.is_some()).collect();
    coloured.sort_by_key(|factory| factory.colour);
    let mut layers: Vec<Layer> =
        coloured.into_iter().map(|factory| layer_of(figures, factory)).collect();
    let others: Vec<&Shown> = figures.factories.iter().filter(|f| f.colour.is_none()).collect();
    if !others.is_empty() {
        let counts = summed(others.iter().map(|factory| figures.counts(factory)), count);
        let label = counted(others.len() as u64, "other campaign", "other campaigns");
        layers.push(Layer {
            label,
            class: "other".to_owned(),
            anchor: Some("campaigns".to_owned()),
            counts,
        });
    }
    let in_campaigns = summed(layers.iter().map(|layer| layer.counts.as_slice()), count);
    let rest = volume
        .total
        .iter()
        .zip(&in_campaigns)
        .map(|(all, some)| all.saturating_sub(*some))
        .collect();
    let label = if layers.is_empty() { "all sign-ups" } else { "everyone else" }.to_owned();
    layers.push(Layer { label, class: "rest".to_owned(), anchor: None, counts: rest });
    layers
}

fn layer_of(figures: &Figures, factory: &Shown) -> Layer {
    let mut counts = figures.counts(factory).to_vec();
    counts.resize(figures.input.volume.buckets.count, 0);
    let label = super::words::clean(&factory.campaign.id, 40);
    Layer {
        label,
        class: factory.class(),
        anchor: factory.has_section.then(|| factory.anchor()),
        counts,
    }
}

fn summed<'a>(all: impl Iterator<Item = &'a [u64]>, count: usize) -> Vec<u64> {
    all.fold(vec![0; count], |mut sum, counts| {
        sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        sum
    })
}

fn peak(layers: &[Layer]) -> u64 {
    let count = layers.first().map_or(0, |layer| layer.counts.len());
    summed(layers.iter().map(|layer| layer.counts.as_slice()), count).into_iter().max().unwrap_or(0)
}

fn plot(layers: &[Layer], buckets: &Buckets) -> Markup {
    let most = peak(layers).max(1);
    let label =
        format!("Stacked bars; the tallest holds {}.", counted(most, "sign-up", "sign-ups"));
    html! {
        svg.plot role="img" aria-label=(label) height=(TOP + FIELD + 24.0) {
            svg viewBox={ "0 0 " (buckets.count * 10) " 1000" } preserveAspectRatio="none" width="100%" height=(FIELD) y=(TOP) {
                @for (layer, path) in layers.iter().zip(stacked(layers, most)) { path.(layer.class) d=(path) {} }
                @for index in 0..buckets.count {
                    rect.hover x=(index * 10) width="10" height="1000" { title { (tooltip(layers, buckets, index)) } }
                }
            }
            (levels(most))
            line.axis x1="0" x2="100%" y1=(TOP + FIELD) y2=(TOP + FIELD) {}
            @for (share, label) in labels(buckets) {
                @let anchor = if share < 0.04 { "start" } else if share > 0.92 { "end" } else { "middle" };
                text x={ (short(share * 100.0)) "%" } y=(TOP + FIELD + 17.0) text-anchor=(anchor) { (label) }
            }
        }
    }
}

/// The outline of each layer, from the bottom of the stack.
fn stacked(layers: &[Layer], most: u64) -> Vec<String> {
    let mut base = vec![0u64; layers.first().map_or(0, |layer| layer.counts.len())];
    // Many bars stand close; few are set apart.
    let width = if base.len() > 60 { 9.3 } else { 8.6 };
    let y = |count: u64| short(1000.0 - count as f64 / most as f64 * 1000.0);
    let mut paths = Vec::new();
    for layer in layers {
        let mut path = String::new();
        for (i, (base, count)) in base.iter_mut().zip(&layer.counts).enumerate() {
            if *count > 0 {
                let (from, to) = (y(*base), y(*base + count));
                let _ = write!(path, "M{} {from}V{to}h{width}V{from}z", i * 10);
                *base += count;
            }
        }
        paths.push(path);
    }
    paths
}

fn tooltip(layers: &[Layer], buckets: &Buckets, index: usize) -> String {
    let start_ms = buckets.start_of(index);
    let when = if buckets.width_ms < DAY_MS { minute(start_ms) } else { day(start_ms) };
    let all: u64 = layers.iter().map(|layer| layer.counts[index]).sum();
    let mut text = format!("{when}, one {}: {}", buckets.unit(), grouped(all));
    for layer in layers.iter().filter(|layer| layer.counts[index] > 0) {
        let _ = write!(text, "\n{}: {}", layer.label, grouped(layer.counts[index]));
    }
    text
}

/// Level lines at round counts.
fn levels(most: u64) -> Markup {
    let step = round_step(most);
    html! {
        @for count in (1..).map(|i| i * step).take_while(|count| *count <= most) {
            @let y = TOP + FIELD - count as f64 / most as f64 * FIELD;
            line.level x1="0" x2="100%" y1=(short(y)) y2=(short(y)) {}
            text x="-8" y=(short(y + 3.5)) text-anchor="end" { (grouped(count)) }
        }
    }
}

/// 1, 2 or 5 times a power of ten, so that two to four lines fit under `most`.
fn round_step(most: u64) -> u64 {
    let powers = (0..19).map(|power| 10u64.pow(power));
    let mut steps = powers.flat_map(|ten| [1, 2, 5].map(|digit| ten.saturating_mul(digit)));
    steps.find(|step| most / step <= 4).unwrap_or(u64::MAX)
}

/// Labels of the time axis: (place as a share of its length, words), at round times.
fn labels(buckets: &Buckets) -> Vec<(f64, String)> {
    let hours = [1, 2, 3, 6, 12, 24, 48, 96].map(|hours| hours * 3_600_000);
    let weeks = (0..12).map(|power| (7 * DAY_MS) << power);
    let steps = hours.into_iter().chain(weeks).filter(|step| step % buckets.width_ms == 0);
    // Weeks that are no power of two of weeks (3, 5, …) fall back on every so many buckets.
    let found = steps.map(|step| at_multiples(buckets, step)).find(|at| at.len() <= LABELS_MAX);
    let at = found.filter(|at| !at.is_empty()).unwrap_or_else(|| {
        (0..buckets.count).step_by(buckets.count.div_ceil(LABELS_MAX).max(1)).collect()
    });
    let long = buckets.width_ms.saturating_mul(buckets.count as i64) > 300 * DAY_MS;
    let place = |index: usize| index as f64 / buckets.count as f64;
    at.into_iter().map(|index| (place(index), time_label(buckets.start_of(index), long))).collect()
}

fn at_multiples(buckets: &Buckets, step_ms: i64) -> Vec<usize> {
    // Steps of weeks count from the first Monday after the epoch.
    let origin = if step_ms % (7 * DAY_MS) == 0 { 4 * DAY_MS } else { 0 };
    let aligned = |index: &usize| (buckets.start_of(*index) - origin).rem_euclid(step_ms) == 0;
    (0..buckets.count).filter(aligned).collect()
}

fn time_label(ms: i64, long: bool) -> String {
    match ms.rem_euclid(DAY_MS) {
        0 if long => day(ms),
        0 => day_short(ms),
        _ => clock(ms),
    }
}

fn legend(layers: &[Layer]) -> Markup {
    html! {
        ul.legend {
            @for layer in layers {
                li {
                    (swatch(&layer.class)) " "
                    @match &layer.anchor { Some(anchor) => a href={ "#" (anchor) } { (layer.label) }, None => (layer.label) }
                    " " span.count { (grouped(layer.counts.iter().sum())) }
                }
            }
        }
    }
}
