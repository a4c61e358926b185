//! Who may log in, for how long, and what they need to know.

use crate::room::{Room, act, at, check};
use expect_test::expect;
use store::{
    Admission, KeyHash, NewSession, NewUser, PasswordHash, Proof, Role, UserChange, is_user_name,
};

const FIRST: KeyHash = KeyHash([1; 32]);
const SECOND: KeyHash = KeyHash([2; 32]);

fn hash(password: &str) -> PasswordHash {
    PasswordHash(format!("hash of {password}"))
}

async fn add(room: &Room, name: &str, role: Role) {
    let (name, password) = (name.to_owned(), Some(hash("one")));
    let user = NewUser { name, role, password, subject: None };
    room.store.add_user(&act("root", 0), user).await.unwrap();
}

/// A session of an hour, in which nothing may be asked for ten minutes.
fn session(sha256: KeyHash, second: i64) -> NewSession {
    NewSession { sha256, rests: at(second + 600), ends: at(second + 3600) }
}

async fn log_in(room: &mut Room, name: &str, sha256: KeyHash, second: i64, password: &str) {
    let (proof, by) = (Proof::Password(hash(password)), act(name, second));
    let may = room.store.log_in(&by, name, &proof, session(sha256, second)).await.unwrap();
    room.say(format!("{name} logs in at {second}: {may}"));
}

async fn say_session(room: &mut Room, sha256: KeyHash, second: i64) {
    let found = room.store.session(sha256, at(second)).await.unwrap();
    let whose = found.map(|session| format!("{}, {}", session.user.name, session.user.role.name()));
    room.say(format!("at {second}: {}", whose.unwrap_or_else(|| "nobody".to_owned())));
}

