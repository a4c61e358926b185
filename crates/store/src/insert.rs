//! Many rows in one statement: a round through the driver costs more than a row.

use crate::dialect::Dialect;
use crate::error::Error;
use sqlx::any::AnyArguments;
use sqlx::{AnyConnection, Arguments as _, AssertSqlSafe, Encode, Type};
use std::fmt::Write as _;

/// Objects that are taken at a time. With eleven values each it stays below the 32,766
/// that SQLite takes in one statement, and the statement is worth its preparation.
pub(crate) const BATCH: usize = 500;

/// Whether the statement for so many rows is worth keeping: that for a whole batch, and
/// that for one object, which is posted more often than two.
pub(crate) fn comes_again(rows: usize) -> bool {
    rows == BATCH || rows == 1
}

/// Rows of values, and the placeholders that stand for them.
pub(crate) struct Values {
    dialect: Dialect,
    arguments: AnyArguments,
    placeholders: String,
    is_in_row: bool,
    rows: usize,
}

impl Values {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let (arguments, placeholders) = (AnyArguments::default(), String::new());
        Self { dialect, arguments, placeholders, is_in_row: false, rows: 0 }
    }

    /// Begins another row.
    pub(crate) fn row(&mut self) -> &mut Self {
        self.end_row();
        self.placeholders.push_str(if self.rows == 0 { "(" } else { ",(" });
        self.rows += 1;
        self.is_in_row = false;
        self
    }

    /// A value of it.
    pub(crate) fn value<'t, T>(&mut self, value: T) -> &mut Self
    where
        T: Encode<'t, sqlx::Any> + Type<sqlx::Any>,
    {
        let at = self.argument(value);
        match self.dialect {
            // One that has a number also has a name, and for each name SQLite looks
            // through all that it has: with thousands, that took two thirds of an import.
            Dialect::Sqlite => self.push(format_args!("?")),
            Dialect::Postgres => self.push(format_args!("${at}")),
        }
        self
    }

    /// A number that is written out, as no value is needed for it.
    pub(crate) fn number(&mut self, number: usize) -> &mut Self {
        self.push(format_args!("{number}"));
        self
    }

    /// A value outside the rows; gives its number.
    pub(crate) fn argument<'t, T>(&mut self, value: T) -> usize
    where
        T: Encode<'t, sqlx::Any> + Type<sqlx::Any>,
    {
        self.arguments.add(value).expect("numbers, texts and bytes are always taken");
        self.arguments.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    fn push(&mut self, what: std::fmt::Arguments<'_>) {
        if self.is_in_row {
            self.placeholders.push(',');
        }
        self.is_in_row = true;
        self.placeholders.write_fmt(what).expect("writing to a text does not fail");
    }

    fn end_row(&mut self) {
        if self.rows > 0 && !self.placeholders.ends_with(')') {
            self.placeholders.push(')');
        }
    }

    /// The rows as they stand in a statement, and what they hold.
    pub(crate) fn into_parts(mut self) -> (String, AnyArguments) {
        self.end_row();
        (self.placeholders, self.arguments)
    }

    /// Puts them into a table: `before` is what stands before VALUES, `after` what follows
    /// the rows. Gives the number of rows that went in.
    pub(crate) async fn insert(
        self,
        change: &mut AnyConnection,
        before: &str,
        after: &str,
    ) -> Result<u64, Error> {
        if self.is_empty() {
            return Ok(0);
        }
        let comes_again = comes_again(self.rows);
        let (rows, arguments) = self.into_parts();
        let text = format!("{before} VALUES {rows} {after}");
        let query = sqlx::query_with(AssertSqlSafe(text), arguments).persistent(comes_again);
        Ok(query.execute(change).await?.rows_affected())
    }
}

/// A list of values for `IN (…)`.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) all: AnyArguments,
}

impl Arguments {
    /// Another value; gives its placeholder.
    pub(crate) fn add<'t, T>(&mut self, value: T) -> String
    where
        T: Encode<'t, sqlx::Any> + Type<sqlx::Any>,
    {
        self.all.add(value).expect("numbers, texts and bytes are always taken");
        format!("${}", self.all.len())
    }

    /// Other values; gives their placeholders, with commas between them.
    pub(crate) fn list<'t, T>(&mut self, values: impl IntoIterator<Item = T>) -> String
    where
        T: Encode<'t, sqlx::Any> + Type<sqlx::Any>,
    {
        let placeholders: Vec<String> = values.into_iter().map(|value| self.add(value)).collect();
        placeholders.join(",")
    }
}
