//! What a file and the environment say, held against what can be said.

use super::file::{self, Entry, Said};
use super::{NO_SETTINGS, in_environment, is_setting, serve};
use crate::args::Args;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Command, CommandFactory};
use std::error::Error as _;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// A name that is less alike is not meant.
const ALIKE_MIN: f64 = 0.8;
/// A file of settings has a few kilobytes; what is longer is something else.
const BYTES_MAX: u64 = 1 << 20;

/// Something that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// A file and a line, or a name of the environment; nothing where it is about all.
    pub(crate) at: Option<String>,
    pub(crate) line: Option<usize>,
    pub(crate) words: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.at, self.line) {
            (Some(at), Some(line)) => write!(f, "{at}:{line}: {}", self.words),
            (Some(at), None) => write!(f, "{at}: {}", self.words),
            (None, _) => f.write_str(&self.words),
        }
    }
}

/// What a file and the environment say.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) path: Option<PathBuf>,
    entries: Vec<Entry>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads a file, if there is one, and checks it and the environment, each value by itself.
pub(crate) fn read(path: Option<&Path>) -> Found {
    let mut found = Found { path: path.map(Path::to_owned), ..Found::default() };
    let serve = serve();
    // Without the environment: what that says wrongly is told once, not with every key.
    let bare = Args::command().find_subcommand("serve").expect("it is a command of ours").clone();
    if let Some(path) = path {
        match text(path) {
            Ok(text) => {
                let file = file::read(&text);
                found.problems =
                    file.wrong.iter().map(|(line, words)| at(path, *line, words)).collect();
                for entry in file.entries {
                    match wrong(&serve, &bare, &entry) {
                        None => found.entries.push(entry),
                        Some(words) => found.problems.push(at(path, entry.line, &words)),
                    }
                }
            }
            Err(why) => {
                let at = Some(path.display().to_string());
                found.problems.push(Problem { at, line: None, words: why });
            }
        }
    }
    found.problems.sort_by_key(|problem| problem.line);
    found.problems.extend(environment(&serve, &bare));
    found
}

fn at(path: &Path, line: usize, words: &str) -> Problem {
    Problem { at: Some(path.display().to_string()), line: Some(line), words: words.to_owned() }
}

fn text(path: &Path) -> Result<String, String> {
    let is_too_long = path.metadata().is_ok_and(|metadata| metadata.len() > BYTES_MAX);
    if is_too_long {
        return Err("too long for a file of settings".to_owned());
    }
    std::fs::read_to_string(path).map_err(|e| format!("cannot be read: {e}"))
}

/// What is wrong with one key, if anything is.
fn wrong(serve: &Command, bare: &Command, entry: &Entry) -> Option<String> {
    let key = &entry.key;
    let all: Vec<&str> = serve
        .get_arguments()
        .filter(|arg| is_setting(arg))
        .filter_map(|arg| arg.get_long())
        .collect();
    if NO_SETTINGS.contains(&&key[..]) {
        return Some(format!("{key}: it is about one run, and cannot be in a file"));
    }
    let Some(arg) = serve.get_arguments().find(|arg| arg.get_long() == Some(key)) else {
        let alike = all.iter().map(|known| (strsim::jaro_winkler(known, key), known));
        let nearest =
            alike.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(alike, _)| *alike >= ALIKE_MIN);
        let hint = match nearest {
            Some((_, nearest)) => format!("did you mean {nearest}?"),
            None => "`dragnet config show --default` lists all".to_owned(),
        };
        return Some(format!("there is no setting {key}: {hint}"));
    };
    let takes_none = matches!(arg.get_action(), ArgAction::SetTrue);
    match (&entry.said, takes_none, arg.get_action()) {
        (Said::Bool(_), true, _) => None,
        (_, true, _) => Some(format!("{key} is true or false")),
        (Said::Bool(_), false, _) => Some(format!("{key} is a text or a number")),
        (Said::List(_), false, ArgAction::Set) => Some(format!("{key} has one value, and no list")),
        (Said::List(all), false, _) => all.iter().find_map(|one| refused(bare, key, one)),
        (Said::Text(one), false, _) => refused(bare, key, one),
    }
}

