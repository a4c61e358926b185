//! Who else was made by the same actor, in words.

use campaigns::{Actor, Link};

/// `A-…, as C-… (strong): 98 % here and 97 % there share …`, the surest link.
pub(crate) fn line(actor: &Actor) -> String {
    let first = actor.links.first().map(link).unwrap_or_default();
    format!("actor {}, {first}", actor.id)
}

/// `as C-… (strong): 98 % here and 97 % there share …`, the tie that tells most.
fn link(link: &Link) -> String {
    let first = link.ties.first().map(|tie| tie.words.as_str()).unwrap_or_default();
    format!("as {} ({}): {first}", link.campaign, link.grade.words())
}

/// `C-… as well (strong)` for each link, and what ties.
pub(crate) fn lines(actor: &Actor) -> impl Iterator<Item = (String, Vec<&str>)> {
    actor.links.iter().map(|link| {
        let ties = link.ties.iter().map(|tie| tie.words.as_str()).collect();
        (format!("{} as well ({})", link.campaign, link.grade.words()), ties)
    })
}
