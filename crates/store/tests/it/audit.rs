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
        expect![[r#""#]],
    );
}
