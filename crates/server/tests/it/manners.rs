//! What the server says of itself, and how it refuses.

use crate::room::{CONTENT_MAX, OPEN, TAXII, check, envelope, identity};
use expect_test::expect;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, WWW_AUTHENTICATE};
use std::time::Duration;

#[test]
fn it_says_what_there_is() {
    check(
        async |room| {
            for path in ["/taxii2/", "/taxii2", "", "collections/", "collections/open"] {
                let answer = room.get(path, "partner").await;
                room.say(format!("{} {path} {}", answer.status, answer.text));
            }
            let by_id = room.get(&format!("collections/{OPEN}/"), "reader").await;
            room.say(by_id.text);
            for who in ["drop", "stranger"] {
                let answer = room.get("collections/", who).await;
                room.say(format!("{who} sees {}", answer.text));
            }
            for path in ["/healthz", "/readyz"] {
                let answer = room.send(room.client.get(format!("{}{path}", room.url))).await;
                room.say(format!("{} {}", answer.status, answer.text.trim()));
            }
        },
        expect![[r#"
            200 OK /taxii2/ {"api_roots":["http://HOST/taxii2/dragnet/"],"contact":"cert@example.com","default":"http://HOST/taxii2/dragnet/","title":"Stories"}
            200 OK /taxii2 {"api_roots":["http://HOST/taxii2/dragnet/"],"contact":"cert@example.com","default":"http://HOST/taxii2/dragnet/","title":"Stories"}
            200 OK  {"max_content_length":1000000,"title":"Stories","versions":["application/taxii+json;version=2.1"]}
            200 OK collections/ {"collections":[{"alias":"open","can_read":true,"can_write":true,"description":"For stories","id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","media_types":["application/stix+json;version=2.1"],"title":"The open one"}]}
            200 OK collections/open {"alias":"open","can_read":true,"can_write":true,"description":"For stories","id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","media_types":["application/stix+json;version=2.1"],"title":"The open one"}
            {"alias":"open","can_read":true,"can_write":false,"description":"For stories","id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","media_types":["application/stix+json;version=2.1"],"title":"The open one"}
            drop sees {"collections":[{"alias":"drop","can_read":false,"can_write":true,"description":"For stories","id":"52892447-4d7e-4f70-b94d-d7f22742ff63","media_types":["application/stix+json;version=2.1"],"title":"The drop one"}]}
            stranger sees {}
            200 OK alive
            200 OK ready
        "#]],
    );
}

#[test]
fn each_refusal_has_its_number_and_its_words() {
    check(
        async |room| {
            room.publish(&[identity(1, 0, "one")]).await;
            let id = identity(1, 0, "").id().to_string();
            let asked = [
                ("nobody", "collections/open/objects/"),
                ("stranger", "collections/open/objects/"),
                ("drop", "collections/drop/objects/"),
                ("reader", "collections/none/objects/"),
                ("reader", "collections/open/nothing/"),
                ("reader", "status/00000000-0000-4000-8000-000000000000/"),
                ("reader", "status/nothing/"),
                (
                    "reader",
                    "collections/open/objects/identity--00000000-0000-4000-8000-000000000009/",
                ),
                ("reader", "collections/open/objects/?limit=0"),
                ("reader", "collections/open/objects/?limit=many"),
                ("reader", "collections/open/objects/?next=%21"),
                ("reader", "collections/open/objects/?added_after=yesterday"),
                ("reader", "collections/open/objects/?match[id]=nothing"),
                ("reader", "collections/open/objects/?match[type]=No%20Type"),
                ("reader", "collections/open/objects/?match[version]=latest"),
                ("reader", "collections/open/objects/?match[version]=all,last"),
                ("reader", "collections/open/manifest/?match[spec_version]=two"),
                ("reader", "collections/open/manifest/?match[name]=one"),
                ("reader", &format!("collections/open/objects/{id}/?match[type]=identity")),
                ("reader", &format!("collections/open/objects/{id}/versions/?match[version]=all")),
            ];
            for (who, path) in asked {
                let answer = room.get(path, who).await;
                assert_eq!(answer.json()["http_status"], answer.status.as_str());
                let error = answer.json();
                room.say(format!(
                    "{who} {path}: {} {} {}",
                    answer.status.as_u16(),
                    error["title"],
                    error["description"]
                ));
            }
        },
        expect![[r#"
            nobody collections/open/objects/: 401 "A key is needed" null
            stranger collections/open/objects/: 404 "There is no such thing here, or not for this key" "no such collection"
            drop collections/drop/objects/: 403 "This key may not do this" "it may write to this collection, not read it"
            reader collections/none/objects/: 404 "There is no such thing here, or not for this key" "no such collection"
            reader collections/open/nothing/: 404 "There is no such thing here, or not for this key" "no such address"
            reader status/00000000-0000-4000-8000-000000000000/: 404 "There is no such thing here, or not for this key" "no such status, or older than a day"
            reader status/nothing/: 404 "There is no such thing here, or not for this key" "no such status, or older than a day"
            reader collections/open/objects/identity--00000000-0000-4000-8000-000000000009/: 404 "There is no such thing here, or not for this key" "no such object"
            reader collections/open/objects/?limit=0: 400 "The request cannot be understood" "limit is a number above 0"
            reader collections/open/objects/?limit=many: 400 "The request cannot be understood" "limit is a number above 0"
            reader collections/open/objects/?next=%21: 400 "The request cannot be understood" "next is not what was given as next"
            reader collections/open/objects/?added_after=yesterday: 400 "The request cannot be understood" "added_after: a timestamp is written YYYY-MM-DDTHH:MM:SS.sssZ, in UTC"
            reader collections/open/objects/?match[id]=nothing: 400 "The request cannot be understood" "match[id]: \"nothing\" cannot be one"
            reader collections/open/objects/?match[type]=No%20Type: 400 "The request cannot be understood" "match[type]: \"No Type\" cannot be one"
            reader collections/open/objects/?match[version]=latest: 400 "The request cannot be understood" "match[version]: \"latest\" cannot be one"
            reader collections/open/objects/?match[version]=all,last: 400 "The request cannot be understood" "match[version]: all stands alone"
            reader collections/open/manifest/?match[spec_version]=two: 400 "The request cannot be understood" "match[spec_version]: \"two\" cannot be one"
            reader collections/open/manifest/?match[name]=one: 400 "The request cannot be understood" "match[name] is no filter here"
            reader collections/open/objects/identity--00000000-0000-4000-8000-000000000001/?match[type]=identity: 400 "The request cannot be understood" "match[type] is no filter here"
            reader collections/open/objects/identity--00000000-0000-4000-8000-000000000001/versions/?match[version]=all: 400 "The request cannot be understood" "match[version] is no filter here"
        "#]],
    );
}

#[test]
fn languages_and_methods() {
    check(
        async |room| {
            let path = "collections/open/objects/";
            let accepted = [
                "application/taxii+json;version=2.1",
                "application/taxii+json",
                "application/taxii+json; version=2.1",
                "text/html, application/taxii+json; version=\"2.1\"; q=0.5",
                "*/*",
                "application/taxii+json;version=2.0",
                "application/json",
                "text/html",
            ];
            for accept in accepted {
                let request = room.ask(Method::GET, path, "partner").header(ACCEPT, accept);
                // The client adds, where one wants to replace.
                let mut request = request.build().unwrap();
                request.headers_mut().insert(ACCEPT, accept.parse().unwrap());
                let response = room.client.execute(request).await.unwrap();
                assert_eq!(response.headers()[CONTENT_TYPE], TAXII);
                room.say(format!("{accept}: {}", response.status().as_u16()));
            }
            let body = envelope(&[identity(1, 0, "one")]);
            for content in [
                "application/taxii+json",
                TAXII,
                "application/json",
                "application/taxii+json;version=2.0",
            ] {
                let request = room.ask(Method::POST, path, "partner").header(CONTENT_TYPE, content);
                let answer = room.send(request.body(body.clone())).await;
                room.say(format!("POST {content}: {}", answer.status.as_u16()));
            }
            for (method, path) in
                [(Method::PUT, path), (Method::POST, "collections/"), (Method::DELETE, path)]
            {
                let answer = room.send(room.ask(method.clone(), path, "partner")).await;
                room.say(format!(
                    "{method} {path}: {} allows {:?}",
                    answer.status.as_u16(),
                    answer.headers["allow"]
                ));
            }
            // Who one is comes before how one speaks.
            let request =
                room.client.get(format!("{}/taxii2/", room.url)).header(ACCEPT, "text/html");
            let answer = room.send(request).await;
            let schemes = answer.headers.get_all(WWW_AUTHENTICATE).iter();
            let schemes: Vec<&str> = schemes.map(|scheme| scheme.to_str().unwrap()).collect();
            room.say(format!("{} {schemes:?}", answer.status.as_u16()));
        },
        expect![[r#"
            application/taxii+json;version=2.1: 200
            application/taxii+json: 200
            application/taxii+json; version=2.1: 200
            text/html, application/taxii+json; version="2.1"; q=0.5: 200
            */*: 200
            application/taxii+json;version=2.0: 406
            application/json: 406
            text/html: 406
            POST application/taxii+json: 202
            POST application/taxii+json;version=2.1: 202
            POST application/json: 415
            POST application/taxii+json;version=2.0: 415
            PUT collections/open/objects/: 405 allows "GET, POST"
            POST collections/: 405 allows "GET"
            DELETE collections/open/objects/: 405 allows "GET, POST"
            401 ["Basic realm=\"dragnet\", charset=\"UTF-8\"", "Bearer realm=\"dragnet\""]
        "#]],
    );
}

#[test]
fn names_and_passwords_do_as_well() {
    check(
        async |room| {
            let token = room.token("reader");
            for (user, password) in
                [("reader", &token[..]), ("partner", &token), ("reader", "guess")]
            {
                let request = room.client.get(format!("{}/taxii2/", room.url));
                let answer = room.send(request.basic_auth(user, Some(password))).await;
                room.say(format!("{user}: {}", answer.status.as_u16()));
            }
            // Revoked by another process, it opens nothing after a moment.
            room.store.revoke_key(&crate::room::act(), "reader").await.unwrap();
            tokio::time::sleep(Duration::from_millis(2100)).await;
            room.say(room.get("/taxii2/", "reader").await.status.as_u16());
        },
        expect![[r#"
            reader: 200
            partner: 401
            reader: 401
            401
        "#]],
    );
}

#[test]
fn who_asks_too_often_waits() {
    check(
        async |room| {
            for _ in 0..4 {
                let answer = room.get("/taxii2/", "seldom").await;
                let wait =
                    answer.headers.get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
                room.say(format!("{} {wait:?}", answer.status.as_u16()));
            }
        },
        expect![[r#"
            200 None
            200 None
            200 None
            429 Some("20")
        "#]],
    );
}

#[test]
fn content_has_its_bounds() {
    check(
        async |room| {
            let path = "collections/open/objects/";
            let long = "x".repeat(CONTENT_MAX as usize + 1);
            room.say(room.post(path, "partner", long).await.status.as_u16());
            let bomb = packed(&vec![b' '; 50_000_000]);
            assert!(bomb.len() < 100_000);
            let good = packed(envelope(&[identity(1, 0, "one")]).as_bytes());
            for (content, encoding) in [
                (bomb, "gzip"),
                (good.clone(), "gzip"),
                (good, "br"),
                (b"no gzip".to_vec(), "gzip"),
            ] {
                let request = room.ask(Method::POST, path, "partner").header(CONTENT_TYPE, TAXII);
                let request = request.header("content-encoding", encoding).body(content);
                room.say(room.send(request).await.status.as_u16());
            }
            for body in ["", "{", "[]", "{}", r#"{"objects":[]}"#, r#"{"objects":{}}"#] {
                let answer = room.post(path, "partner", body).await;
                room.say(format!("{body}: {}", answer.status.as_u16()));
            }
            room.say(room.post(path, "reader", "{}").await.status.as_u16());
            // And back.
            let request = room.ask(Method::GET, path, "reader").header("accept-encoding", "gzip");
            let response = request.send().await.unwrap();
            assert_eq!(response.headers()["content-encoding"], "gzip");
            let bytes = response.bytes().await.unwrap();
            let mut text = String::new();
            let mut unpacked = flate2::read::GzDecoder::new(&bytes[..]);
            std::io::Read::read_to_string(&mut unpacked, &mut text).unwrap();
            assert_eq!(text, envelope(&[identity(1, 0, "one")]));
        },
        expect![[r#"
            413
            413
            202
            415
            400
            : 400
            {: 400
            []: 422
            {}: 422
            {"objects":[]}: 422
            {"objects":{}}: 422
            403
        "#]],
    );
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packer, content).unwrap();
    packer.finish().unwrap()
}