/// Why a value cannot be one of a setting, if it cannot.
fn refused(bare: &Command, key: &str, value: &str) -> Option<String> {
    let words = [OsString::from("serve"), format!("--{key}={value}").into()];
    let error = bare.clone().try_get_matches_from(words).err()?;
    let is_about_it = matches!(
        error.kind(),
        ErrorKind::InvalidValue
            | ErrorKind::ValueValidation
            | ErrorKind::InvalidUtf8
            | ErrorKind::NoEquals
            | ErrorKind::WrongNumberOfValues
            | ErrorKind::TooManyValues
    );
    if !is_about_it {
        // It needs another one beside it, which may be elsewhere.
        return None;
    }
    let why = match (error.source(), error.get(ContextKind::ValidValue)) {
        (Some(why), _) => why.to_string(),
        (None, Some(ContextValue::Strings(all))) => format!("write one of {}", all.join(", ")),
        _ => "it cannot be that".to_owned(),
    };
    let value = super::shown::harmless(value);
    Some(format!("{key} = {value:?}: {why}"))
}

/// What the environment says wrongly.
fn environment(serve: &Command, bare: &Command) -> Vec<Problem> {
    let mut problems = Vec::new();
    for arg in serve.get_arguments().filter(|arg| is_setting(arg)) {
        let (Some(key), Some(name)) = (arg.get_long(), arg.get_env()) else { continue };
        let Some(value) = std::env::var_os(name) else { continue };
        let value = value.to_string_lossy();
        let words = match arg.get_action() {
            ArgAction::SetTrue => None,
            _ => refused(bare, key, &value),
        };
        let at = Some(name.to_string_lossy().into_owned());
        problems.extend(words.map(|words| Problem { at, line: None, words }));
    }
    let known = |name: &str| {
        let named =
            serve.get_arguments().filter(|arg| is_setting(arg)).filter_map(|arg| arg.get_env());
        named.into_iter().any(|known| known == name)
    };
    let mut others: Vec<String> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with(super::PREFIX) && !known(name))
        .collect();
    others.sort();
    let unknown = |name: String| Problem {
        at: Some(name),
        line: None,
        words: "there is no such setting: `dragnet config show --default` lists all".to_owned(),
    };
    problems.extend(others.into_iter().map(unknown));
    problems
}

impl Found {
    /// What the file says, as it would be typed: what is neither among `typed` nor in the
    /// environment.
    pub(crate) fn words(&self, typed: &[OsString]) -> Vec<OsString> {
        let entries = self.entries.iter().filter(|entry| !is_said(&entry.key, typed));
        let words = entries.flat_map(|Entry { key, said, .. }| match said {
            Said::Bool(false) => Vec::new(),
            Said::Bool(true) => vec![format!("--{key}")],
            Said::Text(one) => vec![format!("--{key}={one}")],
            Said::List(all) => all.iter().map(|one| format!("--{key}={one}")).collect(),
        });
        words.map(OsString::from).collect()
    }

    /// In which line the file says it.
    pub(crate) fn line(&self, key: &str) -> Option<usize> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| entry.line)
    }
}

/// Whether a flag, or the environment, says it.
fn is_said(key: &str, typed: &[OsString]) -> bool {
    let serve = serve();
    let arg = serve.get_arguments().find(|arg| arg.get_long() == Some(key));
    let name = arg.and_then(|arg| arg.get_env());
    let by_environment = match name {
        Some(name) => std::env::var_os(name).is_some(),
        None => std::env::var_os(in_environment(key)).is_some(),
    };
    let (long, with) = (format!("--{key}"), format!("--{key}="));
    let short = arg.and_then(|arg| arg.get_short()).map(|short| format!("-{short}"));
    let is_it = |word: &OsString| {
        let Some(word) = word.to_str() else { return false };
        word == long || word.starts_with(&with) || short.as_deref() == Some(word)
    };
    by_environment || typed.iter().any(is_it)
}
