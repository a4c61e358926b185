//! Access: who logs in, for how long, and what they may do then.

mod logging_in;
mod oidc;
mod people;
mod shield;

use crate::room::{Answer, Room};
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Somebody who is logged in, as their browser is.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

impl Room {
    /// As a page of the server's own asks.
    pub(crate) fn page(&self, who: &Browser, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path)
            .header(COOKIE, &who.cookie)
            .header(ORIGIN, &self.url)
            .header("x-csrf-token", &who.csrf)
    }

    /// Without a key, a cookie or anything.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub(crate) async fn post_json(&self, path: &str, document: &Value) -> Answer {
        self.send(with(self.bare(Method::POST, path), document)).await
    }

    /// The first admin, called anna.
    pub(crate) async fn set_up(&self) {
        let token = server::access::set_up(&self.store).await.unwrap().unwrap();
        let asked = json!({"token": token.text(), "name": "anna", "password": PASSWORD});
        assert_eq!(self.post_json("/v1/setup", &asked).await.status, 201);
    }

    pub(crate) async fn log_in(&self, name: &str) -> Browser {
        self.log_in_with(name, PASSWORD).await
    }

    pub(crate) async fn log_in_with(&self, name: &str, password: &str) -> Browser {
        let answer = self.try_log_in(name, password).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        browser(&answer)
    }

    pub(crate) async fn try_log_in(&self, name: &str, password: &str) -> Answer {
        self.post_json("/v1/session", &json!({"name": name, "password": password})).await
    }

    /// Somebody with a role, added by anna.
    pub(crate) async fn add(&self, anna: &Browser, name: &str, role: &str) -> Browser {
        let asked = json!({"name": name, "role": role, "password": PASSWORD});
        let answer = self.send(with(self.page(anna, Method::POST, "/v1/users"), &asked)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        self.log_in(name).await
    }

    pub(crate) async fn status(&self, who: &Browser, path: &str) -> u16 {
        self.send(self.page(who, Method::GET, path)).await.status.as_u16()
    }

    pub(crate) async fn say_log(&mut self, from: i64) {
        for entry in self.store.audit(from, 100).await.unwrap() {
            let (who, action) = (&entry.who, &entry.action);
            self.say(format!("{who}: {action} {} {}", entry.subject, entry.detail));
        }
    }

    /// The number of the last entry.
    pub(crate) async fn log_end(&self) -> i64 {
        self.store.audit(0, 1000).await.unwrap().last().map_or(0, |entry| entry.seq)
    }
}

pub(crate) fn with(request: RequestBuilder, document: &Value) -> RequestBuilder {
    request.header("content-type", "application/json").body(document.to_string())
}

/// What a browser keeps of an answer by which somebody is logged in.
pub(crate) fn browser(answer: &Answer) -> Browser {
    let set = answer.headers[SET_COOKIE].to_str().unwrap();
    let cookie = set.split(';').next().unwrap().to_owned();
    Browser { cookie, csrf: answer.json()["csrf"].as_str().unwrap().to_owned() }
}
