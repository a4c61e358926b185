//! Settings as they are shown: what holds and since what, and a file of all of them.

use super::{Found, is_setting, serve};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction};
use std::ffi::OsString;
use std::fmt::Write as _;

/// What holds for a setting.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) key: String,
    /// None: nothing is said, and nothing holds.
    pub(crate) value: Option<String>,
    pub(crate) from: From,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// A name of the environment.
    Environment(String),
    /// A line of the file.
    Line(usize),
    Default,
}

/// What would hold if the command ran now; the words of whoever reads flags where it
/// would not.
pub(crate) fn settings(found: &Found) -> Result<Vec<Setting>, String> {
    let words = [vec![OsString::from("serve")], found.words(&[])].concat();
    let serve = serve();
    let matches = serve.clone().try_get_matches_from(words).map_err(|e| {
        let text = e.render().to_string();
        let first = text.split("\n\n").next().unwrap_or_default();
        let words = first.trim_start_matches("error: ").split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    })?;
    let setting = |arg: &Arg| {
        let key = arg.get_long().unwrap_or_default().to_owned();
        let id = arg.get_id().as_str();
        let values = matches.get_raw(id).map(|values| {
            let all: Vec<String> = values.map(|value| harmless(&value.to_string_lossy())).collect();
            all.join(", ")
        });
        let is_flag = matches!(arg.get_action(), ArgAction::SetTrue);
        let value = if is_flag { Some(matches.get_flag(id).to_string()) } else { values };
        let from = match matches.value_source(id) {
            Some(ValueSource::EnvVariable) => {
                let name = arg.get_env().unwrap_or_default();
                From::Environment(name.to_string_lossy().into_owned())
            }
            _ => found.line(&key).map_or(From::Default, From::Line),
        };
        Setting { key, value, from }
    };
    Ok(serve.get_arguments().filter(|arg| is_setting(arg)).map(setting).collect())
}

/// A file of all settings, with what each is for, and its default.
pub(crate) fn annotated() -> String {
    let serve = serve();
    let mut text = "# Settings of `dragnet serve`. A flag goes before the environment\n\
        # (DRAGNET_SERVE_ and the name in capitals), that before this file.\n"
        .to_owned();
    let mut heading = None;
    for arg in serve.get_arguments().filter(|arg| is_setting(arg)) {
        let under = arg.get_help_heading();
        if under != heading {
            if let Some(under) = under {
                write!(text, "\n# {under}\n").expect("writing to a text does not fail");
            }
            heading = under;
        }
        text += &annotated_one(arg);
    }
    text
}

fn annotated_one(arg: &Arg) -> String {
    let (key, help) = (arg.get_long().unwrap_or_default(), arg.get_help().map(ToString::to_string));
    let defaults = arg.get_default_values().first().map(|value| value.to_string_lossy());
    let value = match (arg.get_action(), defaults) {
        (ArgAction::SetTrue, _) => "false".to_owned(),
        (_, Some(value)) if value.parse::<u64>().is_ok() => value.into_owned(),
        (_, Some(value)) => format!("{value:?}"),
        (action, None) => {
            let name = arg.get_value_names().and_then(|names| names.first());
            let name = name.map_or("VALUE", |name| name.as_str());
            match action {
                ArgAction::Append => format!("[{name:?}]"),
                _ => format!("{name:?}"),
            }
        }
    };
    format!("\n# {}\n# {key} = {value}\n", help.unwrap_or_default().replace('\n', " "))
}

/// A value without a password that an address may have in it.
pub(super) fn harmless(value: &str) -> String {
    match (value.split_once("://"), value.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => value.to_owned(),
    }
}
