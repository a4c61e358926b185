//! Where the settings of `dragnet serve` come from: a flag, else the environment, else a
//! file, else the default. Its flags are the one list of them: each is a key of the file
//! under its own name, and `DRAGNET_SERVE_` and the name in capitals in the environment,
//! without anything said here.

mod file;
mod found;
mod shown;

pub(crate) use found::{Found, Problem, read};
pub(crate) use shown::{From, Setting, annotated, settings};

use crate::args::Args;
use crate::terminal;
use clap::builder::BoolishValueParser;
use clap::{ArgAction, Command, CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// The command whose settings they are.
const COMMAND: &str = "serve";
/// What a flag's name in the environment begins with.
const PREFIX: &str = "DRAGNET_SERVE_";
/// Where the file is, if no flag says.
pub(crate) const FILE: &str = "DRAGNET_CONFIG";
/// Flags that are about one run, and no settings.
const NO_SETTINGS: [&str; 5] = ["config", "now", "help", "version", "color"];

/// What was typed, with what the environment and a file say beside it. It is shown and
/// over where that cannot be understood.
pub(crate) fn args() -> Result<Args, ExitCode> {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let typed = match with_settings(typed) {
        Ok(typed) => typed,
        Err(problems) => {
            problems.iter().for_each(|problem| {
                terminal::say(&format!("{} {problem}", terminal::alarm("error:")));
            });
            return Err(ExitCode::from(2));
        }
    };
    let matches = command().get_matches_from(typed);
    Ok(Args::from_arg_matches(&matches).unwrap_or_else(|e| e.exit()))
}

/// What can be typed; settings can come from the environment too.
pub(crate) fn command() -> Command {
    Args::command().mut_subcommand(COMMAND, |serve| {
        serve.mut_args(|arg| {
            let Some(key) = arg.get_long().map(str::to_owned) else { return arg };
            if arg.get_env().is_some() || NO_SETTINGS.contains(&&key[..]) {
                return arg;
            }
            let arg = match arg.get_action() {
                ArgAction::SetTrue => arg.value_parser(BoolishValueParser::new()),
                _ => arg,
            };
            // For as long as the program runs, and some forty of them.
            let name: &'static str = in_environment(&key).leak();
            arg.env(name).hide_env(true)
        })
    })
}

/// What the environment calls a setting.
fn in_environment(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('-', "_").to_uppercase())
}

/// The command whose settings they are, by itself.
pub(crate) fn serve() -> Command {
    let command = command();
    let serve = command.find_subcommand(COMMAND).expect("it is a command of ours");
    serve.clone().name(COMMAND)
}

/// Whether a flag of the command is a setting.
fn is_setting(arg: &clap::Arg) -> bool {
    arg.get_long().is_some_and(|key| !NO_SETTINGS.contains(&key))
}

/// What was typed, and after the command's name what its file says beside it.
fn with_settings(mut typed: Vec<OsString>) -> Result<Vec<OsString>, Vec<Problem>> {
    let Some(at) = command_at(&typed) else { return Ok(typed) };
    let rest = &typed[at + 1..];
    let asks_for_help = rest.iter().any(|word| word == "--help" || word == "-h");
    let Some(path) = config_path(rest).filter(|_| !asks_for_help) else { return Ok(typed) };
    let found = read(Some(&path));
    if !found.problems.is_empty() {
        return Err(found.problems);
    }
    let more = found.words(rest);
    typed.splice(at + 1..at + 1, more);
    Ok(typed)
}

/// Where the command's name stands, if it is the one that has settings.
fn command_at(typed: &[OsString]) -> Option<usize> {
    let mut words = typed.iter().enumerate().skip(1);
    while let Some((at, word)) = words.next() {
        match word.to_str() {
            Some("--color") => drop(words.next()),
            Some(word) if word.starts_with('-') => {}
            Some(COMMAND) => return Some(at),
            _ => return None,
        }
    }
    None
}

/// Where the file is, by what was typed or the environment.
fn config_path(rest: &[OsString]) -> Option<PathBuf> {
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        if word == "--config" {
            return words.next().map(PathBuf::from);
        }
        if let Some(path) = word.to_str().and_then(|word| word.strip_prefix("--config=")) {
            return Some(PathBuf::from(path));
        }
    }
    std::env::var_os(FILE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_name_in_the_environment_and_words() {
        let serve = serve();
        let settings = serve.get_arguments().filter(|arg| is_setting(arg));
        let mut count = 0;
        for arg in settings {
            assert!(arg.get_env().is_some(), "{}", arg.get_id());
            assert!(arg.get_help().is_some(), "{}", arg.get_id());
            count += 1;
        }
        assert!(count > 20, "{count}");
    }

    #[test]
    fn the_command_is_found_behind_flags_for_all() {
        let at = |text: &str| command_at(&text.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(at("dragnet serve --bind x"), Some(1));
        assert_eq!(at("dragnet --color serve serve"), Some(3));
        assert_eq!(at("dragnet --color=never serve"), Some(2));
        assert_eq!(at("dragnet cluster serve"), None);
        assert_eq!(at("dragnet"), None);
    }
}
