//! A large consumer polls as OpenCTI does, while somebody else posts.

use crate::room::{Room, check, domain, envelope};
use expect_test::expect;
use std::collections::BTreeMap;
use stix::Object;

/// Objects in all, and in one POST, which gives them one time.
const OBJECTS: usize = 1200;
const EACH: usize = 60;

/// The same `added_after` with `next` while there is more; then on from the date of the
/// last one that came.
async fn poll(room: &Room, is_done: impl Fn() -> bool) -> BTreeMap<String, u32> {
    let mut seen = BTreeMap::new();
    let mut after = "1970-01-01T00:00:00.000Z".to_owned();
    loop {
        let (mut next, done) = (String::new(), is_done());
        let mut last = None;
        loop {
            let path = format!("collections/open/objects/?added_after={after}&limit=37{next}");
            let answer = room.get(&path, "reader").await;
            let page = answer.json();
            for object in page["objects"].as_array().into_iter().flatten() {
                *seen.entry(object["id"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            last = answer.date("last").or(last);
            match page["next"].as_str() {
                Some(cursor) => next = format!("&next={cursor}"),
                None => break,
            }
        }
        match last {
            Some(last) => after = last,
            None if done => return seen,
            None => {}
        }
    }
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice() {
    check(
        async |room| {
            let objects: Vec<Object> =
                (0..OBJECTS).map(|n| domain(&format!("d{n}.example.com"))).collect();
            let is_posted = std::sync::atomic::AtomicBool::new(false);
            let post = async {
                for objects in objects.chunks(EACH) {
                    let body = envelope(objects);
                    let answer = room.post("collections/open/objects/", "partner", body).await;
                    assert_eq!(answer.json()["success_count"], EACH);
                }
                is_posted.store(true, std::sync::atomic::Ordering::SeqCst);
            };
            let is_done = || is_posted.load(std::sync::atomic::Ordering::SeqCst);
            let ((), one, other) = tokio::join!(post, poll(room, is_done), poll(room, is_done));
            for seen in [one, other] {
                let twice = seen.values().filter(|times| **times > 1).count();
                room.say(format!("{} seen, {twice} of them twice", seen.len()));
            }
        },
        expect![[r#"
            1200 seen, 0 of them twice
            1200 seen, 0 of them twice
        "#]],
    );
}