#[test]
fn the_first_admin_is_made_once_by_the_token_that_was_given_last() {
    check(
        async |room| {
            let (by, user) = (act("server", 0), act("setup", 1));
            room.say(room.store.begin_setup(&by, FIRST).await.unwrap());
            room.say(room.store.begin_setup(&by, SECOND).await.unwrap());
            for (token, name) in [(FIRST, "mallory"), (SECOND, "anna"), (SECOND, "mallory")] {
                let is_open = room.store.is_setup_token(token).await.unwrap();
                let set_up = room.store.set_up(&user, token, name, hash("one"));
                let is_made = set_up.await.unwrap();
                room.say(format!("{name}: {is_open} {is_made}"));
            }
            room.say(room.store.begin_setup(&by, FIRST).await.unwrap());
            room.say(room.store.is_setup_token(FIRST).await.unwrap());
            room.say_audit().await;
        },
        expect![[r#"
            true
            true
            mallory: false false
            anna: true true
            mallory: false false
            false
            false
            1 server: setup token setup {}
            2 server: setup token setup {}
            3 setup: user anna {"oidc":false,"password":true,"role":"admin"}
        "#]],
    );
}

#[test]
fn a_session_ends_by_rest_by_its_time_and_by_hand() {
    check(
        async |room| {
            add(room, "anna", Role::Analyst).await;
            log_in(room, "anna", FIRST, 0, "wrong").await;
            log_in(room, "nobody", FIRST, 0, "one").await;
            log_in(room, "anna", FIRST, 0, "one").await;
            say_session(room, FIRST, 599).await;
            say_session(room, FIRST, 600).await;
            // What is asked lets it go on, but not beyond its time.
            room.store.touch_session(FIRST, at(599), at(9999)).await.unwrap();
            say_session(room, FIRST, 3599).await;
            say_session(room, FIRST, 3600).await;
            say_session(room, SECOND, 10).await;
            // Whoever logs in clears what has ended.
            room.say(room.store.sessions_of("anna", at(10)).await.unwrap());
            log_in(room, "anna", SECOND, 4000, "one").await;
            room.say(room.store.sessions_of("anna", at(10)).await.unwrap());
            room.say(room.store.log_out(&act("anna", 4001), SECOND).await.unwrap());
            room.say(room.store.log_out(&act("anna", 4001), SECOND).await.unwrap());
            say_session(room, SECOND, 4002).await;
            room.say_audit().await;
        },
        expect![[r#"
            anna logs in at 0: false
            nobody logs in at 0: false
            anna logs in at 0: true
            at 599: anna, analyst
            at 600: nobody
            at 3599: anna, analyst
            at 3600: nobody
            at 10: nobody
            1
            anna logs in at 4000: true
            1
            true
            false
            at 4002: nobody
            1 root: user anna {"oidc":false,"password":true,"role":"analyst"}
            2 anna: log in anna {"by":"password"}
            3 anna: log in anna {"by":"password"}
            4 anna: log out anna {}
        "#]],
    );
}

#[test]
fn what_changes_a_person_ends_their_sessions() {
    check(
        async |room| {
            add(room, "anna", Role::Admin).await;
            add(room, "ben", Role::Viewer).await;
            let by = act("anna", 1);
            let changes = [
                UserChange { role: Some(Role::Investigator), ..UserChange::default() },
                UserChange { password: Some(hash("one")), ..UserChange::default() },
                UserChange { admission: Some(Admission::Disabled), ..UserChange::default() },
            ];
            for (number, change) in (10..).zip(changes) {
                log_in(room, "ben", KeyHash([number; 32]), 2, "one").await;
                room.store.change_user(&by, "ben", change).await.unwrap();
                say_session(room, KeyHash([number; 32]), 3).await;
            }
            log_in(room, "ben", FIRST, 4, "one").await;
            let enabled =
                UserChange { admission: Some(Admission::Enabled), ..UserChange::default() };
            room.store.change_user(&by, "ben", enabled.clone()).await.unwrap();
            log_in(room, "ben", FIRST, 5, "one").await;
            // Nothing is changed, and nothing ends.
            room.store.change_user(&by, "ben", enabled).await.unwrap();
            say_session(room, FIRST, 6).await;
            room.say_audit().await;
        },
        expect![[r#"
            ben logs in at 2: true
            at 3: nobody
            ben logs in at 2: true
            at 3: nobody
            ben logs in at 2: true
            at 3: nobody
            ben logs in at 4: false
            ben logs in at 5: true
            at 6: ben, investigator
            1 root: user anna {"oidc":false,"password":true,"role":"admin"}
            2 root: user ben {"oidc":false,"password":true,"role":"viewer"}
            3 ben: log in ben {"by":"password"}
            4 anna: user change ben {"role":"investigator","sessions_ended":1}
            5 ben: log in ben {"by":"password"}
            6 anna: user change ben {"password":"new","sessions_ended":1}
            7 ben: log in ben {"by":"password"}
            8 anna: user change ben {"disabled":true,"sessions_ended":1}
            9 anna: user change ben {"disabled":false,"sessions_ended":0}
            10 ben: log in ben {"by":"password"}
        "#]],
    );
}

#[test]
fn the_last_admin_stays_one() {
    check(
        async |room| {
            add(room, "anna", Role::Admin).await;
            add(room, "ben", Role::Viewer).await;
            let disabled =
                UserChange { admission: Some(Admission::Disabled), ..UserChange::default() };
            let role = |role| UserChange { role: Some(role), ..UserChange::default() };
            let by = act("anna", 1);
            for (name, change) in [
                ("anna", disabled.clone()),
                ("anna", role(Role::Viewer)),
                ("ben", role(Role::Admin)),
                ("anna", disabled.clone()),
                ("ben", disabled.clone()),
                ("nobody", disabled.clone()),
            ] {
                match room.store.change_user(&by, name, change).await {
                    Ok(()) => room.say(format!("{name}: changed")),
                    Err(e) => room.say(e),
                }
            }
            let again = NewUser {
                name: "ben".to_owned(),
                role: Role::Viewer,
                password: None,
                subject: None,
            };
            room.say(room.store.add_user(&by, again).await.unwrap_err());
            for user in room.store.users().await.unwrap() {
                let disabled = user.disabled.map(|at| at.to_string());
                room.say(format!("{} {} {disabled:?}", user.name, user.role.name()));
            }
        },
        expect![[r#"
            anna is the last admin: make another one first
            anna is the last admin: make another one first
            ben: changed
            anna: changed
            ben is the last admin: make another one first
            there is no user "nobody"
            there is a user "ben" already: choose another name
            anna admin Some("2026-09-21T14:13:21.000000Z")
            ben admin None
        "#]],
    );
}

#[test]
fn who_comes_by_oidc_is_known_by_their_subject() {
    check(
        async |room| {
            let user = NewUser {
                name: "anna@example.com".to_owned(),
                role: Role::Analyst,
                password: None,
                subject: Some("https://id.example.com 17".to_owned()),
            };
            room.store.add_user(&act("oidc", 0), user.clone()).await.unwrap();
            let other = NewUser { name: "anna".to_owned(), ..user };
            room.say(room.store.add_user(&act("oidc", 0), other).await.unwrap_err());
            for subject in ["https://id.example.com 17", "https://id.example.com 1"] {
                let found = room.store.user_of_subject(subject).await.unwrap();
                room.say(format!("{:?}", found.map(|user| user.name)));
            }
            let (by, name) = (act("anna@example.com", 1), "anna@example.com");
            let may = room.store.log_in(&by, name, &Proof::Oidc, session(FIRST, 1)).await;
            room.say(may.unwrap());
        },
        expect![[r#"
            there is a user "anna" already: choose another name
            Some("anna@example.com")
            None
            true
        "#]],
    );
}

#[test]
fn what_is_sealed_is_for_those_on_its_list_where_there_is_one() {
    check(
        async |room| {
            for name in ["anna", "ben"] {
                add(room, name, Role::Investigator).await;
            }
            let by = act("anna", 1);
            room.say(room.store.may_know("case-1", "ben").await.unwrap());
            room.say(room.store.add_need(&by, "case-1", "nobody").await.unwrap_err());
            room.store.add_need(&by, "case-1", "anna").await.unwrap();
            room.store.add_need(&by, "case-1", "anna").await.unwrap();
            for (subject, name) in [("case-1", "anna"), ("case-1", "ben"), ("case-2", "ben")] {
                let may = room.store.may_know(subject, name).await.unwrap();
                room.say(format!("{subject} {name}: {may}"));
            }
            room.say(format!("{:?}", room.store.needs("case-1").await.unwrap()));
            room.store.end_need(&by, "case-1", "anna").await.unwrap();
            room.say(room.store.end_need(&by, "case-1", "anna").await.unwrap_err());
            room.say_audit().await;
        },
        expect![[r#"
            true
            there is no user "nobody"
            case-1 anna: true
            case-1 ben: false
            case-2 ben: true
            ["anna"]
            there is no need of "anna"
            1 root: user anna {"oidc":false,"password":true,"role":"investigator"}
            2 root: user ben {"oidc":false,"password":true,"role":"investigator"}
            3 anna: need case-1 {"user":"anna"}
            4 anna: need end case-1 {"user":"anna"}
        "#]],
    );
}

#[test]
fn names_are_such_that_no_two_look_alike() {
    for name in ["anna", "anna.b@example.com", "a", "7of9"] {
        assert!(is_user_name(name), "{name}");
    }
    let long = "a".repeat(65);
    for name in ["", "Anna", "anna b", "key:form", "-anna", "änna", "anna\n", &long] {
        assert!(!is_user_name(name), "{name}");
    }
}
