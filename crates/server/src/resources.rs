//! What tells of the server itself: discovery, its API root, its collections, and what
//! came of a POST.

use crate::answer::{Asked, taxii};
use crate::door;
use crate::media;
use crate::refusal::Refusal;
use crate::road::ROOT;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use stix::Timestamp;
use store::{Collection, Right};
use uuid::Uuid;

pub(crate) fn discovery(asked: &Asked<'_>) -> Response<Body> {
    // Absolute: a client that is much used cannot read others.
    let root = format!("{}{ROOT}", asked.shared.address(&asked.head));
    let mut resource = json!({
        "title": asked.shared.title,
        "default": root,
        "api_roots": [root],
    });
    if let Some(contact) = &asked.shared.contact {
        resource["contact"] = contact.clone().into();
    }
    taxii(StatusCode::OK, resource.to_string())
}

pub(crate) fn root(asked: &Asked<'_>) -> Response<Body> {
    let resource = json!({
        "title": asked.shared.title,
        "versions": [media::TAXII],
        "max_content_length": asked.shared.limits.content_bytes_max,
    });
    taxii(StatusCode::OK, resource.to_string())
}

pub(crate) async fn collections(asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let all = asked.shared.collections().await?;
    let shown = all.iter().map(|collection| (collection, right(asked, collection)));
    let shown = shown.filter(|(_, right)| right.can_read || right.can_write);
    let resources: Vec<Value> =
        shown.map(|(collection, right)| resource(collection, right)).collect();
    let list = match resources.is_empty() {
        true => json!({}),
        false => json!({"collections": resources}),
    };
    Ok(taxii(StatusCode::OK, list.to_string()))
}

pub(crate) async fn collection(asked: &Asked<'_>, name: &str) -> Result<Response<Body>, Refusal> {
    let (collection, right) = find(asked, name).await?;
    Ok(taxii(StatusCode::OK, resource(&collection, right).to_string()))
}

pub(crate) async fn status(
    asked: &Asked<'_>,
    id: &str,
    now: Timestamp,
) -> Result<Response<Body>, Refusal> {
    let missing = || Refusal::not_found("no such status, or older than a day");
    let id = Uuid::try_parse(id).map_err(|_| missing())?;
    let status = asked.shared.store.status(id, &asked.key.name, now).await?;
    Ok(taxii(StatusCode::OK, status.ok_or_else(missing)?))
}

/// A collection that the key may do something in, and what. The others are not there, as
/// far as it can see.
pub(crate) async fn find(asked: &Asked<'_>, name: &str) -> Result<(Collection, Right), Refusal> {
    let missing = || Refusal::not_found("no such collection");
    let all = asked.shared.collections().await?;
    let id = name.parse().ok();
    let is_it = |collection: &&Collection| {
        Some(collection.id) == id || collection.alias.as_deref() == Some(name)
    };
    let collection = all.iter().find(is_it).ok_or_else(missing)?;
    match right(asked, collection) {
        Right { can_read: false, can_write: false } => Err(missing()),
        right => Ok((collection.clone(), right)),
    }
}

fn right(asked: &Asked<'_>, collection: &Collection) -> Right {
    let Right { can_read, can_write } = door::right(&asked.key, collection.id);
    Right { can_read, can_write: can_write && collection.can_post }
}

fn resource(collection: &Collection, right: Right) -> Value {
    let mut resource = json!({
        "id": collection.id.to_string(),
        "title": collection.title,
        "can_read": right.can_read,
        "can_write": right.can_write,
        "media_types": [media::STIX],
    });
    if let Some(alias) = &collection.alias {
        resource["alias"] = alias.clone().into();
    }
    if let Some(description) = &collection.description {
        resource["description"] = description.clone().into();
    }
    resource
}
