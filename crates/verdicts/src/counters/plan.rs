//! What is kept of each key.

use signals::Kind;

/// A kind whose values are keys, and what is kept of the sign-ups behind each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The key's.
    pub kind: Kind,
    /// Of the last sign-ups, the values of these kinds; [`BEHIND_MAX`] at most.
    pub behind: Vec<Behind>,
}

/// A kind whose values are kept behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Which.
    pub kind: Kind,
    /// Whether its different values are counted however many there are, and not only
    /// those of the last sign-ups.
    pub is_counted: bool,
}

/// Kinds that are kept behind one kind: each is four bytes of every sign-up that is.
pub const BEHIND_MAX: usize = 24;

/// Everything that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    all: Vec<By>,
}

/// More kinds than may be kept behind one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("behind {} no more than {BEHIND_MAX} kinds are kept", .0.name())]
pub struct TooMany(pub Kind);

impl Plan {
    /// Sign-ups by `kind`, and their place in the plan.
    pub fn count(&mut self, kind: Kind) -> usize {
        if let Some(at) = self.place(kind) {
            return at;
        }
        self.all.push(By { kind, behind: Vec::new() });
        self.all.len() - 1
    }

    /// Values of `what` among the last sign-ups by `kind`, and their places.
    pub fn keep(&mut self, what: Kind, kind: Kind) -> Result<(usize, usize), TooMany> {
        let by = self.count(kind);
        let behind = &mut self.all[by].behind;
        if let Some(at) = behind.iter().position(|behind| behind.kind == what) {
            return Ok((by, at));
        }
        if behind.len() == BEHIND_MAX {
            return Err(TooMany(kind));
        }
        behind.push(Behind { kind: what, is_counted: false });
        Ok((by, behind.len() - 1))
    }

    /// Different values of `what` by `kind`, and their places.
    pub fn distinct(&mut self, what: Kind, kind: Kind) -> Result<(usize, usize), TooMany> {
        let (by, at) = self.keep(what, kind)?;
        self.all[by].behind[at].is_counted = true;
        Ok((by, at))
    }

    /// Where sign-ups by `kind` are, if they are counted.
    pub fn place(&self, kind: Kind) -> Option<usize> {
        self.all.iter().position(|by| by.kind == kind)
    }

    /// Where values of `what` by `kind` are, if they are kept.
    pub fn place_behind(&self, what: Kind, kind: Kind) -> Option<(usize, usize)> {
        let by = self.place(kind)?;
        let at = self.all[by].behind.iter().position(|behind| behind.kind == what)?;
        Some((by, at))
    }

    /// Takes in all that `more` keeps, behind what is kept already; as much as there is room
    /// for.
    pub fn extend(&mut self, more: &Self) {
        for by in &more.all {
            self.count(by.kind);
            for behind in &by.behind {
                let place = match behind.is_counted {
                    true => self.distinct(behind.kind, by.kind),
                    false => self.keep(behind.kind, by.kind),
                };
                if place.is_err() {
                    break;
                }
            }
        }
    }

    /// Where `by` of another plan is in this one, and of each kind behind it here, where it
    /// was there; none where it is not counted here.
    pub(super) fn columns(&self, by: &By) -> Option<(usize, Vec<Option<usize>>)> {
        let at = self.place(by.kind)?;
        let place = |own: &Behind| by.behind.iter().position(|behind| behind.kind == own.kind);
        Some((at, self.all[at].behind.iter().map(place).collect()))
    }

    /// Kind by kind.
    pub fn all(&self) -> &[By] {
        &self.all
    }
}
