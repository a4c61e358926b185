//! Publishing: what those who read a collection may have goes in, what they may not have
//! any more comes out, and what left is written down, all in one change. Whoever is killed
//! on the way has done nothing, and what is in a collection is on record.

use crate::Store;
use crate::act::{self, Act};
use crate::collections::{self, CollectionId};
use crate::error::Error;
use crate::import::Incoming;
use crate::members::{Place, Placed, clear};
use crate::releases::{self, Left, To};
use serde_json::json;
use sqlx::AnyConnection;
use std::collections::BTreeSet;
use stix::{Id, Object};

/// What a collection is to give.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Which collection.
    pub collection: CollectionId,
    /// Who reads it, as the record of what left names them.
    pub recipient: String,
    /// By which policy, in words, for the record.
    pub policy: String,
    /// What goes in, as it is to be given; the store's own objects do not change by it.
    pub objects: Vec<Object>,
    /// What comes out, with all of its versions.
    pub withdraw: Vec<Id>,
}

/// What came of a publication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The release that tells of it; none where nothing left.
    pub release: Option<i64>,
    /// Objects that were not there.
    pub added: u64,
    /// Objects that were.
    pub already: u64,
    /// Objects that are there in place of other content.
    pub replaced: u64,
    /// Objects that were taken out.
    pub withdrawn: u64,
    /// Objects that cannot be there, each with its reason.
    pub refused: Vec<(Id, Placed)>,
}

impl Store {
    /// Makes a collection give what `publication` says.
    pub async fn publish(&self, act: &Act, publication: Publication) -> Result<Published, Error> {
        let Publication { collection, recipient, policy, objects, withdraw } = publication;
        let mut change = self.change().await?;
        let withdrawn = withdraw_all(&mut change, act, collection, &withdraw).await?;
        let mut place = Place::begin(self, &mut change, act, collection).await?;
        let all = objects.into_iter().map(Incoming::of).collect();
        let (kept, anew) = place_all(&mut place, &mut change, all).await?;
        place.end(&mut change).await?;
        let mut left = kept.with(Placed::Added);
        left.extend(self.off_record(&mut change, &recipient, kept.with(Placed::Already)).await?);
        left.extend(anew.with(Placed::Added));
        let mut published = Published {
            release: None,
            added: kept.with(Placed::Added).len() as u64,
            already: kept.with(Placed::Already).len() as u64,
            replaced: anew.with(Placed::Added).len() as u64,
            withdrawn,
            refused: kept.refused().chain(anew.refused()).collect(),
        };
        if !left.is_empty() {
            let to = To { recipient: &recipient, policy: &policy };
            let release = releases::record(&mut change, self.dialect, act, to, &left).await?;
            published.release = Some(release);
            let detail = json!({
                "release": release, "added": published.added, "replaced": published.replaced,
                "refused": published.refused.len(),
            });
            act::note(&mut change, act, "publish", &collection.to_string(), detail).await?;
        }
        if published.release.is_some() || withdrawn > 0 {
            change.commit().await?;
        }
        Ok(published)
    }
}

/// Objects that were to go in, and what became of each.
struct Settled {
    all: Vec<Incoming>,
    placed: Vec<Placed>,
}

impl Settled {
    /// Those that became this.
    fn with(&self, placed: Placed) -> Vec<Left<'_>> {
        let those = self.all.iter().zip(&self.placed).filter(|(_, became)| **became == placed);
        those.map(|(one, _)| Left { object: &one.object, sha256: one.sha256 }).collect()
    }

    fn refused(&self) -> impl Iterator<Item = (Id, Placed)> {
        let all = self.all.iter().zip(&self.placed);
        let is_refused = |placed: Placed| !matches!(placed, Placed::Added | Placed::Already);
        let refused = all.filter(move |(_, placed)| is_refused(**placed));
        refused.map(|(one, placed)| (one.object.id().clone(), *placed))
    }
}

/// Takes objects from a collection; gives how many were there.
async fn withdraw_all(
    change: &mut AnyConnection,
    act: &Act,
    collection: CollectionId,
    ids: &[Id],
) -> Result<u64, Error> {
    let (number, _) = collections::number(change, collection).await?;
    let mut withdrawn = 0;
    for id in ids {
        let versions = clear(change, number, &[id]).await?;
        if versions > 0 {
            withdrawn += 1;
            let detail = json!({"object": id, "versions": versions});
            act::note(change, act, "remove", &collection.to_string(), detail).await?;
        }
    }
    Ok(withdrawn)
}

/// Puts objects in. What is there under the id of one with other content tells of something
/// that stays now: it goes, with all of its versions, for what may be told. Gives those
/// that nothing went for, and those that came in place of something.
async fn place_all(
    place: &mut Place<'_>,
    change: &mut AnyConnection,
    all: Vec<Incoming>,
) -> Result<(Settled, Settled), Error> {
    let placed = place.take_all(change, &all).await?;
    let is_other = |(one, placed): (&Incoming, &Placed)| {
        (*placed == Placed::Other).then(|| one.object.id().clone())
    };
    let others: BTreeSet<Id> = all.iter().zip(&placed).filter_map(is_other).collect();
    let (mut anew, mut kept) = (Vec::new(), Settled { all: Vec::new(), placed: Vec::new() });
    for (one, placed) in all.into_iter().zip(placed) {
        if others.contains(one.object.id()) {
            anew.push(one);
        } else {
            kept.all.push(one);
            kept.placed.push(placed);
        }
    }
    clear(change, place.collection, &others.iter().collect::<Vec<_>>()).await?;
    let placed = place.take_all(change, &anew).await?;
    Ok((kept, Settled { all: anew, placed }))
}
