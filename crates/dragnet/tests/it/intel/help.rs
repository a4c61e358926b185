//! What `--help` shows fits a terminal and can be typed.

use crate::room::{Room, Said};

/// Columns of the terminal for which help is written.
const COLUMNS: usize = 80;

/// Help of a command and all below it, each with what was typed for it.
fn helps(room: &Room, typed: &[String], all: &mut Vec<(Vec<String>, String)>) {
    let args: Vec<&str> = typed.iter().map(String::as_str).chain(["--help"]).collect();
    let said = Said::of(room.command(&args).env("COLUMNS", "80").output().unwrap());
    let help = said.ok().out.clone();
    let below = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let below: Vec<String> = below
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect();
    all.push((typed.to_vec(), help));
    for name in below {
        helps(room, &[typed, &[name]].concat(), all);
    }
}

/// The arguments of each example, as a shell would make them.
fn examples(help: &str) -> Vec<Vec<String>> {
    let joined = help.replace("\\\n", " ");
    let line = |line: &str| {
        let line = line.strip_prefix("  ")?;
        let at = line.find("dragnet ").filter(|_| !line.starts_with(' '))?;
        let is_ours = at == 0 || line[..at].ends_with(' ');
        is_ours.then(|| words(&line[at..]))
    };
    let after = joined.split("\nExamples:\n").nth(1).unwrap_or_default();
    let block = after.split("\n\n").next().unwrap_or_default();
    block.lines().filter_map(line).collect()
}

/// Lines of examples that are none by themselves: they were too wide for one.
fn torn(help: &str) -> Vec<&str> {
    let after = help.split("\nExamples:\n").nth(1).unwrap_or_default();
    let block: Vec<&str> = after.split("\n\n").next().unwrap_or_default().lines().collect();
    let is_whole = |at: usize| {
        let (line, before) = (block[at], if at > 0 { block[at - 1] } else { "" });
        line.contains("dragnet ") || line.contains("curl ") || before.ends_with('\\')
    };
    (0..block.len()).filter(|at| !is_whole(*at)).map(|at| block[at]).collect()
}

fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            '#' | '|' | '>' if !quoted && word.is_empty() => break,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_has_help_that_fits_and_examples_that_can_be_typed() {
    let room = Room::new();
    let mut all = Vec::new();
    for name in ["intel", "share", "act", "serve"] {
        helps(&room, &[name.to_owned()], &mut all);
    }
    assert!(all.len() > 25, "{}", all.len());
    let mut typed = 0;
    for (command, help) in &all {
        for line in help.lines() {
            assert!(line.chars().count() <= COLUMNS, "{command:?}: {line}");
        }
        // The verbs of one noun share the examples of the noun.
        let is_verb = command.len() > 2;
        assert!(is_verb || help.contains("\nExamples:\n"), "{command:?} has no examples");
        assert_eq!(torn(help), [""; 0], "{command:?}: examples are wrapped");
        for example in examples(help) {
            assert_eq!(example[0], "dragnet");
            let args: Vec<&str> = example[1..].iter().map(String::as_str).collect();
            // `--help` is answered once all that stands before it was understood.
            let said = room.run(&[args.as_slice(), &["--help"]].concat());
            said.ok();
            typed += 1;
        }
    }
    assert!(typed > 80, "{typed}");
}
