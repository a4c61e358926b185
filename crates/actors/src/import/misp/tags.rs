//! Tags: how something may be handled, and labels. And how far MISP lets it travel.

use crate::import::clusters;
use crate::import::fields::Fields;
use stix::marking::Tlp;

/// What tags say.
#[derive(Clone, Debug, Default)]
pub(super) struct Tags {
    /// The strictest of their markings.
    pub(super) tlp: Option<Tlp>,
    /// All others.
    pub(super) labels: Vec<String>,
}

impl Tags {
    /// Of the lists `Tag` and `Galaxy` of a record. What a tag of a galaxy says is said by
    /// the cluster as well; a cluster that STIX has no object for is a label.
    pub(super) fn of(record: &Fields) -> Self {
        let galaxies = record.list("Galaxy");
        let mut tags = Self { tlp: None, labels: galaxies.iter().flat_map(unplaced).collect() };
        for name in record.list("Tag").iter().filter_map(|tag| tag.text("name")) {
            match name.get(..4).filter(|start| start.eq_ignore_ascii_case("tlp:")) {
                Some(_) => match crate::import::indicators::tlp(&name) {
                    Some(tlp) => tags.tlp = tags.tlp.max(Some(tlp)),
                    None => tags.labels.push(name),
                },
                None if !galaxies.is_empty() && name.starts_with("misp-galaxy:") => {}
                None => tags.labels.push(name),
            }
        }
        tags
    }

    /// How what is not marked may be handled, by how far it may travel: what stays in an
    /// organisation or a community must not leave it for the lack of a tag.
    pub(super) fn or_distribution(&self, fields: &Fields, otherwise: Option<Tlp>) -> Option<Tlp> {
        self.tlp.or_else(|| match fields.text("distribution").as_deref() {
            Some("0") => Some(Tlp::AmberStrict),
            Some("1" | "4") => Some(Tlp::Amber),
            Some("2") => Some(Tlp::Green),
            _ => otherwise,
        })
    }
}

/// Labels of a galaxy's clusters that become no object.
fn unplaced(galaxy: &Fields) -> Vec<String> {
    let label = |cluster: &Fields| {
        let name = cluster.text("type").or_else(|| galaxy.text("type"))?;
        let is_placed = clusters::type_of(&name).is_some();
        let value = cluster.text("value").filter(|_| !is_placed)?;
        Some(format!("misp-galaxy:{name}=\"{value}\""))
    };
    galaxy.list("GalaxyCluster").iter().filter_map(label).collect()
}

/// How far something may travel, as a label.
pub(super) fn distribution(fields: &Fields) -> Option<String> {
    let words = match &fields.text("distribution")?[..] {
        "0" => "your-organisation-only",
        "1" => "this-community-only",
        "2" => "connected-communities",
        "3" => "all-communities",
        "4" => "sharing-group",
        _ => return None,
    };
    Some(format!("misp:distribution=\"{words}\""))
}
