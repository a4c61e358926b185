//! Lakes that somebody else wrote: folders of days, and no manifest.

use super::{found, world};
use crate::room::Room;
use dragnet::lake::{HOUR_MS, Lake, Store};
use events::read::Options;
use std::fs;

#[test]
fn days_without_a_manifest_are_a_lake_too() {
    let room = Room::new();
    world(&room, "20000");
    room.run(&["ingest", "log/signups.csv", "--lake", "lake"]).ok();
    let open = || Lake::open(Store::Folder(room.path("lake"))).unwrap().unwrap();
    let ours = open();
    let time = ["--since", "2024-05-20T12:00:00Z", "--until", "2024-05-22"];
    room.scan(&[&["lake", "--out", "a"], &time[..]].concat()).ok();
    fs::remove_file(room.path("lake/_dragnet.json")).unwrap();
    room.write("lake/day=2024-05-20/.half.parquet", "half");
    room.scan(&[&["lake", "--out", "b"], &time[..]].concat()).ok();
    assert_eq!(found(&room, "a"), found(&room, "b"));
    let mut theirs = open();
    theirs.measure(&Options::default()).unwrap();
    assert_eq!(ours.parts().len(), theirs.parts().len());
    for (ours, theirs) in ours.parts().iter().zip(theirs.parts()) {
        let (ours, theirs) = (ours.extent.as_ref().unwrap(), theirs.extent.as_ref().unwrap());
        assert_eq!((ours.rows, &ours.hours), (theirs.rows, &theirs.hours));
        assert!(theirs.times.start <= ours.times.start && ours.times.end <= theirs.times.end);
    }
    // An hour is in few files.
    let hour = 1_716_206_400_000;
    assert_eq!(ours.files_between(&(hour..hour + HOUR_MS)).len(), 1);
}
