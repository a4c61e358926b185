//! The truth beside a log: one line an account, in the order of the log.

use super::groups::{Groups, Layout, Shape};
use crate::log::{Ids, Log, Page};
use crate::row::Truth;
use arrow::array::{ArrayRef, StringArray, UInt8Array};
use arrow::datatypes::{DataType, Field, Schema};
use std::io::{self, Write};
use std::sync::Arc;

/// The columns of the truth.
const COLUMNS: [&str; 6] = ["account_id", "label", "campaign", "factory", "level", "crowd"];

/// Where the truth goes, and how it is written.
pub struct TruthFile<W: Write + Send>(Kind<W>);

enum Kind<W: Write + Send> {
    None,
    Csv(W),
    Parquet(Box<Groups<W>>),
}

impl<W: Write + Send> TruthFile<W> {
    /// Nowhere.
    pub fn none() -> Self {
        Self(Kind::None)
    }

    /// Comma-separated values with a header.
    ///
    /// # Errors
    /// The writer refused.
    pub fn csv(mut out: W) -> io::Result<Self> {
        writeln!(out, "{}", COLUMNS.join(","))?;
        Ok(Self(Kind::Csv(out)))
    }

    /// Apache Parquet, some bytes an account.
    ///
    /// # Errors
    /// The writer refused.
    pub fn parquet(out: W, log: &Log) -> io::Result<Self> {
        let fields = COLUMNS.iter().map(|&name| {
            let kind = if name == "level" { DataType::UInt8 } else { DataType::Utf8 };
            Field::new(name, kind, !matches!(name, "account_id" | "label"))
        });
        let id = if log.ids() == Ids::Sequential { Layout::Alike } else { Layout::Many };
        let few = Layout::Few;
        let shape =
            Shape::of(Schema::new(fields.collect::<Vec<_>>()), &[id, few, few, few, few, few])?;
        Ok(Self(Kind::Parquet(Box::new(Groups::create(out, &shape)?))))
    }

    pub(super) fn pages(&mut self, pages: &[Page]) -> io::Result<()> {
        match &mut self.0 {
            Kind::None => Ok(()),
            Kind::Csv(out) => pages.iter().try_for_each(|page| lines(page, out)),
            Kind::Parquet(groups) => groups.write(|number| vec![array(pages, number)]),
        }
    }

    pub(super) fn close(self) -> io::Result<()> {
        match self.0 {
            Kind::None => Ok(()),
            Kind::Csv(mut out) => out.flush(),
            Kind::Parquet(groups) => groups.close(),
        }
    }
}

fn lines(page: &Page, out: &mut impl Write) -> io::Result<()> {
    for truth in &page.truth {
        match (truth.campaign, truth.factory, truth.level) {
            (Some(campaign), Some(factory), Some(level)) => {
                writeln!(out, "{},fraud,c{campaign:05},f{factory:03},{level},", truth.account_id)?;
            }
            _ => writeln!(out, "{},real,,,,{}", truth.account_id, truth.crowd.unwrap_or_default())?,
        }
    }
    Ok(())
}

/// The values of one of [`COLUMNS`].
fn array(pages: &[Page], number: usize) -> ArrayRef {
    let all = pages.iter().flat_map(|page| &page.truth);
    let owned = |value: fn(&Truth) -> Option<String>| -> ArrayRef {
        Arc::new(all.clone().map(value).collect::<StringArray>())
    };
    match number {
        0 => Arc::new(all.map(|truth| Some(&*truth.account_id)).collect::<StringArray>()),
        1 => {
            let label = |truth: &Truth| Some(if truth.is_fraud() { "fraud" } else { "real" });
            Arc::new(all.map(label).collect::<StringArray>())
        }
        2 => owned(|truth| truth.campaign.map(|campaign| format!("c{campaign:05}"))),
        3 => owned(|truth| truth.factory.map(|factory| format!("f{factory:03}"))),
        4 => Arc::new(all.map(|truth| truth.level).collect::<UInt8Array>()),
        _ => Arc::new(all.map(|truth| truth.crowd).collect::<StringArray>()),
    }
}
