//! The `dateline` command: composes the roles and talks to people.
//!
//! `main` reads the command line, hands it to one file of `commands`, and turns
//! the outcome into an exit code: 0 done, 1 failed, 2 wrong usage or
//! configuration. Data goes to standard output, everything else to standard
//! error. Left out: the work itself, which lives in the crates below.

mod args;
mod broker;
mod commands;
mod config;
#[cfg(test)]
mod config_page;
mod feeds;
mod output;
mod roles;
mod rounds;
mod token;

use clap::Parser;
use std::process::ExitCode;

/// Chosen by measure (docs/adr/0009-paced-groups.md): records and articles are many small strings, made on
/// one thread and freed on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    match commands::run(arguments) {
        Ok(code) => code,
        Err(error) => output::report_failure(&error),
    }
}
