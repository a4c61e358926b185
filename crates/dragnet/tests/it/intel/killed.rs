//! A kill in the middle of an import: all of it is there, or nothing.

use super::{NOW, bundle, count, object, with_case};
use serde_json::{Value, json};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Instant;

#[test]
fn a_kill_leaves_all_or_nothing() {
    let room = with_case();
    let before = count(&room);
    let actor = |n: u32| object("intrusion-set", n, json!({ "name": format!("Actor-{n}") }));
    let all: Vec<Value> = (0..10_000).map(actor).collect();
    room.write("large.json", bundle(&all));
    let begun = Instant::now();
    room.at(NOW, &["intel", "import", "large.json", "--store", "other.db"]).ok();
    let whole = begun.elapsed();
    let mut cut_short = 0;
    for tenths in [3, 5, 7, 9] {
        let mut child = room
            .command(&["intel", "import", "large.json", "--now", NOW])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(whole * tenths / 10);
        // On Unix this is SIGKILL, which nobody can prepare for.
        child.kill().unwrap();
        cut_short += u32::from(!child.wait().unwrap().success());
        let after = count(&room);
        assert!(after == before || after == before + 10_000, "{after}");
        room.run(&["intel", "log", "--check"]).ok();
        if after > before {
            break;
        }
    }
    assert!(cut_short > 0, "it was never in the middle of {whole:?}");
    room.at(NOW, &["intel", "import", "large.json"]).ok();
    assert_eq!(count(&room), before + 10_000);
    room.run(&["intel", "log", "--check"]).ok();
}
