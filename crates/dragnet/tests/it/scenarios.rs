//! The regression corpus: small stories and ten generated worlds, whose whole
//! results stand in `scenarios/` and are compared on every change.

mod difference;
mod summary;

use crate::room::Room;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Beside whom a story happens.
const PEOPLE: &str = "people";

/// Each is scanned with the people, except where a log has its own.
macro_rules! stories {
    ($($name:ident)*) => {
        const STORIES: &[&str] = &[$(stringify!($name)),*];
        mod story {
            $(#[test] fn $name() { super::story(stringify!($name)); })*
        }
    };
}

stories! {
    aliases
    campus
    classroom
    family
    kit_rotation
    names_only
    office_onboarding
    proxy_change
    shared_proxy
    viral_day
}

/// 20,000 sign-ups each: a preset and a seed.
macro_rules! worlds {
    ($($name:ident $preset:literal $seed:literal)*) => {
        const WORLDS: &[&str] = &[$(stringify!($name)),*];
        mod world {
            $(#[test] fn $name() { super::world(stringify!($name), $preset, $seed); })*
        }
    };
}

worlds! {
    demo_1 "demo" "1"
    demo_2 "demo" "2"
    crowds_3 "crowds" "3"
    easy_4 "easy" "4"
    flood_5 "flood" "5"
    hard_6 "hard" "6"
    null_7 "null" "7"
    rare_8 "rare" "8"
    wild_9 "wild" "9"
    wild_10 "wild" "10"
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn story(name: &str) {
    let log = |name: &str| folder().join(format!("{name}.csv")).to_str().unwrap().to_owned();
    let logs = if name == "names_only" { vec![log(name)] } else { vec![log(PEOPLE), log(name)] };
    let room = Room::new();
    let logs: Vec<&str> = logs.iter().map(String::as_str).collect();
    room.scan(&[&logs[..], &["--out", "result"]].concat()).ok();
    check(&format!("{name}.txt"), &summary::of_story(&room, "result"));
}

fn world(name: &str, preset: &str, seed: &str) {
    let room = Room::new();
    let world = ["synth", "--preset", preset, "--seed", seed, "--rows", "20000", "--out", "log"];
    room.run(&world).ok();
    // Worlds lie in days to come.
    let scan = ["scan", "log/signups.csv", "--out", "result", "--now", "2026-01-01T00:00:00Z"];
    room.run(&scan).ok();
    check(&format!("worlds/{name}.txt"), &summary::of_world(&room, "result"));
}

/// Compares with what was accepted, or accepts it.
#[track_caller]
fn check(name: &str, summary: &str) {
    let path = folder().join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, summary).unwrap();
        return;
    }
    let accepted = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        accepted == summary,
        "scenarios/{name} ends otherwise than was accepted\n\n{}\n{}\n\
         If each of these lines is right, `make accept` and commit the difference.\n",
        difference::in_words(&accepted, summary),
        difference::unified(&accepted, summary),
    );
}

/// Names of the folder's files with this ending, without it.
fn names(below: &str, ending: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder().join(below)).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
}

#[test]
fn nothing_lies_there_untested() {
    let stories: BTreeSet<String> = STORIES.iter().map(|name| (*name).to_owned()).collect();
    let mut logs = names("", ".csv");
    assert!(logs.remove(PEOPLE));
    assert_eq!(logs, stories);
    assert_eq!(names("", ".txt"), stories);
    assert_eq!(names("worlds", ".txt"), WORLDS.iter().map(|name| (*name).to_owned()).collect());
    let page = fs::read_to_string(folder().join("README.md")).unwrap();
    for name in stories {
        assert!(page.contains(&format!("`{name}`")), "README.md does not tell of {name}");
    }
}
