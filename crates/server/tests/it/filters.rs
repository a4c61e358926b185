//! What each address gives, filtered and page by page.

use crate::room::{PAGE, Room, check, domain, identity};
use expect_test::expect;
use serde_json::Value;
use stix::Object;

fn names(answer: &Value) -> String {
    let objects = answer["objects"].as_array().cloned().unwrap_or_default();
    let name = |object: &Value| object.get("name").or(object.get("value")).unwrap().to_string();
    objects.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn filters_are_joined_by_and_and_their_values_by_or() {
    check(
        async |room| {
            let old = |number, name| {
                let text =
                    identity(number, 1, name).text().replace(r#""spec_version": "2.1", "#, "");
                Object::parse(&text).unwrap()
            };
            room.publish(&[identity(1, 0, "a0"), identity(1, 5, "a5"), identity(1, 9, "a9")]).await;
            room.publish(&[
                domain("example.com"),
                identity(2, 0, "b"),
                old(2, "b in 2.0"),
                old(3, "c in 2.0"),
            ])
            .await;
            let (a, b) = (identity(1, 0, "").id().to_string(), identity(2, 0, "").id().to_string());
            let first = crate::room::at(5).to_string();
            let asked = [
                String::new(),
                "?match[version]=all".to_owned(),
                "?match[version]=first".to_owned(),
                format!("?match[version]={first},first"),
                "?match[spec_version]=2.0".to_owned(),
                "?match[spec_version]=2.0,2.1".to_owned(),
                "?match[type]=domain-name".to_owned(),
                "?match[type]=domain-name,identity&match[version]=all".to_owned(),
                format!("?match[id]={a},{b}"),
                format!("?match[id]={a}&match[type]=domain-name"),
                "?limit=2".to_owned(),
                "?unknown=1".to_owned(),
            ];
            for query in asked {
                let path = format!("collections/open/objects/{query}");
                let answer = room.get(&path, "reader").await.json();
                let manifest =
                    room.get(&path.replace("objects", "manifest"), "reader").await.json();
                let count = |answer: &Value| answer["objects"].as_array().map_or(0, Vec::len);
                assert_eq!(count(&answer), count(&manifest));
                let more = if answer.get("more").is_some() { " and more" } else { "" };
                room.say(format!("{query}: {}{more}", names(&answer)));
            }
            for query in
                ["", "?match[version]=all", "?match[version]=first", "?match[spec_version]=2.0"]
            {
                let answer =
                    room.get(&format!("collections/open/objects/{a}/{query}"), "reader").await;
                room.say(format!(
                    "one {query}: {} {}",
                    answer.status.as_u16(),
                    names(&answer.json())
                ));
            }
            for query in ["", "?limit=2", "?match[spec_version]=2.0"] {
                let answer = room
                    .get(&format!("collections/open/objects/{a}/versions/{query}"), "reader")
                    .await;
                room.say(format!("versions {query}: {:?}", answer.json()["versions"].as_array()));
            }
        },
        expect![[r#"
            : "a9" "example.com" "b" "c in 2.0"
            ?match[version]=all: "a0" "a5" "a9" "example.com" "b" "c in 2.0"
            ?match[version]=first: "a0" "example.com" "b" "c in 2.0"
            ?match[version]=2026-09-21T14:13:25.000Z,first: "a0" "a5" "example.com" "b" "c in 2.0"
            ?match[spec_version]=2.0: "b in 2.0" "c in 2.0"
            ?match[spec_version]=2.0,2.1: "a9" "example.com" "b" "b in 2.0" "c in 2.0"
            ?match[type]=domain-name: "example.com"
            ?match[type]=domain-name,identity&match[version]=all: "a0" "a5" "a9" "example.com" "b" "c in 2.0"
            ?match[id]=identity--00000000-0000-4000-8000-000000000001,identity--00000000-0000-4000-8000-000000000002: "a9" "b"
            ?match[id]=identity--00000000-0000-4000-8000-000000000001&match[type]=domain-name: 
            ?limit=2: "a9" "example.com" and more
            ?unknown=1: "a9" "example.com" "b" "c in 2.0"
            one : 200 "a9"
            one ?match[version]=all: 200 "a0" "a5" "a9"
            one ?match[version]=first: 200 "a0"
            one ?match[spec_version]=2.0: 200 
            versions : Some([String("2026-09-21T14:13:20.000Z"), String("2026-09-21T14:13:25.000Z"), String("2026-09-21T14:13:29.000Z")])
            versions ?limit=2: Some([String("2026-09-21T14:13:20.000Z"), String("2026-09-21T14:13:25.000Z")])
            versions ?match[spec_version]=2.0: None
        "#]],
    );
}

#[test]
fn what_came_after_is_exact_to_the_microsecond() {
    check(
        async |room| {
            room.publish(&[domain("one.example.com"), domain("two.example.com")]).await;
            let all = room.get("collections/open/manifest/", "reader").await;
            let (first, last) = (all.date("first").unwrap(), all.date("last").unwrap());
            let entries = all.json();
            assert_eq!(
                (&entries["objects"][0]["date_added"], &entries["objects"][1]["date_added"]),
                (&first.as_str().into(), &last.as_str().into())
            );
            assert!(first.len() == "2026-01-01T00:00:00.000000Z".len() && first.ends_with('Z'));
            for (after, what) in [(&first, "the first"), (&last, "the last")] {
                let path = format!("collections/open/objects/?added_after={after}");
                let answer = room.get(&path, "reader").await;
                room.say(format!(
                    "after {what}: {} {:?}",
                    answer.text,
                    answer.date("last").is_some()
                ));
            }
            let long_ago = room
                .get("collections/open/objects/?added_after=2020-01-01T00:00:00Z", "reader")
                .await;
            room.say(names(&long_ago.json()));
        },
        expect![[r#"
            after the first: {"objects":[{"id":"domain-name--c36f639f-534f-5e0b-97a1-79d373c8ffd4","spec_version":"2.1","type":"domain-name","value":"two.example.com"}]} true
            after the last: {} false
            "one.example.com" "two.example.com"
        "#]],
    );
}

/// All pages of an address, one after the other.
async fn pages(room: &Room, path: &str, list: &str) -> (usize, Vec<Value>) {
    let (mut next, mut all, mut count) = (String::new(), Vec::new(), 0);
    loop {
        let answer = room.get(&format!("{path}{next}"), "reader").await;
        let page = answer.json();
        let items = page[list].as_array().cloned().unwrap_or_default();
        assert!(items.len() <= PAGE as usize);
        assert_eq!(answer.date("first").is_some(), !items.is_empty());
        all.extend(items);
        count += 1;
        match page.get("more") {
            Some(_) => next = format!("&next={}", page["next"].as_str().unwrap()),
            None => return (count, all),
        }
    }
}

#[test]
fn every_list_has_its_pages() {
    check(
        async |room| {
            let objects: Vec<Object> =
                (0..47).map(|n| domain(&format!("d{n}.example.com"))).collect();
            room.publish(&objects).await;
            let versions: Vec<Object> = (0..47).map(|n| identity(1, n, "versions")).collect();
            room.publish(&versions).await;
            let id = versions[0].id();
            let one = format!("collections/open/objects/{id}/");
            for (path, list) in [
                ("collections/open/objects/?match[type]=domain-name", "objects"),
                ("collections/open/manifest/?match[version]=all", "objects"),
                (&format!("{one}versions/?limit=100"), "versions"),
                (&format!("{one}?match[version]=all&limit=20"), "objects"),
                (
                    "collections/open/objects/?match[type]=domain-name,identity&match[version]=all&limit=7",
                    "objects",
                ),
            ] {
                if path.contains("limit=100") {
                    // More than the server gives at once is not refused, but paged.
                    let answer = room.get(path, "reader").await.json();
                    room.say(answer["versions"].as_array().unwrap().len());
                    continue;
                }
                let (pages, mut all) = pages(room, path, list).await;
                let count = all.len();
                all.sort_by_key(Value::to_string);
                all.dedup();
                assert_eq!(all.len(), count, "something came twice");
                room.say(format!("{path}: {count} on {pages} pages"));
            }
        },
        expect![[r#"
            collections/open/objects/?match[type]=domain-name: 47 on 3 pages
            collections/open/manifest/?match[version]=all: 94 on 5 pages
            47
            collections/open/objects/identity--00000000-0000-4000-8000-000000000001/?match[version]=all&limit=20: 47 on 3 pages
            collections/open/objects/?match[type]=domain-name,identity&match[version]=all&limit=7: 94 on 14 pages
        "#]],
    );
}
