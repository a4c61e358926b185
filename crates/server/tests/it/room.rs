//! A server on a port of its own, with keys and collections, and how stories ask it.

use crate::postgres;
use expect_test::Expect;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use server::access::Settings;
use server::{Config, Limits, Token, now};
use std::fmt::Write as _;
use std::net::SocketAddr;
use stix::marking::Tlp;
use stix::{Object, Timestamp};
use store::{Act, Collection, CollectionId, NewKey, Publication, Rate, Right, Store};
use tempfile::TempDir;
use tokio::sync::oneshot;

pub(crate) const TAXII: &str = "application/taxii+json;version=2.1";
/// Read by everyone who has a key but the stranger.
pub(crate) const OPEN: CollectionId =
    CollectionId(uuid::Uuid::from_u128(0x91a7b528_80eb_42ed_a74d_c6fbd5a26116));
/// Written by the drop key, which cannot read it.
pub(crate) const DROP: CollectionId =
    CollectionId(uuid::Uuid::from_u128(0x52892447_4d7e_4f70_b94d_d7f22742ff63));
/// Of the server: small pages are enough to turn them.
pub(crate) const PAGE: u32 = 20;
pub(crate) const CONTENT_MAX: u64 = 1_000_000;
pub(crate) const CONNECTIONS_MAX: usize = 40;

/// Tells the story on each database, where it must end in the same way.
pub(crate) fn check(story: impl AsyncFn(&mut Room), expect: Expect) {
    check_with(&Settings::default(), story, expect);
}

/// Tells it where people come in so.
pub(crate) fn check_with(settings: &Settings, story: impl AsyncFn(&mut Room), expect: Expect) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("db").display().to_string();
    let mut first: Option<String> = None;
    for url in [Some(file), postgres::database()].into_iter().flatten() {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let said = runtime.unwrap().block_on(async {
            let mut room = Room::new(&url, settings).await;
            story(&mut room).await;
            room.end().await
        });
        assert_eq!(*first.get_or_insert_with(|| said.clone()), said, "the databases differ");
    }
    expect.assert_eq(&first.unwrap_or_default());
}

pub(crate) struct Room {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) client: Client,
    tokens: Vec<(&'static str, Token)>,
    said: String,
    end: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<Result<(), server::Failure>>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn date(&self, which: &str) -> Option<String> {
        let value = self.headers.get(format!("x-taxii-date-added-{which}"))?;
        Some(value.to_str().unwrap().to_owned())
    }
}

impl Room {
    pub(crate) async fn new(url: &str, settings: &Settings) -> Self {
        let store = Store::open(url).await.unwrap();
        let tokens = people(&store).await;
        let limits = Limits {
            page_default: PAGE,
            page_max: 50,
            content_bytes_max: CONTENT_MAX,
            rate: None,
            connections_max: CONNECTIONS_MAX,
        };
        let config = Config {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            tls: None,
            store: store.clone(),
            live: None,
            access: settings.clone(),
            acting: None,
            limits,
            title: "Stories".to_owned(),
            contact: Some("cert@example.com".to_owned()),
        };
        let (ready, address) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let served = tokio::spawn(server::serve(
            config,
            move |address| ready.send(address).unwrap(),
            async move { drop(ended.await) },
        ));
        let url = format!("http://{}", address.await.unwrap());
        drop(rustls::crypto::ring::default_provider().install_default());
        // What is packed is looked at as it comes, whatever else was built with us.
        let client = Client::builder().no_proxy().no_gzip().build().unwrap();
        Self { store, url, client, tokens, said: String::new(), end: Some(end), served }
    }

    pub(crate) async fn end(mut self) -> String {
        self.end.take().unwrap().send(()).unwrap();
        drop(self.client);
        self.served.await.unwrap().unwrap();
        self.said.replace(&self.url, "http://HOST")
    }

    /// What is shown at the end.
    pub(crate) fn say(&mut self, what: impl std::fmt::Display) {
        writeln!(self.said, "{what}").unwrap();
    }

