//! A feed for MISP, as its own library reads it.

use super::{NOW, with_world};
use crate::peers;

#[test]
fn the_library_of_misp_reads_the_feed_and_makes_the_same_manifest() {
    let room = with_world();
    let args = ["intel", "export", "--as", "misp", "--tlp", "amber", "--out", "feed"];
    room.at(NOW, &args).ok();
    let said = peers::ask(&room, include_str!("misp.py"), &["feed"]);
    let events: usize = said.trim().parse().unwrap();
    assert!(events > 0);
    let before = room.read("feed/manifest.json");
    room.at(NOW, &args).failed(2, &["feed holds an earlier result", "--force"]);
    room.at(NOW, &[args.as_slice(), &["--force"]].concat()).ok();
    assert!(room.read("feed/manifest.json") == before, "the same feed twice");
    room.at(NOW, &["intel", "export", "--as", "misp", "--out", "log"]).failed(2, &["log exists"]);
}
