//! A store in an empty room, and what stories need in it.

use crate::postgres;
use expect_test::Expect;
use std::fmt::Write as _;
use stix::{Object, Timestamp};
use store::{Act, Origin, Store};
use tempfile::TempDir;

/// Tells the story on each database, where it must end in the same way.
pub(crate) fn check(story: impl AsyncFn(&mut Room), expect: Expect) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a store.db").display().to_string();
    let mut first: Option<String> = None;
    for url in [Some(file), postgres::database()].into_iter().flatten() {
        let said = runtime().block_on(async {
            let store = Store::open(&url).await.unwrap();
            let mut room = Room { store, url: url.clone(), said: String::new() };
            story(&mut room).await;
            room.store.close().await;
            room.said
        });
        assert_eq!(*first.get_or_insert_with(|| said.clone()), said, "the databases differ");
    }
    expect.assert_eq(&first.unwrap_or_default());
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub(crate) struct Room {
    pub(crate) store: Store,
    pub(crate) url: String,
    said: String,
}

impl Room {
    /// The address of the store's database, for whoever goes behind its back.
    pub(crate) fn database(&self) -> String {
        match self.url.starts_with("postgres") {
            true => self.url.clone(),
            false => format!("sqlite:{}", self.url.replace(' ', "%20")),
        }
    }

    /// What is shown at the end.
    pub(crate) fn say(&mut self, what: impl std::fmt::Display) {
        writeln!(self.said, "{what}").unwrap();
    }

    pub(crate) async fn import(&mut self, source: &str, objects: &[Object]) {
        let act = act("analyst", 0);
        let imported = self
            .store
            .import(&act, &origin(source), objects.iter().cloned(), |_| ())
            .await
            .unwrap();
        self.say(format!("{imported:?}"));
    }

    pub(crate) async fn say_audit(&mut self) {
        for entry in self.store.audit(0, 100).await.unwrap() {
            let (seq, who, action) = (entry.seq, &entry.who, &entry.action);
            self.say(format!("{seq} {who}: {action} {} {}", entry.subject, entry.detail));
        }
    }
}

/// Seconds after a fixed noon.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_ms(1_790_000_000_000 + second * 1000).unwrap()
}

pub(crate) fn act(who: &str, second: i64) -> Act {
    Act { who: who.to_owned(), why: "a story".to_owned(), at: at(second) }
}

pub(crate) fn origin(source: &str) -> Origin {
    let sha256 = format!("{:064x}", source.len());
    Origin { source: source.to_owned(), sha256, licence: None, grade: Some("B2".to_owned()) }
}

/// A tool that has been changed so many seconds after it was made.
pub(crate) fn tool(number: u32, second: i64, name: &str) -> Object {
    let (created, modified) = (at(0), at(second));
    Object::parse(&format!(
        r#"{{"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-{number:012}","created":"{created}","modified":"{modified}","name":"{name}"}}"#
    ))
    .unwrap()
}

/// An observable, which has no versions.
pub(crate) fn domain(number: u32, value: &str) -> Object {
    Object::parse(&format!(
        r#"{{"type": "domain-name", "id": "domain-name--00000000-0000-5000-8000-{number:012}", "value": "{value}"}}"#
    ))
    .unwrap()
}
