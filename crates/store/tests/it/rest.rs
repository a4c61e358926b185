//! Keys, quarantine, feeds, releases, and opening.

use crate::room::{act, check, domain, tool};
use expect_test::expect;
use stix::marking::Tlp;
use store::{Collection, CollectionId, Feed, KeyHash, NewKey, Rate, Right, Store};

#[test]
fn keys_open_what_they_were_given_until_they_are_revoked() {
    check(
        async |room| {
            let id = CollectionId(uuid::Uuid::from_u128(1));
            let collection = Collection {
                id,
                alias: None,
                title: "t".to_owned(),
                description: None,
                ceiling: Tlp::Green,
                audience: "a".to_owned(),
                can_post: false,
            };
            room.store.add_collection(&act("admin", 0), &collection).await.unwrap();
            let (hash, by) = (KeyHash([7; 32]), act("admin", 1));
            room.store
                .add_key(&by, NewKey { rate: Some(Rate(60)), ..NewKey::of("partner", hash) })
                .await
                .unwrap();
            let read = Right { can_read: true, can_write: false };
            room.store.set_right(&by, "partner", id, read).await.unwrap();
            room.say(format!("{:?}", room.store.key(hash).await.unwrap()));
            room.say(
                room.store.add_key(&by, NewKey::of("partner", KeyHash([8; 32]))).await.unwrap_err(),
            );
            room.say(room.store.set_right(&by, "nobody", id, read).await.unwrap_err());
            room.store.revoke_key(&act("admin", 2), "partner").await.unwrap();
            room.say(room.store.key(hash).await.unwrap().unwrap().revoked.unwrap());
            room.say(room.store.revoke_key(&by, "partner").await.unwrap_err());
            room.say(format!("{:?}", room.store.key(KeyHash([9; 32])).await.unwrap().is_none()));
            room.say_audit().await;
        },
        expect![[r#"
            Some(Key { name: "partner", sha256: KeyHash, rate: Some(Rate(60)), made: Timestamp { instant: 2026-09-21T14:13:21Z, digits: 6 }, revoked: None, rights: [(CollectionId(00000000-0000-0000-0000-000000000001), Right { can_read: true, can_write: false })], scopes: [], expires: None })
            there is a key "partner" already: choose another name
            there is no key "nobody"
            2026-09-21T14:13:22.000000Z
            there is no key in use "partner"
            true
            1 admin: collection 00000000-0000-0000-0000-000000000001 {"alias":null,"audience":"a","can_post":false,"ceiling":"TLP:GREEN","description":null,"title":"t"}
            2 admin: key partner {"expires":null,"requests_per_minute":60,"scopes":""}
            3 admin: key right partner {"collection":"00000000-0000-0000-0000-000000000001","read":true,"write":false}
            4 admin: key revoke partner {}
        "#]],
    );
}

#[test]
fn what_is_in_quarantine_is_taken_out_once() {
    check(
        async |room| {
            let by = act("import", 0);
            for text in ["{", "[]"] {
                room.store.quarantine(&by, "feed.json", "no object", text).await.unwrap();
            }
            room.say(room.store.take_out(&act("analyst", 1), 2).await.unwrap().text);
            room.say(room.store.take_out(&act("analyst", 1), 2).await.unwrap_err());
            room.say(room.store.quarantine(&by, "feed.json", "no object", "3").await.unwrap());
            for thing in room.store.quarantined(0, 10).await.unwrap() {
                room.say(format!("{} {} {} {}", thing.seq, thing.source, thing.why, thing.text));
            }
        },
        expect![[r#"
            []
            there is no thing in quarantine "2"
            3
            1 feed.json no object {
            3 feed.json no object 3
        "#]],
    );
}

#[test]
fn a_feed_goes_on_where_it_was() {
    check(
        async |room| {
            let url = "https://taxii.example.com/api/".to_owned();
            let feed = Feed { url, collection: "c".to_owned() };
            room.say(format!("{:?}", room.store.feed(&feed).await.unwrap()));
            let by = act("pull", 3);
            let after = Some("2026-01-01T00:00:00.123456Z");
            room.store.set_feed(&by, &feed, None, "refused").await.unwrap();
            room.store.set_feed(&by, &feed, after, "5 objects").await.unwrap();
            room.say(format!("{:?}", room.store.feeds().await.unwrap()));
        },
        expect![[r#"
            None
            [(Feed { url: "https://taxii.example.com/api/", collection: "c" }, FeedState { added_after: Some("2026-01-01T00:00:00.123456Z"), run: Timestamp { instant: 2026-09-21T14:13:23Z, digits: 6 }, outcome: "5 objects" })]
        "#]],
    );
}

#[test]
fn what_left_is_known_by_object_and_by_release() {
    check(
        async |room| {
            let by = act("analyst", 0);
            let objects = [tool(1, 0, "solver"), domain(1, "example.com")];
            room.store.add_release(&by, "cert", "amber", &objects).await.unwrap();
            room.store.add_release(&by, "police", "red", &objects[..1]).await.unwrap();
            for object in &objects {
                let releases = room.store.releases_of(object.id()).await.unwrap();
                let to: Vec<String> =
                    releases.into_iter().map(|release| release.recipient).collect();
                room.say(format!("{} went to {}", object.id(), to.join(", ")));
            }
            for released in room.store.released(1).await.unwrap() {
                room.say(format!("{} {:?} {}", released.id, released.version, released.sha256));
            }
        },
        expect![[r#"
            tool--00000000-0000-4000-8000-000000000001 went to cert, police
            domain-name--00000000-0000-5000-8000-000000000001 went to cert
            domain-name--00000000-0000-5000-8000-000000000001 None 645a4a0fd63dd0ef75f8a9f7ef0fcbd281761f8a23525da62fbc34fdbbc126c1
            tool--00000000-0000-4000-8000-000000000001 Some("2026-09-21T14:13:20.000Z") 99f477ed8a609b002b00fb4f76ceacd8b6f0008780571b19f177331eb6d29112
        "#]],
    );
}

#[test]
fn a_store_from_a_newer_version_is_not_touched() {
    check(
        async |room| {
            let pool = sqlx::AnyPool::connect(&room.database()).await.unwrap();
            sqlx::query("INSERT INTO schema_steps (step) VALUES (99)")
                .execute(&pool)
                .await
                .unwrap();
            room.say(Store::open(&room.url).await.unwrap_err());
            // Nor can the log be rewritten, even by hand; and where it was, it shows.
            room.store.quarantine(&act("a", 0), "s", "w", "t").await.unwrap();
            let change = "UPDATE audit SET who = 'b'";
            let refused = sqlx::query(change).execute(&pool).await.unwrap_err().to_string();
            assert!(refused.contains("only ever added to"), "{refused}");
            let off = match room.url.starts_with("postgres") {
                true => "ALTER TABLE audit DISABLE TRIGGER audit_stays",
                false => "DROP TRIGGER audit_stays",
            };
            sqlx::query(off).execute(&pool).await.unwrap();
            sqlx::query(change).execute(&pool).await.unwrap();
            room.say(format!("{:?}", room.store.audit_is_whole().await.unwrap()));
            pool.close().await;
        },
        expect![[r#"
            this store was written by a newer version (schema 99; this one knows 4): update, or open a copy from before
            BrokenAt(1)
        "#]],
    );
}

#[test]
fn what_cannot_be_a_store_says_so() {
    crate::room::runtime().block_on(async {
        for url in ["", "sqlite:", "mysql://host/name"] {
            assert!(matches!(Store::open(url).await, Err(store::Error::Address(_))), "{url}");
        }
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("no such folder/db").display().to_string();
        assert!(matches!(Store::open(&file).await, Err(store::Error::Open { .. })));
        let text = folder.path().join("text");
        std::fs::write(&text, "no database at all, but a text that is long enough").unwrap();
        assert!(Store::open(&text.display().to_string()).await.is_err());
    });
}

/// PostgreSQL was started again, or somebody in between forgot the connections.
#[test]
fn connections_that_were_lost_are_made_anew() {
    let Some(url) = crate::postgres::database() else { return };
    crate::room::runtime().block_on(async {
        let store = Store::open(&url).await.unwrap();
        store.hold(&act("counsel", 0), tool(1, 0, "").id()).await.unwrap();
        let all = seen(&store).await;
        assert_eq!(all, [1; 8]);
        let other = sqlx::AnyPool::connect(&url).await.unwrap();
        let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        sqlx::query(end).execute(&other).await.unwrap();
        other.close().await;
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        assert_eq!(seen(&store).await, [1; 8]);
        store.release_hold(&act("counsel", 1), tool(1, 0, "").id()).await.unwrap();
        store.close().await;
    });
}

/// How many holds eight readers see at one time.
async fn seen(store: &Store) -> Vec<usize> {
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.holds().await.unwrap().len() })
        })
        .collect();
    let mut all = Vec::new();
    for reader in readers {
        all.push(reader.await.unwrap());
    }
    all
}
