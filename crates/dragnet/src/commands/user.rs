//! `dragnet user`: who may log in, in the store itself: for the first one, and for whoever
//! is locked out.

use crate::commands::Usage;
use crate::intel::{Desk, DeskArgs, WhoArgs};
use crate::terminal::{self, heading, text, units};
use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::{Value, json};
use server::access::{hash_password, password_problem};
use std::io::{self, BufRead};
use store::{Admission, NewUser, PasswordHash, Role, User, UserChange};

const EXAMPLES: &str = "\
Examples:
  dragnet user add anna --role admin
  pass show dragnet | dragnet user add ben --role analyst --password-stdin
  dragnet user role ben investigator
  dragnet user disable ben --why 'left the team'
  dragnet user password anna          # asks for a new one
  dragnet user list

What changes somebody ends their sessions. A server need not be stopped for it.

Exit codes: 0 done; 1 failed; 2 the command line is wrong.";

/// List, add and change the people who may log in
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UserArgs {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    desk: DeskArgs,
    #[command(flatten)]
    who: WhoArgs,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List everybody, with their roles
    List,
    /// Add somebody who logs in by a password
    Add {
        #[command(flatten)]
        named: Named,
        /// What they are
        #[arg(long, value_name = "ROLE", default_value = "viewer")]
        role: TypedRole,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Give somebody another role
    Role {
        #[command(flatten)]
        named: Named,
        /// What they are from now on
        #[arg(value_name = "ROLE")]
        role: TypedRole,
    },
    /// Let somebody log in no more
    Disable(Named),
    /// Let somebody log in again
    Enable(Named),
    /// Give somebody a new password
    Password {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        password: PasswordArgs,
    },
}

#[derive(Debug, clap::Args)]
struct Named {
    /// Who: small letters, digits and . _ - @ +
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Debug, clap::Args)]
struct PasswordArgs {
    /// Read the password from the first line of standard input instead of asking
    #[arg(long)]
    password_stdin: bool,
}

/// Roles, as they are typed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TypedRole {
    /// Looks
    Viewer,
    /// Says of accounts what they are
    Analyst,
    /// Decides on campaigns, and sees what is under seal
    Investigator,
    /// Says who may do what
    Admin,
}

impl TypedRole {
    fn role(self) -> Role {
        match self {
            Self::Viewer => Role::Viewer,
            Self::Analyst => Role::Analyst,
            Self::Investigator => Role::Investigator,
            Self::Admin => Role::Admin,
        }
    }
}

pub(crate) fn run(args: UserArgs) -> anyhow::Result<()> {
    let admission = |admission| UserChange { admission: Some(admission), ..UserChange::default() };
    match &args.what {
        What::List => list(&args),
        What::Add { named, role, password } => add(&args, &named.name, role.role(), password),
        What::Role { named, role } => {
            let change = UserChange { role: Some(role.role()), ..UserChange::default() };
            change_to(&args, &named.name, change, "another role")
        }
        What::Disable(named) => {
            change_to(&args, &named.name, admission(Admission::Disabled), "disabled")
        }
        What::Enable(named) => {
            change_to(&args, &named.name, admission(Admission::Enabled), "enabled")
        }
        What::Password { named, password } => {
            let password = Some(hashed(&named.name, password)?);
            let change = UserChange { password, ..UserChange::default() };
            change_to(&args, &named.name, change, "new password")
        }
    }
}

fn list(args: &UserArgs) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    let users = desk.wait(desk.store().users())?;
    let none = "nobody yet: dragnet user add NAME --role admin";
    terminal::list(&users, args.json, "users", none, document, line)
}

fn add(args: &UserArgs, name: &str, role: Role, typed: &PasswordArgs) -> anyhow::Result<()> {
    let desk = Desk::make(&args.desk)?;
    let password = Some(hashed(name, typed)?);
    let user = NewUser { name: name.to_owned(), role, password, subject: None };
    desk.wait(desk.store().add_user(&desk.act(&args.who, "new user"), user))?;
    tell(&desk, name, args.json)
}

fn change_to(args: &UserArgs, name: &str, change: UserChange, why: &str) -> anyhow::Result<()> {
    let desk = Desk::open(&args.desk)?;
    desk.wait(desk.store().change_user(&desk.act(&args.who, why), name, change))?;
    tell(&desk, name, args.json)
}

fn tell(desk: &Desk, name: &str, is_json: bool) -> anyhow::Result<()> {
    let user = desk.wait(desk.store().user(name))?.context("they were just here")?;
    let shown = match is_json {
        true => format!("{}\n", document(&user)),
        false => line(&user),
    };
    Ok(terminal::print(&shown)?)
}

/// The hash of the password that is typed, or comes by standard input.
fn hashed(name: &str, typed: &PasswordArgs) -> anyhow::Result<PasswordHash> {
    let password = if typed.password_stdin { piped()? } else { asked(name)? };
    match password_problem(name, &password) {
        Some(wrong) => bail!(wrong),
        None => Ok(hash_password(&password)),
    }
}

fn piped() -> anyhow::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("cannot read standard input")?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn asked(name: &str) -> anyhow::Result<String> {
    let terminal = console::Term::stderr();
    if !terminal.is_term() {
        let words = "there is no terminal to ask at: --password-stdin reads it from a pipe";
        return Err(Usage(words.to_owned()).into());
    }
    let ask = |words: String| -> anyhow::Result<String> {
        terminal.write_str(&words)?;
        Ok(terminal.read_secure_line()?)
    };
    let password = ask(format!("new password of {}: ", text::harmless(name)))?;
    match password == ask("once more: ".to_owned())? {
        true => Ok(password),
        false => bail!("they are not the same"),
    }
}

fn document(user: &User) -> Value {
    json!({
        "name": user.name, "role": user.role.name(), "made": user.made.to_string(),
        "password": user.password.is_some(), "oidc": user.subject.is_some(),
        "disabled": user.disabled.map(|time| time.to_string()),
    })
}

fn line(user: &User) -> String {
    let mut words = vec![user.role.name().to_owned()];
    match (&user.password, &user.subject) {
        (Some(_), _) => words.push("logs in by a password".to_owned()),
        (None, Some(_)) => words.push("logs in by OIDC".to_owned()),
        (None, None) => words.push("cannot log in: dragnet user password".to_owned()),
    }
    if let Some(disabled) = user.disabled {
        words.push(format!("disabled {}", units::minute(disabled.ms())));
    }
    let head = heading(&text::harmless(&user.name));
    format!("{head}\n{}", text::wrapped("  ", &words.join(", "), terminal::width()))
}
