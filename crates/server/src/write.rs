//! What is written: objects are added to a collection, and taken from it.

use crate::answer::{Asked, taxii};
use crate::ask::{self, Filters};
use crate::refusal::Refusal;
use crate::{body, clock, media, resources, token};
use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stix::validate::{self, Finding, Severity};
use stix::{Object, Timestamp};
use store::{Act, Collection, Origin, Placed, Status};

/// Findings of one object that are told in its status; more would bury the first.
const FINDINGS_MAX: usize = 3;
/// The version of what has none; the store writes it so too.
const NO_VERSION: &str = "1970-01-01T00:00:00.000Z";

/// An envelope, as it is sent.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    objects: Vec<&'a RawValue>,
}

/// The objects of a POST: those that are valid, and what is wrong with the others.
struct Read {
    objects: Vec<Object>,
    failures: Vec<Value>,
    sha256: String,
}

pub(crate) async fn post(
    asked: Asked<'_>,
    content: Body,
    name: &str,
) -> Result<Response<Body>, Refusal> {
    let collection = writable(&asked, name).await?;
    let Asked { shared, key, head } = asked;
    media::content(&head.headers)?;
    let _place = shared.posts.acquire().await.expect("nobody closes it");
    let content = body::read(&head.headers, content, shared.limits.content_bytes_max).await?;
    // Reading and checking is work for a processor, and others wait for this thread.
    let read = tokio::task::spawn_blocking(move || read(&content)).await;
    let read = read.map_err(|_| Refusal::unprocessable("it cannot be read"))??;
    let at = clock::now();
    let why = "POST over TAXII".to_owned();
    let act = Act { who: format!("key {}", key.name), why, at };
    let origin = Origin {
        source: format!("taxii:{}:{}", collection.id, key.name),
        sha256: read.sha256,
        licence: None,
        grade: None,
    };
    let id = token::uuid();
    let names: Vec<(String, String)> = read.objects.iter().map(named).collect();
    let failures = read.failures;
    let mut text = String::new();
    let status = |placed: &[Placed]| {
        text = resource(&id.to_string(), at, &names, placed, failures, &collection);
        Status { id, key: key.name.clone(), at, text: text.clone() }
    };
    shared.store.post(&act, &origin, collection.id, read.objects, status).await?;
    Ok(taxii(StatusCode::ACCEPTED, text))
}

pub(crate) async fn delete(
    asked: &Asked<'_>,
    name: &str,
    id: &str,
) -> Result<Response<Body>, Refusal> {
    let (collection, right) = resources::find(asked, name).await?;
    if !(right.can_read && right.can_write) {
        return Err(Refusal::forbidden("deleting needs the right to read and the one to write"));
    }
    let look = ask::look(&asked.head.uri, Filters::Versions, &asked.shared.limits)?;
    let why = "DELETE over TAXII".to_owned();
    let act = Act { who: format!("key {}", asked.key.name), why, at: clock::now() };
    let (versions, by) = (&look.versions[..], &look.spec_versions[..]);
    let gone = asked.shared.store.remove(&act, collection.id, id, versions, by).await?;
    gone.ok_or_else(|| Refusal::not_found("no such object, or no such version of it"))?;
    Ok(taxii(StatusCode::OK, Body::empty()))
}

async fn writable(asked: &Asked<'_>, name: &str) -> Result<Collection, Refusal> {
    let (collection, right) = resources::find(asked, name).await?;
    match right.can_write {
        true => Ok(collection),
        false => Err(Refusal::forbidden("it may read this collection, not write to it")),
    }
}

/// Reads an envelope and checks each object of it by itself.
fn read(content: &[u8]) -> Result<Read, Refusal> {
    let envelope: Envelope<'_> =
        serde_json::from_slice(content).map_err(|e| match e.classify() {
            serde_json::error::Category::Data => Refusal::unprocessable(e),
            _ => Refusal::malformed(e),
        })?;
    if envelope.objects.is_empty() {
        return Err(Refusal::unprocessable("it has no objects"));
    }
    let (mut objects, mut failures) = (Vec::with_capacity(envelope.objects.len()), Vec::new());
    for (at, text) in envelope.objects.into_iter().enumerate() {
        let object = match Object::of(text.to_owned()) {
            Ok(object) => object,
            Err(e) => {
                let finding = validate::not_an_object(at, &e);
                failures.push(failure(&finding.object, NO_VERSION, finding.message));
                continue;
            }
        };
        match errors(&object) {
            None => objects.push(object),
            Some(message) => {
                let (id, version) = named(&object);
                failures.push(failure(&id, &version, message));
            }
        }
    }
    let sha256 = Sha256::digest(content);
    let sha256 = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Read { objects, failures, sha256 })
}

/// What is wrong with an object, in words; warnings are taken.
fn errors(object: &Object) -> Option<String> {
    let found = validate::object(object);
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    let words = |finding: &Finding| match &finding.path[..] {
        "" => finding.message.clone(),
        path => format!("{path}: {}", finding.message),
    };
    let errors: Vec<String> = found.iter().filter(is_error).take(FINDINGS_MAX).map(words).collect();
    (!errors.is_empty()).then(|| errors.join("; "))
}

fn named(object: &Object) -> (String, String) {
    let version = object.head().version();
    let version = version.map_or_else(|| NO_VERSION.to_owned(), |version| version.to_string());
    (object.id().to_string(), version)
}

fn failure(id: &str, version: &str, message: String) -> Value {
    json!({"id": id, "version": version, "message": message})
}

/// The status resource (section 4.3.1).
fn resource(
    id: &str,
    at: Timestamp,
    names: &[(String, String)],
    placed: &[Placed],
    mut failures: Vec<Value>,
    collection: &Collection,
) -> String {
    let mut successes = Vec::with_capacity(placed.len());
    for ((id, version), placed) in names.iter().zip(placed) {
        match refused(*placed, collection) {
            Some(message) => failures.push(failure(id, version, message)),
            None if *placed == Placed::Already => {
                let message = "it was here already";
                successes.push(json!({"id": id, "version": version, "message": message}));
            }
            None => successes.push(json!({"id": id, "version": version})),
        }
    }
    let mut resource = json!({
        "id": id,
        "status": "complete",
        "request_timestamp": at.to_string(),
        "total_count": successes.len() + failures.len(),
        "success_count": successes.len(),
        "failure_count": failures.len(),
        "pending_count": 0,
    });
    for (name, list) in [("successes", successes), ("failures", failures)] {
        if !list.is_empty() {
            resource[name] = list.into();
        }
    }
    resource.to_string()
}

/// Why the collection does not have an object now, in words.
fn refused(placed: Placed, collection: &Collection) -> Option<String> {
    match placed {
        Placed::Added | Placed::Already => None,
        Placed::Other => Some(
            "this id and version stands for another content here: make a new version".to_owned(),
        ),
        Placed::TooStrict(tlp) => Some(format!(
            "it is marked {}, this collection holds at most {}",
            tlp.label(),
            collection.ceiling.label()
        )),
    }
}
