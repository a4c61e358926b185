//! The project as the checks see it: its texts, its crates, and the packages
//! that its lock file names.

use crate::Tree;
use anyhow::Context;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What we build for, and what `deny.toml` looks at: without it Cargo would
/// fetch every Windows binding only to tell us its licence.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// The whole project.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// Texts by path.
    pub tree: Tree,
    /// Our crates, in the members' order: the order in which a sign-up travels.
    pub crates: Vec<Crate>,
    /// Everything that the lock file brings in from outside.
    pub packages: Vec<Package>,
}

/// One of our crates, as Cargo understood its manifest.
#[derive(Clone, Debug, Default)]
pub struct Crate {
    /// Package name.
    pub name: String,
    /// Folder from the root, such as `crates/events`.
    pub folder: String,
    /// Whether `cargo publish` would take it.
    pub published: bool,
    /// Our own crates that it is built on; tests' dependencies are not edges.
    pub edges: BTreeSet<String>,
    /// Outside packages it names, as Rust spells them (`csv_core`).
    pub outside: BTreeSet<String>,
}

/// A package from a registry.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// Package name.
    pub name: String,
    /// Version in the lock file.
    pub version: String,
    /// SPDX expression, if the package states one.
    pub licence: Option<String>,
    /// Registry or repository it comes from.
    pub origin: String,
}

impl House {
    /// Reads the project at `root`; asks `cargo metadata` for the manifests.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let metadata = metadata(root)?;
        let (crates, packages) = read_packages(root, &metadata)?;
        Ok(Self { tree: Tree::read(root)?, crates, packages })
    }

    /// The crate that a path lies in.
    pub fn crate_of(&self, path: &str) -> Option<&Crate> {
        self.crates.iter().find(|c| path.starts_with(&format!("{}/", c.folder)))
    }
}

fn metadata(root: &Path) -> anyhow::Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root)
        .args([
            "metadata",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            PLATFORM,
            "--all-features",
        ])
        .output()
        .context("running cargo metadata")?;
    let error = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "cargo metadata failed: {error}");
    serde_json::from_slice(&output.stdout).context("reading what cargo metadata printed")
}

fn read_packages(root: &Path, metadata: &Value) -> anyhow::Result<(Vec<Crate>, Vec<Package>)> {
    let by_id: BTreeMap<&str, &Value> =
        list(&metadata["packages"]).map(|p| (text(&p["id"]), p)).collect();
    let members: Vec<&str> = list(&metadata["workspace_members"]).map(text).collect();
    let names: BTreeSet<&str> =
        members.iter().filter_map(|id| by_id.get(id)).map(|p| text(&p["name"])).collect();
    let mut crates: Vec<Crate> = members
        .iter()
        .filter_map(|id| by_id.get(id))
        .map(|p| read_crate(root, p, &names))
        .collect();
    let order = member_order(root)?;
    crates.sort_by_key(|c| order.iter().position(|folder| *folder == c.folder));
    // Only what the resolved graph needs on our platform: the list above it
    // also holds packages that nothing builds.
    let outside = list(&metadata["resolve"]["nodes"])
        .map(|node| text(&node["id"]))
        .filter(|id| !members.contains(id))
        .filter_map(|id| by_id.get(id))
        .map(|p| read_package(p))
        .collect();
    Ok((crates, outside))
}

fn read_crate(root: &Path, package: &Value, ours: &BTreeSet<&str>) -> Crate {
    let manifest = Path::new(text(&package["manifest_path"]));
    let folder = manifest.parent().and_then(|f| f.strip_prefix(root).ok()).unwrap_or(manifest);
    let name_of = |d: &Value| text(&d["name"]).to_owned();
    let is_ours = |d: &&Value| ours.contains(text(&d["name"]));
    let dependencies = || list(&package["dependencies"]);
    Crate {
        name: text(&package["name"]).into(),
        folder: folder.to_string_lossy().replace('\\', "/"),
        published: package["publish"].is_null(),
        edges: dependencies().filter(is_ours).filter(|d| d["kind"] != "dev").map(name_of).collect(),
        outside: dependencies().filter(|d| !is_ours(d)).map(rust_name).collect(),
    }
}

fn rust_name(dependency: &Value) -> String {
    let name = dependency["rename"].as_str().unwrap_or(text(&dependency["name"]));
    name.replace('-', "_")
}

fn read_package(package: &Value) -> Package {
    Package {
        name: text(&package["name"]).into(),
        version: text(&package["version"]).into(),
        licence: package["license"].as_str().map(str::to_owned),
        origin: text(&package["source"]).into(),
    }
}

// Cargo sorts the members that it prints; their order is ours, and it is in
// the root manifest: one quoted folder a line.
fn member_order(root: &Path) -> anyhow::Result<Vec<String>> {
    let manifest =
        std::fs::read_to_string(root.join("Cargo.toml")).context("reading Cargo.toml")?;
    let members = manifest.split("members = [").nth(1).and_then(|rest| rest.split(']').next());
    let members = members.context("Cargo.toml has no list of members")?;
    Ok(members.split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
