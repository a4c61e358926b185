//! Stretches of time, out of a log and out of its lake.

use super::{found, world};
use crate::room::Room;

const TIMES: [[&str; 4]; 3] = [
    ["--since", "2024-05-20", "--until", "2024-05-23"],
    ["--since", "2024-05-21T05:30:00Z", "--until", "2024-05-21T17:00:00+02:00"],
    ["--since", "1999-01-01", "--until", "2024-05-18T00:00:00.001Z"],
];

#[test]
fn a_stretch_of_time_is_the_same_out_of_both() {
    let room = Room::new();
    world(&room, "20000");
    room.run(&["ingest", "log/signups.csv", "--lake", "lake"]).ok();
    for (number, time) in TIMES.iter().enumerate() {
        let (a, b) = (format!("a{number}"), format!("b{number}"));
        room.scan(&[&["log/signups.csv", "--out", &a], &time[..]].concat()).ok();
        room.scan(&[&["lake", "--out", &b], &time[..]].concat()).ok();
        assert_eq!(found(&room, &a), found(&room, &b));
        let (csv, lake) =
            (room.json(&format!("{a}/run.json")), room.json(&format!("{b}/run.json")));
        let rows = csv["counts"]["rows"].as_u64().unwrap();
        assert!(rows > 0 && csv["counts"]["rows"] == lake["counts"]["rows"]);
        assert_eq!(rows + csv["inputs"][0]["outside"].as_u64().unwrap(), 20_000);
        assert_eq!(csv["counts"]["rejected_rows"], 0);
        let names = lake["inputs"].as_array().unwrap().iter().map(|input| &input["name"]);
        let names: Vec<_> = names.map(|name| name.as_str().unwrap()).collect();
        assert!(names.len() < 6, "days outside are not opened: {names:?}");
        assert!(lake["inputs"][0]["sha256"].as_str().unwrap().len() == 64);
    }
    room.scan(&["lake", "--since", "2031-01-01"]).failed(1, &["no sign-ups of that time"]);
    room.scan(&["lake", "--since", "soon"]).failed(2, &["write a day like"]);
    room.scan(&["lake", "--since", "2024-05-20", "--until", "2024-05-20"])
        .failed(2, &["not before"]);
}
