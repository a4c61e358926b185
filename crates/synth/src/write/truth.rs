//! The truth beside a log: one line an account, in the order of the log.

use crate::log::Page;
use std::io::{self, Write};

pub(super) fn header(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "account_id,label,campaign,factory,level,crowd")
}

pub(super) fn page(page: &Page, out: &mut impl Write) -> io::Result<()> {
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
