//! What others published, read where it lies; skipped where it is not.

use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use stix::validate::{self, Severity};
use stix::{Object, bundle};

/// Bundles beside the project.
fn bundles() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cti");
    let Ok(entries) = std::fs::read_dir(&root) else {
        eprintln!("skipped: no {}", root.display());
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let is_bundle = |name: &str| name.starts_with("attack") || name.contains("stix");
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths
        .iter()
        .filter(|path| is_bundle(&name(path)))
        .map(|path| (name(path), bytes(path)))
        .collect()
}

fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = File::open(path).unwrap();
    match path.extension().is_some_and(|ending| ending == "gz") {
        true => GzDecoder::new(file).read_to_end(&mut bytes).unwrap(),
        false => file.read_to_end(&mut bytes).unwrap(),
    };
    bytes
}

#[test]
fn published_bundles_survive_and_say_what_is_wrong_with_them() {
    for (name, bytes) in bundles() {
        let mut objects: Vec<Object> = Vec::new();
        let envelope = bundle::read(&bytes, |(_, object)| objects.push(object.unwrap())).unwrap();
        assert_eq!(envelope.objects, objects.len());
        let all: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let theirs = all["objects"].as_array().unwrap();
        assert_eq!(theirs.len(), objects.len(), "{name}");
        for (object, theirs) in objects.iter().zip(theirs) {
            assert_eq!(object.properties(), *theirs.as_object().unwrap());
        }
        let mut errors: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for finding in objects.iter().flat_map(validate::object) {
            if finding.severity == Severity::Error {
                *errors.entry((finding.rule, finding.message)).or_default() += 1;
            }
        }
        // Some of them have times with no milliseconds, and are wrong in nothing else.
        assert!(
            errors.keys().all(|(rule, _)| *rule == "timestamp-precision"),
            "{name}: {errors:#?}"
        );
        eprintln!("{name}: {} objects, errors {errors:#?}", objects.len());
    }
}
