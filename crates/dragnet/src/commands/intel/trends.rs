//! `dragnet intel trends`: what is new, grows, shrinks or is gone, and whether that is
//! more than chance.

#[derive(Debug, clap::Args)]
pub(super) struct TrendsArgs {}

pub(super) fn run(_args: &TrendsArgs) -> anyhow::Result<()> {
    Ok(())
}
