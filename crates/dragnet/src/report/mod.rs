//! `report.html`: what a scan found, for a manager to read and a lawyer to
//! keep. One file that asks nothing of any network: style and script are
//! inside, and its own security policy forbids everything else.
//!
//! Pure: no clock, no file, no randomness; same input, same bytes.

mod campaign;
mod empty;
mod facts;
mod figures;
mod head;
mod input;
mod labels;
mod later;
mod marks;
mod method;
mod overview;
mod volume;
mod volume_chart;
mod volume_table;
mod words;

pub use input::{Input, InputFile, Run, SAMPLES_MAX, Sample};
pub use volume::{BUCKETS_MAX, Buckets, Volume};

use figures::Figures;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// The report as one HTML document.
pub fn render(input: &Input) -> String {
    let figures = Figures::of(input);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (document_head(&figures))
            body.revealed[input.revealed] {
                a.skip href="#summary" { "Skip to the summary" }
                @if input.revealed { (head::personal_data()) }
                div.frame {
                    (head::contents(&figures))
                    main { (sections(&figures)) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn document_head(figures: &Figures) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy());
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta name="robots" content="noindex";
            meta name="generator" content={ "Dragnet " (words::clean(&figures.input.run.version, 40)) };
            title { (head::title(figures)) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

fn sections(figures: &Figures) -> Markup {
    html! {
        (head::summary(figures))
        @if figures.factories.is_empty() { (empty::section(figures)) }
        (volume_chart::section(figures))
        (overview::section(figures))
        (labels::section(figures.input.labels))
        (campaign::sections(figures))
        (overview::organisations(figures))
        (method::missing(figures))
        (method::section(figures))
        (facts::section(figures))
        (volume_table::section(figures))
        (facts::footer(figures))
    }
}

/// Only this very style and this very script may run; nothing may be fetched.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(STYLE)),
        base64(&Sha256::digest(SCRIPT)),
    )
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0u32, |word, i| word << 8 | u32::from(*chunk.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let letter = ALPHABET[(word >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() { letter as char } else { '=' });
        }
    }
    out
}
