//! A result of `dragnet scan` on its way into the graph.

use super::{Came, Read};
use crate::hex::hex;
use crate::intel::{Desk, us};
use actors::import::Taken;
use actors::{lineage, scan};
use anyhow::Context;
use sha2::{Digest, Sha256};
use std::path::Path;
use stix::marking::Tlp;

/// The files of a result that tell what was found.
pub(crate) fn open(dir: &Path) -> anyhow::Result<Came> {
    let file = |name: &str| {
        let path = dir.join(name);
        std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let (run, campaigns) = (file(crate::output::RUN)?, file(crate::output::CAMPAIGNS)?);
    let sha256 = hex(&Sha256::new().chain_update(&run).chain_update(&campaigns).finalize());
    let name = dir.display().to_string();
    let source = dir.file_name().map_or(name.clone(), |dir| dir.to_string_lossy().into_owned());
    Ok(Came { name, source, sha256, read: Read::Result { run, campaigns } })
}

/// What a scan found, as objects. An actor that is known keeps its name.
pub(crate) fn read(
    run: &[u8],
    campaigns: &[u8],
    desk: &Desk,
    tlp: Option<Tlp>,
) -> anyhow::Result<Taken> {
    let graph = desk.graph()?;
    let known = graph.of_type("intrusion-set").map(|actor| (actor.id().clone(), actor.clone()));
    let number = lineage::next_cluster(&graph);
    let mut options = scan::Options {
        actors: known.collect(),
        next_cluster: number.rsplit('-').next().and_then(|digits| digits.parse().ok()).unwrap_or(1),
        ..scan::Options::new(us())
    };
    options.tlp = tlp.unwrap_or(options.tlp);
    Ok(scan::read(run, campaigns, &options)?)
}
