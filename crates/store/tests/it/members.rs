//! What goes into a collection, and what is seen of it.

use crate::room::{Room, act, at, check, domain, origin, tool};
use expect_test::expect;
use sha2::{Digest, Sha256};
use stix::Object;
use stix::marking::Tlp;
use store::{Collection, CollectionId, Look, Publication, Status, VersionMatch};

const PARTNERS: CollectionId = CollectionId(uuid::Uuid::from_u128(0xa11a5));

async fn collection(room: &Room) {
    let collection = Collection {
        id: PARTNERS,
        alias: Some("partners".to_owned()),
        title: "Partners".to_owned(),
        description: None,
        ceiling: Tlp::Amber,
        audience: "partners".to_owned(),
        can_post: true,
    };
    room.store.add_collection(&act("admin", 0), &collection).await.unwrap();
    assert_eq!(room.store.collections().await.unwrap(), [collection]);
}

async fn publish(room: &mut Room, second: i64, objects: &[Object]) {
    withdraw_and_publish(room, second, &[], objects).await;
}

async fn withdraw_and_publish(room: &mut Room, second: i64, out: &[Object], objects: &[Object]) {
    let out = out.iter().map(|object| object.id().clone()).collect();
    let publication = Publication { withdraw: out, ..publication(objects) };
    let published = room.store.publish(&act("analyst", second), publication).await;
    room.say(format!("{:?}", published.unwrap()));
}

fn publication(objects: &[Object]) -> Publication {
    Publication {
        collection: PARTNERS,
        recipient: "partners".to_owned(),
        policy: "all".to_owned(),
        objects: objects.to_vec(),
        withdraw: Vec::new(),
    }
}

async fn show(room: &mut Room, what: &str, look: Look) {
    let look = Look { limit: if look.limit == 0 { 100 } else { look.limit }, ..look };
    let page = room.store.page(PARTNERS, &look).await.unwrap();
    let objects: Vec<Object> = serde_json::from_str(&format!("[{}]", page.objects)).unwrap();
    let name = |object: &Object| {
        let properties = object.properties();
        let name = properties.get("name").or(properties.get("value")).unwrap();
        name.as_str().unwrap().to_owned()
    };
    let names: Vec<String> = objects.iter().map(name).collect();
    let more = page.span.next.map_or("", |_| " and more");
    room.say(format!("{what}: {}{more}", names.join(", ")));
    let manifest = room.store.manifest(PARTNERS, &look).await.unwrap();
    let ids: Vec<&str> = manifest.entries.iter().map(|entry| &entry.id[..]).collect();
    assert_eq!(ids, objects.iter().map(|object| object.id().as_str()).collect::<Vec<_>>());
    assert_eq!(format!("{:?}", manifest.span), format!("{:?}", page.span));
}

