//! What is read of a collection: its objects, its manifest, one object, its versions.

use crate::answer::{Asked, taxii};
use crate::ask::{self, Filters};
use crate::refusal::Refusal;
use crate::resources;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use store::{CollectionId, Look, ManifestEntry, Page, Span, VersionMatch};

pub(crate) async fn objects(asked: &Asked<'_>, name: &str) -> Result<Response<Body>, Refusal> {
    let collection = readable(asked, name).await?;
    let look = ask::look(&asked.head.uri, Filters::All, &asked.shared.limits)?;
    let page = asked.shared.store.page(collection, &look).await?;
    Ok(envelope(page))
}

pub(crate) async fn object(
    asked: &Asked<'_>,
    name: &str,
    id: &str,
) -> Result<Response<Body>, Refusal> {
    let collection = readable(asked, name).await?;
    let look = ask::look(&asked.head.uri, Filters::Versions, &asked.shared.limits)?;
    let look = Look { ids: vec![id.to_owned()], ..look };
    let page = asked.shared.store.page(collection, &look).await?;
    there(asked, collection, id, &page.span).await?;
    Ok(envelope(page))
}

pub(crate) async fn manifest(asked: &Asked<'_>, name: &str) -> Result<Response<Body>, Refusal> {
    let collection = readable(asked, name).await?;
    let look = ask::look(&asked.head.uri, Filters::All, &asked.shared.limits)?;
    let page = asked.shared.store.manifest(collection, &look).await?;
    let entry = |entry: &ManifestEntry| {
        json!({
            "id": entry.id,
            "date_added": entry.added.to_string(),
            "version": entry.version,
            "media_type": format!("application/stix+json;version={}", entry.spec_version),
        })
    };
    Ok(listed("objects", page.entries.iter().map(entry).collect(), &page.span))
}

pub(crate) async fn versions(
    asked: &Asked<'_>,
    name: &str,
    id: &str,
) -> Result<Response<Body>, Refusal> {
    let collection = readable(asked, name).await?;
    let look = ask::look(&asked.head.uri, Filters::Specification, &asked.shared.limits)?;
    // All of them, by the specifications that are asked for, or by the latest.
    let versions = vec![VersionMatch::All];
    let look = Look { ids: vec![id.to_owned()], versions, ..look };
    let page = asked.shared.store.manifest(collection, &look).await?;
    there(asked, collection, id, &page.span).await?;
    let versions = page.entries.into_iter().map(|entry| entry.version.into()).collect();
    Ok(listed("versions", versions, &page.span))
}

async fn readable(asked: &Asked<'_>, name: &str) -> Result<CollectionId, Refusal> {
    let (collection, right) = resources::find(asked, name).await?;
    match right.can_read {
        true => Ok(collection.id),
        false => Err(Refusal::forbidden("it may write to this collection, not read it")),
    }
}

/// Refuses where the collection does not have the object at all; that no version of it is
/// asked for is an empty answer.
async fn there(
    asked: &Asked<'_>,
    collection: CollectionId,
    id: &str,
    span: &Span,
) -> Result<(), Refusal> {
    match span.count > 0 || asked.shared.store.has(collection, id).await? {
        true => Ok(()),
        false => Err(Refusal::not_found("no such object")),
    }
}

/// An envelope: the objects in it stay the text that they are. What goes around them is put
/// into it, since another text as long would cost as much as reading it.
fn envelope(page: Page) -> Response<Body> {
    let Page { objects: mut text, span } = page;
    let more = span.next.map(|next| format!(r#""more":true,"next":"{next}""#));
    let head = match (more, span.count > 0) {
        (Some(more), true) => format!(r#"{{{more},"objects":["#),
        (Some(more), false) => format!("{{{more}"),
        (None, true) => r#"{"objects":["#.to_owned(),
        (None, false) => "{".to_owned(),
    };
    text.insert_str(0, &head);
    text += if span.count > 0 { "]}" } else { "}" };
    dated(taxii(StatusCode::OK, text), &span)
}

fn listed(name: &str, list: Vec<Value>, span: &Span) -> Response<Body> {
    let mut resource = json!({});
    if let Some(next) = span.next {
        resource["more"] = true.into();
        resource["next"] = next.to_string().into();
    }
    if !list.is_empty() {
        resource[name] = list.into();
    }
    dated(taxii(StatusCode::OK, resource.to_string()), span)
}

/// Tells when the first and the last that are sent were added.
fn dated(mut response: Response<Body>, span: &Span) -> Response<Body> {
    let dates = [("x-taxii-date-added-first", span.first), ("x-taxii-date-added-last", span.last)];
    for (name, date) in dates {
        let value = date.and_then(|date| HeaderValue::try_from(date.to_string()).ok());
        if let Some(value) = value {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
