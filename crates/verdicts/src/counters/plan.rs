//! What is counted behind what.

use signals::Kind;

/// A kind whose values are counted, and the kinds whose different values are counted
/// behind each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The key's.
    pub kind: Kind,
    /// Behind it; [`DISTINCT_MAX`] at most.
    pub distinct: Vec<Kind>,
}

/// Kinds whose different values are counted behind one kind: each is four bytes of every
/// sign-up of every key.
pub const DISTINCT_MAX: usize = 8;

/// Everything that is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    all: Vec<By>,
}

/// More kinds than may be counted behind one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("behind {} no more than {DISTINCT_MAX} kinds are counted", .0.name())]
pub struct TooMany(pub Kind);

impl Plan {
    /// Sign-ups by `kind`, and their place in the plan.
    pub fn count(&mut self, kind: Kind) -> usize {
        if let Some(at) = self.all.iter().position(|by| by.kind == kind) {
            return at;
        }
        self.all.push(By { kind, distinct: Vec::new() });
        self.all.len() - 1
    }

    /// Different values of `what` by `kind`, and their places.
    pub fn distinct(&mut self, what: Kind, kind: Kind) -> Result<(usize, usize), TooMany> {
        let by = self.count(kind);
        let distinct = &mut self.all[by].distinct;
        if let Some(at) = distinct.iter().position(|kind| *kind == what) {
            return Ok((by, at));
        }
        if distinct.len() == DISTINCT_MAX {
            return Err(TooMany(kind));
        }
        distinct.push(what);
        Ok((by, distinct.len() - 1))
    }

    /// Where sign-ups by `kind` are, if they are counted.
    pub fn place(&self, kind: Kind) -> Option<usize> {
        self.all.iter().position(|by| by.kind == kind)
    }

    /// Where different values of `what` by `kind` are, if they are counted.
    pub fn place_behind(&self, what: Kind, kind: Kind) -> Option<(usize, usize)> {
        let by = self.place(kind)?;
        let at = self.all[by].distinct.iter().position(|kind| *kind == what)?;
        Some((by, at))
    }

    /// Kind by kind.
    pub fn all(&self) -> &[By] {
        &self.all
    }
}
