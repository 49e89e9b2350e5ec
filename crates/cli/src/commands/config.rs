//! `dateline config check|print|schema`.

use crate::args::{Common, ConfigCommand};
use crate::{config, output};
use std::process::ExitCode;

/// Faults are reported by `main`, with exit code 2.
pub(crate) fn run(common: &Common, command: &ConfigCommand) -> anyhow::Result<ExitCode> {
    if let ConfigCommand::Schema = command {
        output::line(format!("{:#}", config::schema()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let loaded = config::read(common)?;
    match command {
        ConfigCommand::Check => output::note("the configuration is sound"),
        ConfigCommand::Print => output::line(loaded.print().trim_end())?,
        ConfigCommand::Schema => {}
    }
    Ok(ExitCode::SUCCESS)
}
