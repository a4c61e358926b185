//! What comes in, and what comes out again.

use crate::room::{Room, act, at, check, domain, origin, tool};
use expect_test::expect;
use stix::Object;
use store::{Filter, SetAside, Versions};

#[test]
fn what_comes_in_goes_out_as_it_came() {
    check(
        async |room| {
            let text = "{ \"type\":\"tool\",\n \"id\":\"tool--00000000-0000-4000-8000-000000000001\",\"created\":\"2026-01-01T00:00:00Z\",\"modified\":\"2026-01-01T00:00:00.10Z\",\"name\":\"caf\\u00e9\u{e9}\",\"x\":1.0 }";
            let strange = Object::parse(text).unwrap();
            room.import("a.json", &[strange.clone(), domain(1, "shop.example.com")]).await;
            let kept = room.store.latest(strange.id()).await.unwrap().unwrap();
            assert_eq!(kept.object.text(), text);
            let mut all = Vec::new();
            let take = |object: Object| {
                all.push(object.text().to_owned());
                Ok::<_, store::Error>(())
            };
            room.store.each(&Filter::default(), take).await.unwrap();
            assert_eq!(all, [text, domain(1, "shop.example.com").text()]);
            room.say(format!("{:?}", room.store.counts().await.unwrap()));
        },
        expect![[r#"
            Imported { import_id: 1, added: 2, same: 0, conflicts: 0, is_news: true }
            [("domain-name", 1), ("tool", 1)]
        "#]],
    );
}

#[test]
fn the_same_again_changes_nothing() {
    check(
        async |room| {
            let objects = [tool(1, 0, "solver"), tool(1, 5, "solver 2"), domain(1, "example.com")];
            room.import("a.json", &objects).await;
            room.import("a.json", &objects).await;
            // The same objects, written otherwise, from somebody else: they are here, and
            // that they came from there too is kept.
            let other = Object::parse(&format!(" {} ", objects[2].text())).unwrap();
            room.import("other.json", &[other]).await;
            for source in room.store.provenance(objects[2].id()).await.unwrap() {
                room.say(format!("{} {} {:?}", source.import_id, source.source, source.grade));
            }
            room.say_audit().await;
        },
        expect![[r#"
            Imported { import_id: 1, added: 3, same: 0, conflicts: 0, is_news: true }
            Imported { import_id: 1, added: 0, same: 3, conflicts: 0, is_news: false }
            Imported { import_id: 2, added: 0, same: 1, conflicts: 0, is_news: true }
            1 a.json Some("B2")
            2 other.json Some("B2")
            1 analyst: import a.json {"added":3,"conflicts":0,"grade":"B2","import":1,"licence":null,"same":0,"sha256":"0000000000000000000000000000000000000000000000000000000000000006"}
            2 analyst: import other.json {"added":0,"conflicts":0,"grade":"B2","import":2,"licence":null,"same":1,"sha256":"000000000000000000000000000000000000000000000000000000000000000a"}
        "#]],
    );
}

#[test]
fn another_content_under_the_same_version_is_a_conflict() {
    check(
        async |room| {
            room.import("a.json", &[tool(1, 0, "solver"), domain(1, "example.com")]).await;
            let others = [tool(1, 0, "SOLVER"), domain(1, "example.org"), domain(2, "example.net")];
            room.import("b.json", &others).await;
            room.import("b.json", &others).await;
            // Within one import too, the first is taken.
            room.import("within.json", &[tool(2, 0, "x"), tool(2, 0, "y"), tool(2, 0, "x")]).await;
            for conflict in room.store.conflicts().await.unwrap() {
                room.say(format!("{} {}", conflict.source, conflict.object.text()));
            }
            room.say(room.store.latest(tool(1, 0, "").id()).await.unwrap().unwrap().object.text());
        },
        expect![[r#"
            Imported { import_id: 1, added: 2, same: 0, conflicts: 0, is_news: true }
            Imported { import_id: 2, added: 1, same: 0, conflicts: 2, is_news: true }
            Imported { import_id: 2, added: 0, same: 1, conflicts: 2, is_news: false }
            Imported { import_id: 3, added: 1, same: 1, conflicts: 1, is_news: true }
            b.json {"type": "domain-name", "id": "domain-name--00000000-0000-5000-8000-000000000001", "value": "example.org"}
            b.json {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:20.000Z","name":"SOLVER"}
            within.json {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000002","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:20.000Z","name":"y"}
            {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:20.000Z","name":"solver"}
        "#]],
    );
}

#[test]
fn only_who_made_an_object_makes_versions_of_it() {
    check(
        async |room| {
            let by = |second: i64, name: &str, creator: Option<u32>| {
                let mut properties = tool(1, second, name).properties();
                let creator = creator.map(|n| format!("identity--00000000-0000-4000-8000-{n:012}"));
                properties.extend(creator.map(|id| ("created_by_ref".to_owned(), id.into())));
                Object::from_properties(&properties).unwrap()
            };
            room.import("stand-in.json", &[by(0, "stand-in", None)]).await;
            room.import("theirs.json", &[by(1, "theirs", Some(1))]).await;
            room.import("forged.json", &[by(2, "forged", Some(2))]).await;
            room.import("nobody.json", &[by(3, "nobody's", None)]).await;
            // Also where both come at once.
            room.import("both.json", &[by(4, "theirs again", Some(1)), by(5, "forged", Some(2))])
                .await;
            let kept = room.store.latest(tool(1, 0, "").id()).await.unwrap().unwrap();
            room.say(&kept.object.properties()["name"]);
        },
        expect![[r#"
            Imported { import_id: 1, added: 1, same: 0, conflicts: 0, is_news: true }
            Imported { import_id: 2, added: 1, same: 0, conflicts: 0, is_news: true }
            Imported { import_id: 3, added: 0, same: 0, conflicts: 1, is_news: true }
            Imported { import_id: 4, added: 0, same: 0, conflicts: 1, is_news: true }
            Imported { import_id: 5, added: 1, same: 0, conflicts: 1, is_news: true }
            "theirs again"
        "#]],
    );
}

#[test]
fn versions_come_in_any_order() {
    check(
        async |room| {
            room.import("a", &[tool(1, 5, "middle")]).await;
            room.import("bb", &[tool(1, 0, "first"), tool(1, 9, "last"), tool(1, 7, "later")])
                .await;
            room.import("ccc", &[tool(1, 6, "between")]).await;
            for kept in room.store.versions(tool(1, 0, "").id()).await.unwrap() {
                room.say(kept.object.text());
            }
            for versions in [Versions::Last, Versions::All] {
                let filter = Filter { types: vec!["tool".to_owned()], versions };
                let mut names = Vec::new();
                let take = |object: Object| {
                    names.push(object.properties()["name"].to_string());
                    Ok::<_, store::Error>(())
                };
                room.store.each(&filter, take).await.unwrap();
                room.say(names.join(" "));
            }
        },
        expect![[r#"
            Imported { import_id: 1, added: 1, same: 0, conflicts: 0, is_news: true }
            Imported { import_id: 2, added: 3, same: 0, conflicts: 0, is_news: true }
            Imported { import_id: 3, added: 1, same: 0, conflicts: 0, is_news: true }
            {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:20.000Z","name":"first"}
            {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:25.000Z","name":"middle"}
            {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:26.000Z","name":"between"}
            {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:27.000Z","name":"later"}
            {"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-09-21T14:13:20.000Z","modified":"2026-09-21T14:13:29.000Z","name":"last"}
            "last"
            "middle" "first" "last" "later" "between"
        "#]],
    );
}

#[test]
fn a_long_stream_has_everything_once() {
    check(
        async |room| {
            let objects: Vec<Object> =
                (0..7001).map(|n| domain(n, &format!("d{n}.example.com"))).collect();
            let mut heard = Vec::new();
            let act = act("analyst", 3);
            let imported = room
                .store
                .import(&act, &origin("long"), objects.iter().cloned(), |read| heard.push(read))
                .await
                .unwrap();
            room.say(format!("{imported:?}, told {} times, last {:?}", heard.len(), heard.last()));
            let mut at_place = 0;
            let take = |object: Object| {
                assert_eq!(object, objects[at_place]);
                at_place += 1;
                Ok::<_, store::Error>(())
            };
            room.say(room.store.each(&Filter::default(), take).await.unwrap());
            room.say(room.store.arrived_since(at(2)).await.unwrap().len());
            room.say(room.store.arrived_since(at(3)).await.unwrap().len());
        },
        expect![[r#"
            Imported { import_id: 1, added: 7001, same: 0, conflicts: 0, is_news: true }, told 15 times, last Some(7001)
            7001
            7001
            0
        "#]],
    );
}

/// Imports two objects, with two things beside them that cannot be taken.
async fn import_in_part(room: &mut Room) {
    let aside = |text: &str| SetAside { why: "no object".to_owned(), text: text.to_owned() };
    let aside = [aside("{"), aside("[]")];
    let objects = [tool(1, 0, "solver"), domain(1, "example.com")];
    let (act, origin) = (act("analyst", 0), origin("feed.json"));
    let imported = room.store.import_and_set_aside(&act, &origin, objects, &aside, |_| ()).await;
    room.say(imported.map_or_else(|_| "it fails".to_owned(), |imported| format!("{imported:?}")));
    say_what_is_here(room).await;
}

async fn say_what_is_here(room: &mut Room) {
    let counts = room.store.counts().await.unwrap();
    let aside = room.store.quarantined(0, 10).await.unwrap();
    let aside: Vec<String> =
        aside.into_iter().map(|one| format!("{} {} {}", one.seq, one.source, one.text)).collect();
    room.say(format!("  here: {counts:?}, aside: {aside:?}"));
}

#[test]
fn what_is_set_aside_is_there_with_the_import_and_once() {
    check(
        async |room| {
            import_in_part(room).await;
            import_in_part(room).await;
            // An object that was deleted comes again, which is news; what was set aside was
            // looked at, and does not come again.
            room.store.delete(&act("clerk", 1), domain(1, "").id()).await.unwrap();
            room.store.take_out(&act("clerk", 1), 2).await.unwrap();
            import_in_part(room).await;
            room.say_audit().await;
        },
        expect![[r#"
            Imported { import_id: 1, added: 2, same: 0, conflicts: 0, is_news: true }
              here: [("domain-name", 1), ("tool", 1)], aside: ["1 feed.json {", "2 feed.json []"]
            Imported { import_id: 1, added: 0, same: 2, conflicts: 0, is_news: false }
              here: [("domain-name", 1), ("tool", 1)], aside: ["1 feed.json {", "2 feed.json []"]
            Imported { import_id: 1, added: 1, same: 1, conflicts: 0, is_news: true }
              here: [("domain-name", 1), ("tool", 1)], aside: ["1 feed.json {"]
            1 analyst: import feed.json {"added":2,"conflicts":0,"grade":"B2","import":1,"licence":null,"same":0,"sha256":"0000000000000000000000000000000000000000000000000000000000000009"}
            2 analyst: quarantine 1 {"source":"feed.json","why":"no object"}
            3 analyst: quarantine 2 {"source":"feed.json","why":"no object"}
            4 clerk: delete domain-name--00000000-0000-5000-8000-000000000001 {"versions":1}
            5 clerk: quarantine out 2 {"source":"feed.json"}
            6 analyst: import feed.json {"added":1,"conflicts":0,"grade":"B2","import":1,"licence":null,"same":1,"sha256":"0000000000000000000000000000000000000000000000000000000000000009"}
        "#]],
    );
}

#[test]
fn an_import_that_fails_leaves_nothing_aside_either() {
    check(
        async |room| {
            let database = sqlx::AnyPool::connect(&room.database()).await.unwrap();
            // Objects are written first, where they came from then, what is aside last: each
            // of them fails once.
            for table in ["objects", "provenance", "quarantine", "audit"] {
                let (away, back) = (
                    format!("ALTER TABLE {table} RENAME TO {table}_away"),
                    format!("ALTER TABLE {table}_away RENAME TO {table}"),
                );
                room.say(format!("without {table}:"));
                sqlx::query(sqlx::AssertSqlSafe(away)).execute(&database).await.unwrap();
                let aside = [SetAside { why: "no object".to_owned(), text: "{".to_owned() }];
                let objects = [tool(1, 0, "solver"), domain(1, "example.com")];
                let (act, origin) = (act("analyst", 0), origin("feed.json"));
                let imported =
                    room.store.import_and_set_aside(&act, &origin, objects, &aside, |_| ()).await;
                assert!(imported.is_err(), "{imported:?}");
                sqlx::query(sqlx::AssertSqlSafe(back)).execute(&database).await.unwrap();
                say_what_is_here(room).await;
            }
            database.close().await;
            import_in_part(room).await;
        },
        expect![[r#"
            without objects:
              here: [], aside: []
            without provenance:
              here: [], aside: []
            without quarantine:
              here: [], aside: []
            without audit:
              here: [], aside: []
            Imported { import_id: 1, added: 2, same: 0, conflicts: 0, is_news: true }
              here: [("domain-name", 1), ("tool", 1)], aside: ["1 feed.json {", "2 feed.json []"]
        "#]],
    );
}
