//! Killed in the middle: what was acknowledged is there, and nothing is there by half.

use crate::postgres;
use crate::room::{act, domain, origin, runtime};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use stix::marking::Tlp;
use stix::{Id, Object};
use store::{Collection, CollectionId, Filter, Look, Publication, SetAside, Store, Whole};

/// Objects of one import: several statements' worth.
const EACH: u32 = 1300;
/// What of one import is set aside.
const ASIDE: u32 = 3;
/// Where a child finds its store.
const URL: &str = "STORE_OF_THE_CHILD";

/// What a child does.
const IMPORTS: &str = "crash::imports_one_after_the_other";
const PUBLICATIONS: &str = "crash::publications_one_after_the_other";

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
    let aside = |n| SetAside { why: "no object".to_owned(), text: format!("{number} {n}") };
    let aside: Vec<SetAside> = (0..ASIDE).map(aside).collect();
    let act = act("child", i64::from(number));
    store.import_and_set_aside(&act, &origin, objects, &aside, |_| ()).await.unwrap();
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
            let acknowledged = killed(IMPORTS, &url, Duration::from_millis(3 + 17 * round));
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
                let aside = store.quarantined(0, u32::MAX).await.unwrap().len() as u64;
                assert_eq!(aside, imports * u64::from(ASIDE), "set aside, and not imported");
                let Whole::Yes { entries, .. } = store.audit_is_whole().await.unwrap() else {
                    panic!("the log is broken");
                };
                assert_eq!(entries.unsigned_abs(), imports + aside);
                store.close().await;
            });
        }
    }
}

/// How many times a child that does `story` was told of before it was killed.
fn killed(story: &str, url: &str, after: Duration) -> u64 {
    let mut child = child(story, url);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = || {
        lines.by_ref().find_map(|line| {
            line.unwrap().strip_prefix("acknowledged ").map(|number| number.parse::<u64>().unwrap())
        })
    };
    let mut last = told().expect("it is done once");
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    while let Some(number) = told() {
        last = number;
    }
    last + 1
}

fn child(story: &str, url: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", story, "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The child's part. Each publication takes objects out, gives others in place of those
/// that stay, and adds new ones.
#[test]
fn publications_one_after_the_other() {
    let folder = tempfile::TempDir::new().unwrap();
    let (url, times) = match std::env::var(URL) {
        Ok(url) => (url, 10_000),
        Err(_) => (folder.path().join("db").display().to_string(), 3),
    };
    runtime().block_on(async {
        let store = Store::open(&url).await.unwrap();
        if store.collections().await.unwrap().is_empty() {
            store.add_collection(&act("child", 0), &collection()).await.unwrap();
        }
        let begun = published(&store).await;
        for number in begun..begun + times {
            let publication = Publication {
                collection: collection().id,
                recipient: "partners".to_owned(),
                policy: "all".to_owned(),
                objects: given(number),
                withdraw: (0..OUT).map(|n| domain(number * OUT + n, "").id().clone()).collect(),
            };
            let act = act("child", i64::from(number));
            let published = store.publish(&act, publication).await.unwrap();
            let is_first = number == 0;
            assert_eq!(published.withdrawn, if is_first { 0 } else { u64::from(OUT) });
            assert_eq!(published.replaced, if is_first { 0 } else { u64::from(EACH - OUT) });
            println!("\nacknowledged {number}");
        }
        assert_eq!(published(&store).await, begun + times);
    });
}

/// What a publication takes out.
const OUT: u32 = 100;

fn collection() -> Collection {
    Collection {
        id: CollectionId(uuid::Uuid::from_u128(0xa11a5)),
        alias: None,
        title: "Partners".to_owned(),
        description: None,
        ceiling: Tlp::Amber,
        audience: "partners".to_owned(),
        can_post: false,
    }
}

/// What publication `number` gives.
fn given(number: u32) -> Vec<Object> {
    let from = (number + 1) * OUT;
    (from..from + EACH).map(|n| domain(n, &format!("{number}.example.com"))).collect()
}

/// How many publications were made, by what the collection gives, which is checked: what
/// one publication gives and no more, and on record.
async fn published(store: &Store) -> u32 {
    let look = Look { limit: EACH * 2, ..Look::default() };
    let page = store.page(collection().id, &look).await.unwrap();
    let objects: Vec<Object> = serde_json::from_str(&format!("[{}]", page.objects)).unwrap();
    let number = |object: &Object| {
        let value = object.properties()["value"].as_str().unwrap().to_owned();
        value.split('.').next().unwrap().parse::<u32>().unwrap()
    };
    let releases = store.releases(0, u32::MAX).await.unwrap();
    let Some(last) = objects.first().map(number) else {
        assert!(releases.is_empty(), "on record, and not given");
        return 0;
    };
    let mut ids: Vec<&Id> = objects.iter().map(Object::id).collect();
    ids.sort();
    let wanted = given(last);
    assert_eq!(ids, wanted.iter().map(Object::id).collect::<Vec<_>>());
    assert!(objects.iter().all(|object| number(object) == last), "one is given by half");
    assert_eq!(releases.len() as u32, last + 1, "what is given is not on record");
    let released = store.released(releases.last().unwrap().seq).await.unwrap();
    assert_eq!(released.iter().map(|one| &one.id).collect::<Vec<_>>(), ids);
    last + 1
}

#[test]
fn killed_at_any_moment_a_collection_is_as_before_or_as_after() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("db").display().to_string();
    for url in [Some(file), postgres::database()].into_iter().flatten() {
        for round in 0..4 {
            let acknowledged = killed(PUBLICATIONS, &url, Duration::from_millis(3 + 47 * round));
            runtime().block_on(async {
                let store = Store::open(&url).await.unwrap();
                let done = u64::from(published(&store).await);
                // The last one may have been done, and nobody been told.
                assert!(done == acknowledged || done == acknowledged + 1, "{done}, {acknowledged}");
                assert!(matches!(store.audit_is_whole().await.unwrap(), Whole::Yes { .. }));
                store.close().await;
            });
        }
    }
}