    pub(crate) fn token(&self, who: &str) -> String {
        let of = self.tokens.iter().find(|(name, _)| *name == who);
        of.map_or("nonsense", |(_, token)| token.text()).to_owned()
    }

    pub(crate) fn ask(&self, method: Method, path: &str, who: &str) -> RequestBuilder {
        let url = match path.starts_with('/') {
            true => format!("{}{path}", self.url),
            false => format!("{}/taxii2/dragnet/{path}", self.url),
        };
        self.client.request(method, url).header(ACCEPT, TAXII).bearer_auth(self.token(who))
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    pub(crate) async fn get(&self, path: &str, who: &str) -> Answer {
        let answer = self.send(self.ask(Method::GET, path, who)).await;
        assert_eq!(answer.headers[CONTENT_TYPE], TAXII);
        answer
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        who: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.ask(Method::POST, path, who).header(CONTENT_TYPE, TAXII).body(body);
        self.send(request).await
    }

    pub(crate) async fn publish(&self, objects: &[Object]) {
        let publication = Publication {
            collection: OPEN,
            recipient: "partners".to_owned(),
            policy: "all".to_owned(),
            objects: objects.to_vec(),
            withdraw: Vec::new(),
        };
        let published = self.store.publish(&act(), publication).await.unwrap();
        assert_eq!(published.added, objects.len() as u64);
    }
}

pub(crate) fn act() -> Act {
    Act { who: "analyst".to_owned(), why: "a story".to_owned(), at: now() }
}

/// Keys: one reads and writes, one reads, one only writes, one may nothing, one seldom.
async fn people(store: &Store) -> Vec<(&'static str, Token)> {
    for (id, alias, can_post) in [(OPEN, "open", true), (DROP, "drop", true)] {
        let collection = Collection {
            id,
            alias: Some(alias.to_owned()),
            title: format!("The {alias} one"),
            description: Some("For stories".to_owned()),
            ceiling: Tlp::Amber,
            audience: "partners".to_owned(),
            can_post,
        };
        store.add_collection(&act(), &collection).await.unwrap();
    }
    let right = |can_read, can_write| Right { can_read, can_write };
    let mut tokens = Vec::new();
    for (who, open, rate) in [
        ("partner", Some(right(true, true)), None),
        ("reader", Some(right(true, false)), None),
        ("drop", None, None),
        ("stranger", None, None),
        ("seldom", Some(right(true, false)), Some(Rate(3))),
    ] {
        let token = Token::draw();
        store.add_key(&act(), NewKey { rate, ..NewKey::of(who, token.hash()) }).await.unwrap();
        if let Some(open) = open {
            store.set_right(&act(), who, OPEN, open).await.unwrap();
        }
        if who == "drop" {
            store.set_right(&act(), who, DROP, right(false, true)).await.unwrap();
        }
        tokens.push((who, token));
    }
    tokens
}

/// Seconds after a fixed noon.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_ms(1_790_000_000_000 + second * 1000).unwrap()
}

/// An identity that was changed so many seconds after it was made.
pub(crate) fn identity(number: u32, second: i64, name: &str) -> Object {
    let (created, modified) = (at(0), at(second));
    Object::parse(&format!(
        r#"{{"type": "identity", "spec_version": "2.1", "id": "identity--00000000-0000-4000-8000-{number:012}", "created": "{created}", "modified": "{modified}", "name": "{name}", "identity_class": "unknown"}}"#
    ))
    .unwrap()
}

/// An observable, which has no versions.
pub(crate) fn domain(value: &str) -> Object {
    let mut properties = serde_json::Map::new();
    properties.insert("type".to_owned(), "domain-name".into());
    properties.insert("spec_version".to_owned(), "2.1".into());
    properties.insert("value".to_owned(), value.into());
    let id = stix::Id::of_observable("domain-name", &properties).unwrap();
    properties.insert("id".to_owned(), id.as_str().into());
    Object::from_properties(&properties).unwrap()
}

pub(crate) fn envelope(objects: &[Object]) -> String {
    let texts: Vec<&str> = objects.iter().map(Object::text).collect();
    format!(r#"{{"objects":[{}]}}"#, texts.join(","))
}