fn old_tool(number: u32, second: i64, name: &str) -> Object {
    let text = tool(number, second, name).text().replace(r#""spec_version":"2.1","#, "");
    Object::parse(&text).unwrap()
}

#[test]
fn each_filter_sees_its_own() {
    check(
        async |room| {
            collection(room).await;
            let first = [tool(1, 0, "one"), domain(1, "example.com"), tool(2, 0, "two")];
            publish(room, 10, &first).await;
            let later =
                [tool(1, 9, "one at 9"), tool(1, 5, "one at 5"), old_tool(2, 7, "two, 2.0")];
            publish(room, 20, &later).await;
            publish(room, 30, &[old_tool(3, 0, "three, 2.0")]).await;
            let look = Look::default;
            show(room, "all that is last", look()).await;
            let of = |versions: &[VersionMatch]| Look { versions: versions.to_vec(), ..look() };
            show(room, "first", of(&[VersionMatch::First])).await;
            show(room, "every version", of(&[VersionMatch::All])).await;
            show(room, "first or at 5", of(&[VersionMatch::First, VersionMatch::At(at(5))])).await;
            let spec = |list: &[&str]| Look {
                spec_versions: list.iter().map(|s| (*s).to_owned()).collect(),
                ..look()
            };
            show(room, "by 2.0", spec(&["2.0"])).await;
            show(room, "by either", spec(&["2.0", "2.1"])).await;
            let types = ["domain-name".to_owned(), "tool".to_owned()];
            show(room, "of a type", Look { types: types[..1].to_vec(), ..look() }).await;
            show(room, "of two types", Look { types: types.to_vec(), ..look() }).await;
            let ids = vec![tool(1, 0, "").id().to_string(), tool(9, 0, "").id().to_string()];
            show(room, "by id", Look { ids, ..look() }).await;
            show(room, "after 10", Look { added_after: Some(at(10)), ..look() }).await;
            show(room, "after 30", Look { added_after: Some(at(30)), ..look() }).await;
            let manifest =
                room.store.manifest(PARTNERS, &Look { limit: 100, ..look() }).await.unwrap();
            for entry in manifest.entries {
                room.say(format!(
                    "{} {} {} {}",
                    entry.added, entry.version, entry.spec_version, entry.id
                ));
            }
        },
        expect![[r#"
            Published { release: Some(1), added: 3, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            Published { release: Some(2), added: 3, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            Published { release: Some(3), added: 1, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            all that is last: example.com, two, one at 9, three, 2.0
            first: one, example.com, two, three, 2.0
            every version: one, example.com, two, one at 9, one at 5, three, 2.0
            first or at 5: one, example.com, two, one at 5, three, 2.0
            by 2.0: two, 2.0, three, 2.0
            by either: example.com, two, one at 9, two, 2.0, three, 2.0
            of a type: example.com
            of two types: example.com, two, one at 9, three, 2.0
            by id: one at 9
            after 10: example.com, two, one at 9, three, 2.0
            after 30: 
            2026-09-21T14:13:30.000001Z 1970-01-01T00:00:00.000Z 2.1 domain-name--00000000-0000-5000-8000-000000000001
            2026-09-21T14:13:30.000002Z 2026-09-21T14:13:20.000Z 2.1 tool--00000000-0000-4000-8000-000000000002
            2026-09-21T14:13:40.000000Z 2026-09-21T14:13:29.000Z 2.1 tool--00000000-0000-4000-8000-000000000001
            2026-09-21T14:13:50.000000Z 2026-09-21T14:13:20.000Z 2.0 tool--00000000-0000-4000-8000-000000000003
        "#]],
    );
}

#[test]
fn pages_follow_each_other_while_others_write() {
    check(
        async |room| {
            collection(room).await;
            let mut wanted = Vec::new();
            let (mut cursor, mut seen, mut next) = (None, Vec::new(), 0);
            // All at one time, and the clock goes back in between.
            for round in 0..40 {
                let objects: Vec<Object> =
                    (next..next + 53).map(|n| domain(n, "example.com")).collect();
                next += 53;
                wanted.extend(objects.iter().map(|object| object.id().to_string()));
                let second = if round == 20 { 5 } else { 10 };
                let act = act("analyst", second);
                room.store.publish(&act, publication(&objects)).await.unwrap();
                let look = Look { cursor, added_after: Some(at(1)), limit: 37, ..Look::default() };
                let page = room.store.manifest(PARTNERS, &look).await.unwrap();
                seen.extend(page.entries.into_iter().map(|entry| entry.id));
                cursor = page.span.next;
            }
            while let Some(at) = cursor {
                let look = Look { cursor: Some(at), limit: 37, ..Look::default() };
                let page = room.store.manifest(PARTNERS, &look).await.unwrap();
                seen.extend(page.entries.into_iter().map(|entry| entry.id));
                cursor = page.span.next;
            }
            assert_eq!(seen, wanted);
            room.say(seen.len());
        },
        expect![[r#"
            2120
        "#]],
    );
}

#[test]
fn what_is_given_out_may_differ_from_what_is_kept() {
    check(
        async |room| {
            collection(room).await;
            room.import("a.json", &[tool(1, 0, "with all its secrets")]).await;
            publish(room, 1, &[tool(1, 0, "without")]).await;
            publish(room, 2, &[tool(1, 0, "without"), tool(1, 0, "otherwise")]).await;
            show(room, "given", Look::default()).await;
            room.say(room.store.latest(tool(1, 0, "").id()).await.unwrap().unwrap().object.text());
            room.say(format!("{:?}", room.store.counts().await.unwrap()));
            let strict = format!(r#","object_marking_refs":["{}"]}}"#, Tlp::Red.id());
            let red = tool(2, 0, "red").text().trim_end_matches('}').to_owned() + &strict;
            publish(room, 3, &[Object::parse(&red).unwrap()]).await;
        },
        expect![[r#"
            Imported { import_id: 1, added: 1, same: 0, conflicts: 0, is_news: true }
            Published { release: Some(1), added: 1, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            Published { release: Some(2), added: 0, already: 0, replaced: 1, withdrawn: 0, refused: [(tool--00000000-0000-4000-8000-000000000001, Other)] }
            given: without
            {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:20.000Z","name":"with all its secrets"}
            [("tool", 1)]
            Published { release: None, added: 0, already: 0, replaced: 0, withdrawn: 0, refused: [(tool--00000000-0000-4000-8000-000000000002, TooStrict(Red))] }
        "#]],
    );
}

#[test]
fn what_is_posted_is_taken_in_and_told_of() {
    check(
        async |room| {
            collection(room).await;
            room.import("a.json", &[tool(1, 0, "ours")]).await;
            let strict = format!(r#","object_marking_refs":["{}"]}}"#, Tlp::Red.id());
            let red = tool(3, 0, "red").text().trim_end_matches('}').to_owned() + &strict;
            let objects =
                vec![tool(1, 0, "theirs"), Object::parse(&red).unwrap(), tool(2, 0, "new")];
            for second in [5, 6] {
                let mut placed = Vec::new();
                let status = |all: &[store::Placed]| {
                    placed = all.to_vec();
                    let id = uuid::Uuid::from_u128(7 + second as u128);
                    Status { id, key: "partner".to_owned(), at: at(second), text: "{}".to_owned() }
                };
                let act = act("partner", second);
                let imported =
                    room.store.post(&act, &origin("post"), PARTNERS, objects.clone(), status).await;
                room.say(format!("{:?} {placed:?}", imported.unwrap()));
            }
            show(room, "the collection", Look::default()).await;
            for source in room.store.provenance(tool(2, 0, "").id()).await.unwrap() {
                room.say(source.source);
            }
            room.say(room.store.latest(tool(3, 0, "").id()).await.unwrap().is_some());
            let id = uuid::Uuid::from_u128(12);
            for (key, second) in [("partner", 6), ("other", 6), ("partner", 5 + 86_401)] {
                room.say(format!("{:?}", room.store.status(id, key, at(second)).await.unwrap()));
            }
            room.say_audit().await;
        },
        expect![[r#"
            Imported { import_id: 1, added: 1, same: 0, conflicts: 0, is_news: true }
            Imported { import_id: 2, added: 1, same: 0, conflicts: 1, is_news: true } [Added, TooStrict(Red), Added]
            Imported { import_id: 2, added: 0, same: 1, conflicts: 1, is_news: false } [Already, TooStrict(Red), Already]
            the collection: theirs, new
            post
            false
            Some("{}")
            None
            None
            1 admin: collection 00000000-0000-0000-0000-0000000a11a5 {"alias":"partners","audience":"partners","can_post":true,"ceiling":"TLP:AMBER","description":null,"title":"Partners"}
            2 analyst: import a.json {"added":1,"conflicts":0,"grade":"B2","import":1,"licence":null,"same":0,"sha256":"0000000000000000000000000000000000000000000000000000000000000006"}
            3 partner: import post {"added":1,"conflicts":1,"grade":"B2","import":2,"licence":null,"same":0,"sha256":"0000000000000000000000000000000000000000000000000000000000000004"}
            4 partner: post 00000000-0000-0000-0000-0000000a11a5 {"added":2,"of":3}
        "#]],
    );
}

#[test]
fn what_is_taken_away_is_gone_and_the_version_before_it_is_last() {
    check(
        async |room| {
            collection(room).await;
            publish(room, 1, &[tool(1, 0, "at 0"), tool(1, 5, "at 5"), tool(1, 9, "at 9")]).await;
            let id = tool(1, 0, "").id().to_string();
            for versions in [&[VersionMatch::At(at(9))][..], &[VersionMatch::First], &[], &[]] {
                let gone = room
                    .store
                    .remove(&act("partner", 2), PARTNERS, &id, versions, &[])
                    .await
                    .unwrap();
                room.say(format!("{gone:?}"));
                show(room, "left", Look::default()).await;
            }
            room.say(room.store.has(PARTNERS, &id).await.unwrap());
        },
        expect![[r#"
            Published { release: Some(1), added: 3, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            Some(Gone { versions: 1 })
            left: at 5
            Some(Gone { versions: 1 })
            left: at 5
            Some(Gone { versions: 1 })
            left: 
            None
            left: 
            false
        "#]],
    );
}

#[test]
fn nobody_posts_something_else_under_our_ids() {
    check(
        async |room| {
            collection(room).await;
            // Given out, while the store has nothing of its own under the id.
            publish(room, 1, &[tool(1, 0, "ours")]).await;
            let status = |placed: &[store::Placed]| {
                assert_eq!(placed, [store::Placed::Other]);
                let (id, key) = (uuid::Uuid::from_u128(3), "partner".to_owned());
                Status { id, key, at: at(2), text: String::new() }
            };
            let theirs = vec![tool(1, 0, "theirs")];
            let by = act("partner", 2);
            room.store.post(&by, &origin("post"), PARTNERS, theirs, status).await.unwrap();
            show(room, "the collection", Look::default()).await;
            room.say(room.store.latest(tool(1, 0, "").id()).await.unwrap().is_some());
        },
        expect![[r#"
            Published { release: Some(1), added: 1, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            the collection: ours
            false
        "#]],
    );
}

#[test]
fn what_was_given_out_first_can_come_in_later() {
    check(
        async |room| {
            collection(room).await;
            publish(room, 1, &[tool(1, 0, "one"), tool(1, 5, "one at 5")]).await;
            for source in ["a.json", "b.json"] {
                room.import(source, &[tool(1, 5, "one at 5"), tool(1, 0, "one")]).await;
            }
            publish(room, 2, &[tool(1, 0, "one"), tool(1, 5, "one at 5")]).await;
            room.say(room.store.versions(tool(1, 0, "").id()).await.unwrap().len());
            room.say(format!("{:?}", room.store.counts().await.unwrap()));
            let mut last = 0;
            let take = |_| {
                last += 1;
                Ok::<_, store::Error>(())
            };
            room.store.each(&store::Filter::default(), take).await.unwrap();
            room.say(last);
        },
        expect![[r#"
            Published { release: Some(1), added: 2, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            Imported { import_id: 1, added: 2, same: 0, conflicts: 0, is_news: true }
            Imported { import_id: 2, added: 0, same: 2, conflicts: 0, is_news: true }
            Published { release: None, added: 0, already: 2, replaced: 0, withdrawn: 0, refused: [] }
            2
            [("tool", 1)]
            1
        "#]],
    );
}

#[test]
fn a_page_of_long_objects_ends_early() {
    check(
        async |room| {
            collection(room).await;
            let long = "x".repeat(25 * 1024 * 1024);
            publish(room, 1, &[0, 1, 2, 3].map(|number| tool(number, 0, &long))).await;
            let (mut cursor, mut pages) = (None, Vec::new());
            loop {
                let look = Look { cursor, limit: 100, ..Look::default() };
                let page = room.store.page(PARTNERS, &look).await.unwrap();
                pages.push(page.span.count);
                cursor = page.span.next;
                if cursor.is_none() {
                    break;
                }
            }
            room.say(format!("{pages:?}"));
        },
        expect![[r#"
            Published { release: Some(1), added: 4, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            [3, 1]
        "#]],
    );
}

/// What the collection gives is what the record says has left, content for content.
async fn say_record(room: &mut Room) {
    let (mut on_record, mut given) = (Vec::new(), 0);
    for release in room.store.releases(0, 100).await.unwrap() {
        let released = room.store.released(release.seq).await.unwrap();
        room.say(format!("  release {} to {}: {}", release.seq, release.recipient, released.len()));
        on_record.extend(released.into_iter().map(|one| one.sha256));
    }
    let versions = vec![VersionMatch::All];
    let look = Look { limit: 100, versions, ..Look::default() };
    let page = room.store.page(PARTNERS, &look).await.unwrap();
    for object in serde_json::from_str::<Vec<Object>>(&format!("[{}]", page.objects)).unwrap() {
        let text = stix::canonical::text(&serde_json::Value::Object(object.properties())).unwrap();
        let sha256 = Sha256::digest(text);
        let sha256: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(on_record.contains(&sha256), "{object:?} is not on record");
        given += 1;
    }
    room.say(format!("  given: {given}"));
}

#[test]
fn a_publication_withdraws_replaces_and_is_on_record() {
    check(
        async |room| {
            collection(room).await;
            publish(room, 1, &[tool(1, 0, "one"), tool(1, 5, "one at 5"), tool(2, 0, "two")]).await;
            say_record(room).await;
            publish(room, 2, &[tool(1, 0, "one"), tool(1, 5, "one at 5"), tool(2, 0, "two")]).await;
            say_record(room).await;
            // One version of the first tells of something that stays now; the second goes.
            let objects = [tool(1, 0, "one"), tool(1, 5, "one, in part"), tool(3, 0, "three")];
            withdraw_and_publish(room, 3, &[tool(2, 0, "")], &objects).await;
            say_record(room).await;
            // What may be there again leaves again.
            publish(room, 4, &[tool(2, 0, "two")]).await;
            say_record(room).await;
            withdraw_and_publish(room, 5, &[tool(2, 0, ""), tool(9, 0, "")], &[]).await;
            show(room, "at last", Look::default()).await;
            room.say_audit().await;
        },
        expect![[r#"
            Published { release: Some(1), added: 3, already: 0, replaced: 0, withdrawn: 0, refused: [] }
              release 1 to partners: 3
              given: 3
            Published { release: None, added: 0, already: 3, replaced: 0, withdrawn: 0, refused: [] }
              release 1 to partners: 3
              given: 3
            Published { release: Some(2), added: 1, already: 0, replaced: 2, withdrawn: 1, refused: [] }
              release 1 to partners: 3
              release 2 to partners: 3
              given: 3
            Published { release: Some(3), added: 1, already: 0, replaced: 0, withdrawn: 0, refused: [] }
              release 1 to partners: 3
              release 2 to partners: 3
              release 3 to partners: 1
              given: 4
            Published { release: None, added: 0, already: 0, replaced: 0, withdrawn: 1, refused: [] }
            at last: three, one, in part
            1 admin: collection 00000000-0000-0000-0000-0000000a11a5 {"alias":"partners","audience":"partners","can_post":true,"ceiling":"TLP:AMBER","description":null,"title":"Partners"}
            2 analyst: release 1 {"objects":3,"policy":"all","recipient":"partners"}
            3 analyst: publish 00000000-0000-0000-0000-0000000a11a5 {"added":3,"refused":0,"release":1,"replaced":0}
            4 analyst: remove 00000000-0000-0000-0000-0000000a11a5 {"object":"tool--00000000-0000-4000-8000-000000000002","versions":1}
            5 analyst: release 2 {"objects":3,"policy":"all","recipient":"partners"}
            6 analyst: publish 00000000-0000-0000-0000-0000000a11a5 {"added":1,"refused":0,"release":2,"replaced":2}
            7 analyst: release 3 {"objects":1,"policy":"all","recipient":"partners"}
            8 analyst: publish 00000000-0000-0000-0000-0000000a11a5 {"added":1,"refused":0,"release":3,"replaced":0}
            9 analyst: remove 00000000-0000-0000-0000-0000000a11a5 {"object":"tool--00000000-0000-4000-8000-000000000002","versions":1}
        "#]],
    );
}

#[test]
fn what_others_posted_leaves_with_what_is_published() {
    check(
        async |room| {
            collection(room).await;
            let status = |_: &[store::Placed]| {
                let (id, key) = (uuid::Uuid::from_u128(3), "partner".to_owned());
                Status { id, key, at: at(2), text: String::new() }
            };
            let (by, objects) = (act("partner", 1), vec![tool(1, 0, "theirs"), tool(2, 0, "two")]);
            room.store.post(&by, &origin("post"), PARTNERS, objects, status).await.unwrap();
            publish(room, 2, &[tool(1, 0, "theirs")]).await;
            publish(room, 3, &[tool(1, 0, "theirs"), tool(2, 0, "two")]).await;
            say_released(room).await;
        },
        expect![[r#"
            Published { release: Some(1), added: 0, already: 1, replaced: 0, withdrawn: 0, refused: [] }
            Published { release: Some(2), added: 0, already: 2, replaced: 0, withdrawn: 0, refused: [] }
            release 1: tool--00000000-0000-4000-8000-000000000001
            release 2: tool--00000000-0000-4000-8000-000000000002
        "#]],
    );
}

async fn say_released(room: &mut Room) {
    for release in room.store.releases(0, 100).await.unwrap() {
        for one in room.store.released(release.seq).await.unwrap() {
            room.say(format!("release {}: {}", release.seq, one.id));
        }
    }
}

#[test]
fn a_publication_that_fails_changes_nothing() {
    check(
        async |room| {
            collection(room).await;
            publish(room, 1, &[tool(1, 0, "one"), tool(2, 0, "two")]).await;
            let database = sqlx::AnyPool::connect(&room.database()).await.unwrap();
            for table in ["members", "releases", "audit"] {
                let away = format!("ALTER TABLE {table} RENAME TO {table}_away");
                let back = format!("ALTER TABLE {table}_away RENAME TO {table}");
                sqlx::query(sqlx::AssertSqlSafe(away)).execute(&database).await.unwrap();
                let withdraw = vec![tool(2, 0, "").id().clone()];
                let objects = [tool(1, 0, "one, in part"), tool(3, 0, "three")];
                let publication = Publication { withdraw, ..publication(&objects) };
                let published = room.store.publish(&act("analyst", 2), publication).await;
                assert!(published.is_err(), "{published:?}");
                sqlx::query(sqlx::AssertSqlSafe(back)).execute(&database).await.unwrap();
                show(room, table, Look::default()).await;
                say_record(room).await;
            }
            database.close().await;
            let none = CollectionId(uuid::Uuid::from_u128(1));
            let publication = Publication { collection: none, ..publication(&[]) };
            room.say(room.store.publish(&act("analyst", 3), publication).await.unwrap_err());
        },
        expect![[r#"
            Published { release: Some(1), added: 2, already: 0, replaced: 0, withdrawn: 0, refused: [] }
            members: one, two
              release 1 to partners: 2
              given: 2
            releases: one, two
              release 1 to partners: 2
              given: 2
            audit: one, two
              release 1 to partners: 2
              given: 2
            there is no collection 00000000-0000-0000-0000-000000000001
        "#]],
    );
}
