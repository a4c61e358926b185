//! The audit log: it grows, and what is done to it shows.

use crate::room::{act, check, tool};
use expect_test::expect;

#[test]
fn the_log_is_whole_and_stays_so_when_opened_again() {
    check(
        async |room| {
            room.import("a.json", &[tool(1, 0, "solver")]).await;
            room.store.hold(&act("counsel", 1), tool(1, 0, "").id()).await.unwrap();
            let held = room.store.delete(&act("clerk", 2), tool(1, 0, "").id()).await;
            room.say(held.unwrap_err());
            room.store.release_hold(&act("counsel", 3), tool(1, 0, "").id()).await.unwrap();
            room.store.delete(&act("clerk", 4), tool(1, 0, "").id()).await.unwrap();
            let again = store::Store::open(&room.url).await.unwrap();
            room.say(format!("{:?}", again.audit_is_whole().await.unwrap()));
            again.close().await;
            room.say_audit().await;
        },
        expect![[r#"
            Imported { import_id: 1, added: 1, same: 0, conflicts: 0, is_news: true }
            tool--00000000-0000-4000-8000-000000000001 is held (a story): release the hold first
            Yes { entries: 4, last_hash: [133, 114, 171, 99, 173, 187, 248, 63, 199, 107, 178, 241, 214, 246, 102, 228, 137, 57, 45, 128, 39, 189, 47, 8, 67, 5, 243, 255, 205, 215, 77, 100] }
            1 analyst: import a.json {"added":1,"conflicts":0,"grade":"B2","import":1,"licence":null,"same":0,"sha256":"0000000000000000000000000000000000000000000000000000000000000006"}
            2 counsel: hold tool--00000000-0000-4000-8000-000000000001 {}
            3 counsel: hold release tool--00000000-0000-4000-8000-000000000001 {}
            4 clerk: delete tool--00000000-0000-4000-8000-000000000001 {"versions":1}
        "#]],
    );
}

#[test]
fn who_asked_is_on_record() {
    check(
        async |room| {
            let asked = serde_json::json!({ "asked": { "text": "Storm" }, "answered": true });
            room.store.note(&act("mcp:triage", 1), "mcp", "search_objects", asked).await.unwrap();
            room.say(format!("{:?}", room.store.audit_is_whole().await.is_ok()));
            room.say_audit().await;
        },
        expect![[r#"
            true
            1 mcp:triage: mcp search_objects {"answered":true,"asked":{"text":"Storm"}}
        "#]],
    );
}
