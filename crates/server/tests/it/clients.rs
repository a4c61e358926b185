//! Clients that we did not write: OASIS' own, and its validator on everything served.
//! Where they are not installed (`make test` does it), the tests say so and pass.

use crate::room::{OPEN, check, domain, identity};
use expect_test::expect;
use std::path::PathBuf;
use std::process::Command;
use stix::Object;

/// The Python that has them.
fn python() -> Option<PathBuf> {
    let python =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/stix-tools/bin/python");
    if !python.is_file() {
        println!("skipped: no target/stix-tools (scripts/test.sh installs it)");
        return None;
    }
    Some(python)
}

const CLIENT: &str = r#"
import json, sys
from taxii2client.v21 import Server, as_pages
from stix2 import parse, Filter
from stix2.datastore.taxii import TAXIICollectionSource
from stix2validator import validate_string, ValidationOptions

url, password, drawn = sys.argv[1:4]
server = Server(url + "/taxii2/", user="partner", password=password)
print(server.title, server.contact, len(server.api_roots))
root = server.default
print(root.title, root.versions, root.max_content_length)
collection = {c.id: c for c in root.collections}[drawn]
print(collection.title, collection.alias, collection.can_read, collection.can_write, collection.media_types)

new = {"type": "identity", "spec_version": "2.1", "id": "identity--00000000-0000-4000-8000-000000000077",
       "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "from the client"}
status = collection.add_objects({"objects": [new, {**new, "name": 3, "id": new["id"][:-1] + "8"}]})
print("posted", status.status, status.success_count, status.failure_count, status.pending_count)
again = root.get_status(status.id)
print("status", again.id == status.id, [f["id"] for f in again.failures])

def count(pages):
    return [len(page.get("objects", [])) for page in pages]

print("objects", count(as_pages(collection.get_objects, per_request=30)))
print("manifest", count(as_pages(collection.get_manifest, per_request=30)))
print("filtered", count(as_pages(collection.get_objects, per_request=30, type=["identity"], version="all")))
one = collection.get_object(new["id"])
print("one", one["objects"][0] == new)
print("versions", collection.object_versions(new["id"])["versions"])

objects = [o for page in as_pages(collection.get_objects, per_request=30) for o in page["objects"]]
for obj in objects:
    parse(json.dumps(obj))
bundle = {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000001", "objects": objects}
result = validate_string(json.dumps(bundle), ValidationOptions(version="2.1"))
print("valid", result.is_valid, len(result.errors or []))

source = TAXIICollectionSource(collection)
print("source", len(source.query([Filter("type", "=", "identity")])), source.get(new["id"])["name"])
collection.delete_object(new["id"])
try:
    collection.get_object(new["id"])
except Exception as error:
    print("deleted", error.response.status_code)
"#;

#[test]
fn the_client_of_oasis_gets_everything() {
    let Some(python) = python() else { return };
    check(
        async |room| {
            let objects: Vec<Object> =
                (0..70).map(|n| domain(&format!("d{n}.example.com"))).collect();
            room.publish(&objects).await;
            room.publish(&[identity(1, 0, "first"), identity(1, 5, "second")]).await;
            let (url, token) = (room.url.clone(), room.token("partner"));
            let mut client = Command::new(&python);
            client.args(["-c", CLIENT, &url, &token, &OPEN.to_string()]);
            let output =
                tokio::task::spawn_blocking(move || client.output().unwrap()).await.unwrap();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{errors}");
            room.say(String::from_utf8(output.stdout).unwrap());
        },
        expect![[r#"
            Stories cert@example.com 1
            Stories ['application/taxii+json;version=2.1'] 1000000
            The open one open True True ['application/stix+json;version=2.1']
            posted complete 1 1 0
            status True ['identity--00000000-0000-4000-8000-000000000078']
            objects [30, 30, 12]
            manifest [30, 30, 12]
            filtered [3]
            one True
            versions ['2026-01-01T00:00:00.000Z']
            valid True 0
            source 2 from the client
            deleted 404

        "#]],
    );
}
