//! Killed in the middle: what was acknowledged is there, and nothing is there by half.

use crate::postgres;
use crate::room::{act, domain, origin, runtime};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use store::{Filter, Store, Whole};

/// Objects of one import: several statements' worth.
const EACH: u32 = 1300;
/// Where a child finds its store.
const URL: &str = "STORE_OF_THE_CHILD";

/// The child's part. By itself it is a short story.
#[test]
fn imports_one_after_the_other() {
    let folder = tempfile::TempDir::new().unwrap();
    let (url, imports) = match std::env::var(URL) {
        Ok(url) => (url, 10_000),
        Err(_) => (folder.path().join("db").display().to_string(), 3),
    };
    runtime().block_on(async {
        let store = Store::open(&url).await.unwrap();
        let begun = count(&store).await as u32 / EACH;
        for number in begun..begun + imports {
            import(&store, number).await;
            println!("\nacknowledged {number}");
        }
        assert_eq!(count(&store).await, u64::from(EACH * (begun + imports)));
    });
}

async fn import(store: &Store, number: u32) {
    let objects = (number * EACH..(number + 1) * EACH).map(|n| domain(n, "example.com"));
    let origin = origin(&format!("import {number}"));
    store.import(&act("child", i64::from(number)), &origin, objects, |_| ()).await.unwrap();
}

async fn count(store: &Store) -> u64 {
    store.each(&Filter::default(), |_| Ok::<_, store::Error>(())).await.unwrap()
}

#[test]
fn killed_at_any_moment_it_has_all_that_was_acknowledged_and_nothing_by_half() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("db").display().to_string();
    for url in [Some(file), postgres::database()].into_iter().flatten() {
        for round in 0..6 {
            let acknowledged = killed(&url, Duration::from_millis(3 + 17 * round));
            runtime().block_on(async {
                let store = Store::open(&url).await.unwrap();
                let (objects, each) = (count(&store).await, u64::from(EACH));
                assert_eq!(objects % each, 0, "an import is there by half");
                let imports = objects / each;
                // The last one may have been done, and nobody been told.
                assert!(
                    imports == acknowledged || imports == acknowledged + 1,
                    "{imports} of {acknowledged}"
                );
                let Whole::Yes { entries, .. } = store.audit_is_whole().await.unwrap() else {
                    panic!("the log is broken");
                };
                assert_eq!(entries.unsigned_abs(), imports);
                store.close().await;
            });
        }
    }
}

/// How many imports a child was told of before it was killed.
fn killed(url: &str, after: Duration) -> u64 {
    let mut child = child(url);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = || {
        lines.by_ref().find_map(|line| {
            line.unwrap().strip_prefix("acknowledged ").map(|number| number.parse::<u64>().unwrap())
        })
    };
    let mut last = told().expect("one import is made");
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    while let Some(number) = told() {
        last = number;
    }
    last + 1
}

fn child(url: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::imports_one_after_the_other", "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
