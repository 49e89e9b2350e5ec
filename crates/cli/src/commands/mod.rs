//! One file a command; this one only hands over.

mod backfill;
mod bench;
mod config;
mod connections;
mod date;
pub(crate) mod dead;
mod enrich;
mod entity;
mod entity_reasons;
mod explain;
mod export;
mod extract;
mod gazetteer;
mod health;
mod input;
mod mend;
mod moment;
mod replay;
mod retention;
mod run;
mod search;
mod show;
pub(crate) mod sources;
mod status;
mod support;
mod tap;
mod timeline;
mod top;
mod up;

use crate::args::{Arguments, Command, GazetteerCommand};
use anyhow::Context;
use clap::CommandFactory;
use std::io::Write;
use std::process::ExitCode;

/// Runs a command; commands that wait for others get a tokio runtime.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let common = arguments.common;
    match arguments.command {
        Command::Up(options) => asynchronous(up::run(&common, &options)),
        Command::Run(options) => asynchronous(run::run(common, options)),
        Command::Search(options) => asynchronous(search::run(&common, &options)),
        Command::Show(options) => asynchronous(show::run(&common, &options)),
        Command::Timeline(options) => asynchronous(timeline::run(&common, &options)),
        Command::Entity(options) => asynchronous(entity::run(&common, &options)),
        Command::Export(options) => asynchronous(export::run(&common, &options)),
        Command::Retention(options) => asynchronous(retention::run(&common, &options)),
        Command::Vacuum => asynchronous(retention::vacuum(&common)),
        Command::Status(options) => asynchronous(status::run(&common, &options)),
        Command::Tap(options) => asynchronous(tap::run(&common, &options)),
        Command::Top(options) => asynchronous(top::run(&common, &options)),
        Command::Bench(options) => asynchronous(bench::run(&common, &options)),
        Command::Replay(options) => asynchronous(replay::run(&common, &options)),
        Command::Sources(command) => asynchronous(sources::run(&common, command)),
        Command::Backfill(options) => asynchronous(backfill::run(&common, options)),
        Command::Dead(command) => asynchronous(dead::run(&common, command)),
        Command::Explain(options) => asynchronous(explain::run(&common, &options)),
        Command::Enrich(options) => enrich::run(&common, &options),
        Command::Extract(options) => extract::run(&common, &options),
        Command::Date(options) => date::run(&options),
        Command::Gazetteer(GazetteerCommand::Build(options)) => gazetteer::build(&options),
        Command::Config(command) => asynchronous(config::run(&common, &command)),
        Command::Health(options) => asynchronous(health::run(&common, &options)),
        Command::SupportBundle(options) => asynchronous(support::run(&common, &options)),
        Command::Completions { shell } => {
            // Into memory first: the generator panics where it cannot write.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "dateline", &mut script);
            std::io::stdout().write_all(&script)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Man { folder: None } => {
            clap_mangen::Man::new(Arguments::command()).render(&mut std::io::stdout())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Man { folder: Some(folder) } => {
            let fail = || format!("could not write the manual pages to {}", folder.display());
            std::fs::create_dir_all(&folder).with_context(fail)?;
            clap_mangen::generate_to(Arguments::command(), &folder).with_context(fail)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn asynchronous(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(command);
    // Blocking reads (standard input) must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    outcome
}
