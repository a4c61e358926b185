//! Which source column becomes which column of the record. The user's word
//! first, then the canonical name, then the best alias; what is left is kept
//! as an extra column. The result is made to be printed.

use super::{COLUMNS_MAX, COLUMNS_SHOWN_MAX, Column, EXTRA_COLUMNS_MAX, is_outcome, known};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What was made of the columns of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// One entry per source column and use, in the order of the input.
    pub columns: Vec<Mapped>,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
}

/// One use of one source column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The name in the input.
    pub source: String,
    /// What it is taken for.
    pub target: Target,
}

/// What a source column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A column of the record.
    Canonical {
        /// Which one.
        column: Column,
        /// Why.
        how: How,
    },
    /// Kept as it is.
    Extra {
        /// Index into the run's extra columns.
        index: u16,
        /// It tells how the story ended (a label, a ban, a score): it may be
        /// shown and compared with, and never taken as a signal.
        outcome: bool,
    },
    /// Not kept: the run has [`EXTRA_COLUMNS_MAX`] extra columns already.
    Dropped,
}

/// Why a source column is taken for a column of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The user said so.
    Map,
    /// It has the canonical name.
    Exact,
    /// It has a name that is known to mean the same.
    Alias,
    /// The file format fixes it.
    Format,
}

/// Why the columns cannot be mapped. Names only, no values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// A required column is not there.
    #[error(
        "no column is known to be `{column}`; the columns are: {seen}. Say which one it is with `--map {column}=COLUMN`"
    )]
    Missing {
        /// The required column's canonical name.
        column: &'static str,
        /// The columns seen, at most 30.
        seen: String,
    },
    /// The user maps to a name that the record does not have.
    #[error("`--map {name}=…`: the record has no column `{name}`; it has: {known}")]
    NoSuchColumn {
        /// What the user wrote.
        name: String,
        /// All canonical names.
        known: String,
    },
    /// The user maps from a column that the input does not have.
    #[error(
        "`--map {column}={source_name}`: there is no column `{source_name}`; the columns are: {seen}"
    )]
    NoSuchSource {
        /// The canonical name.
        column: &'static str,
        /// What the user wrote.
        source_name: String,
        /// The columns seen, at most 30.
        seen: String,
    },
    /// More columns than any log has.
    #[error("{0} columns, and at most {COLUMNS_MAX} can be read; is this a table of sign-ups?")]
    TooManyColumns(usize),
}

/// What to map.
pub(crate) struct Request<'a> {
    /// The input's columns, in its order.
    pub(crate) names: &'a [String],
    /// Columns that the file format fixes.
    pub(crate) fixed: &'a [(Column, &'a str)],
    /// The user's word: canonical name → source column.
    pub(crate) map: &'a BTreeMap<String, String>,
    /// Whether rows may have columns that `names` lacks (JSON).
    pub(crate) open_ended: bool,
    /// Under which names columns of the record are known.
    pub(crate) known: Known,
    /// The run's extra columns so far; new ones are put behind them.
    pub(crate) extra: &'a mut Vec<String>,
}

/// Under which names columns of the record are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Their own and those that mean the same.
    Aliases,
    /// Their own, to the letter: the input is written by us.
    Names,
}

/// The mapping as the readers use it: indices only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// Source column of each column of the record.
    pub(crate) sources: [Option<usize>; Column::COUNT],
    /// (source column, index into the run's extra columns).
    pub(crate) extras: Vec<(usize, u16)>,
    /// No column holds the account: the row's place stands in for it.
    pub(crate) row_ids: bool,
}

/// Maps, or says what is missing.
pub(crate) fn map(request: Request<'_>) -> Result<(Mapping, Layout), MapError> {
    if request.names.len() > COLUMNS_MAX {
        return Err(MapError::TooManyColumns(request.names.len()));
    }
    let mut chosen = Chosen::default();
    chosen.take_users_word(&request)?;
    chosen.take_fixed(&request);
    match request.known {
        Known::Aliases => chosen.take_known(request.names),
        Known::Names => chosen.take_named(request.names),
    }
    let row_ids = chosen.needs_row_ids(request.names)?;
    Ok(chosen.finish(request, row_ids))
}

#[derive(Default)]
struct Chosen {
    sources: [Option<usize>; Column::COUNT],
    how: [Option<How>; Column::COUNT],
    /// Source columns that are spoken for: no alias takes them.
    taken: BTreeSet<usize>,
    notes: Vec<String>,
}

impl Chosen {
    fn take(&mut self, column: Column, source: usize, how: How) {
        self.sources[column as usize] = Some(source);
        self.how[column as usize] = Some(how);
        // The account may be named by a column that is also something else,
        // such as the e-mail address: it then stays that too.
        if !(how == How::Map && column == Column::AccountId) {
            self.taken.insert(source);
        }
    }

    fn take_users_word(&mut self, request: &Request<'_>) -> Result<(), MapError> {
        for (name, wanted) in request.map {
            let column = Column::parse(name).ok_or_else(|| MapError::NoSuchColumn {
                name: name.clone(),
                known: Column::ALL.iter().map(|c| c.name()).collect::<Vec<_>>().join(", "),
            })?;
            let dotted = wanted.strip_prefix('/').map(|pointer| pointer.replace('/', "."));
            let dotted = dotted.as_deref().unwrap_or(wanted);
            let names = request.names.iter();
            let source = names.clone().position(|n| n == wanted || n == dotted);
            let loose = || names.clone().position(|n| n.eq_ignore_ascii_case(wanted));
            match source.or_else(loose) {
                Some(source) => self.take(column, source, How::Map),
                // A key that is rare in a JSON log may come later.
                None if request.open_ended && !is_required(column) => self
                    .notes
                    .push(format!("`{wanted}` (for {}) is not in the first rows", column.name())),
                None => {
                    return Err(MapError::NoSuchSource {
                        column: column.name(),
                        source_name: wanted.clone(),
                        seen: seen(request.names),
                    });
                }
            }
        }
        Ok(())
    }

