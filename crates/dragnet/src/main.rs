//! Finds account factories in sign-up logs. This file is the table of
//! contents: what was typed is parsed, resolved once, and dispatched.

#[cfg(feature = "cluster")]
mod afar;
mod agents;
mod args;
mod commands;
mod config;
mod cpu;
mod hex;
mod intel;
mod interrupt;
mod lesson;
mod live;
mod memory;
mod output;
mod progress;
mod reading;
mod refdata;
mod replay;
mod results;
mod settings;
mod sources;
mod terminal;
mod windows;

use args::Command;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match settings::args() {
        Ok(args) => args,
        Err(code) => return code,
    };
    terminal::choose_color(args.color);
    let outcome = match args.command {
        Command::Scan(scan) => commands::scan::run(*scan),
        Command::Ingest(ingest) => commands::ingest::run(ingest),
        Command::Explain(explain) => commands::explain::run(explain),
        Command::Eval(eval) => commands::eval::run(eval),
        Command::Synth(synth) => commands::synth::run(synth),
        Command::Bench(bench) => commands::bench::run(bench),
        Command::Train(train) => commands::train::run(&train),
        Command::Refdata(refdata) => commands::refdata::run(refdata),
        Command::Cluster(cluster) => commands::cluster::run(cluster),
        Command::Intel(intel) => commands::intel::run(*intel),
        Command::Share(share) => commands::share::run(*share),
        Command::Act(act) => commands::act::run(*act),
        Command::Serve(serve) => commands::serve::run(*serve),
        Command::Policy(policy) => commands::policy::run(*policy),
        Command::Mcp(mcp) => commands::mcp::run(mcp),
        Command::User(user) => commands::user::run(user),
        Command::Config(config) => commands::config::run(config),
    };
    commands::exit_code(outcome)
}