    fn take_fixed(&mut self, request: &Request<'_>) {
        for &(column, name) in request.fixed {
            let source = request.names.iter().position(|n| n == name);
            if let (None, Some(source)) = (self.sources[column as usize], source) {
                self.take(column, source, How::Format);
            }
        }
    }

    fn take_known(&mut self, names: &[String]) {
        let mut found: Vec<_> = names
            .iter()
            .enumerate()
            .filter_map(|(source, name)| known(name).map(|known| (known, source)))
            .collect();
        // Best rank first; among equals the leftmost column.
        found.sort();
        for (known, source) in found {
            if self.sources[known.column as usize].is_none() && !self.taken.contains(&source) {
                let how = if known.rank == 0 { How::Exact } else { How::Alias };
                self.take(known.column, source, how);
            }
        }
    }

    fn take_named(&mut self, names: &[String]) {
        for &column in Column::ALL {
            let source = names.iter().position(|name| name == column.name());
            if let (None, Some(source)) = (self.sources[column as usize], source)
                && !self.taken.contains(&source)
            {
                self.take(column, source, How::Exact);
            }
        }
    }

    /// The time must be there. The account may be stood in for by the row's
    /// place where the rows are clearly events of distinct people.
    fn needs_row_ids(&mut self, names: &[String]) -> Result<bool, MapError> {
        let missing =
            |column: Column| MapError::Missing { column: column.name(), seen: seen(names) };
        if self.sources[Column::Timestamp as usize].is_none() {
            return Err(missing(Column::Timestamp));
        }
        if self.sources[Column::AccountId as usize].is_some() {
            return Ok(false);
        }
        let is_event = [Column::EventId, Column::Email]
            .iter()
            .any(|&column| self.sources[column as usize].is_some());
        if !is_event {
            return Err(missing(Column::AccountId));
        }
        self.notes.push(
            "no column holds the account: each row is taken for one account and named after its \
             line (`row-LINE`); `--map account_id=COLUMN` names a column instead"
                .into(),
        );
        Ok(true)
    }

    fn finish(mut self, request: Request<'_>, row_ids: bool) -> (Mapping, Layout) {
        let mut layout = Layout { sources: self.sources, extras: Vec::new(), row_ids };
        let mut columns = Vec::new();
        let mut names_seen = BTreeMap::<&str, u32>::new();
        for (source, name) in request.names.iter().enumerate() {
            let uses = Column::ALL.iter().filter(|&&c| self.sources[c as usize] == Some(source));
            let before = columns.len();
            columns.extend(uses.filter_map(|&column| {
                let how = self.how[column as usize]?;
                Some(Mapped { source: name.clone(), target: Target::Canonical { column, how } })
            }));
            if columns.len() > before {
                continue;
            }
            let repeat = names_seen.entry(name).or_default();
            *repeat += 1;
            let kept = if *repeat > 1 { format!("{name} ({repeat})") } else { name.clone() };
            let target = register(kept, request.extra);
            if let Target::Extra { index, .. } = target {
                layout.extras.push((source, index));
            }
            columns.push(Mapped { source: name.clone(), target });
        }
        if columns.iter().any(|mapped| mapped.target == Target::Dropped) {
            self.notes.push(format!(
                "more than {EXTRA_COLUMNS_MAX} columns that the record does not know: the rest is not kept"
            ));
        }
        (Mapping { columns, notes: self.notes }, layout)
    }
}

fn register(name: String, extra: &mut Vec<String>) -> Target {
    let outcome = is_outcome(&name);
    let index = extra.iter().position(|known| *known == name).unwrap_or(extra.len());
    if index >= EXTRA_COLUMNS_MAX {
        return Target::Dropped;
    }
    if index == extra.len() {
        extra.push(name);
    }
    Target::Extra { index: index as u16, outcome }
}

fn is_required(column: Column) -> bool {
    matches!(column, Column::AccountId | Column::Timestamp)
}

/// The columns seen, as a person reads them.
fn seen(names: &[String]) -> String {
    let shown: Vec<_> = names
        .iter()
        .take(COLUMNS_SHOWN_MAX)
        // A name is as long as its writer liked; its head tells which it is.
        .map(|name| name.chars().take(64).collect::<String>())
        .collect();
    let rest = names.len().saturating_sub(COLUMNS_SHOWN_MAX);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Mapped { source, target } in &self.columns {
            match target {
                Target::Canonical { column, how } => {
                    writeln!(f, "{} ← {source} ({})", column.name(), how.word())?
                }
                Target::Extra { outcome: false, .. } => writeln!(f, "extra ← {source}")?,
                Target::Extra { outcome: true, .. } => {
                    writeln!(f, "extra ← {source} (an outcome: never a signal)")?
                }
                Target::Dropped => writeln!(f, "not kept: {source}")?,
            }
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
}

impl How {
    /// The reason in one word.
    pub fn word(self) -> &'static str {
        match self {
            How::Map => "map",
            How::Exact => "exact",
            How::Alias => "alias",
            How::Format => "format",
        }
    }
}
