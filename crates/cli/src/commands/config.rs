//! `dateline config check|print|schema`.

use super::connections;
use crate::args::{Common, ConfigCommand};
use crate::{config, output};
use std::process::ExitCode;

/// Faults are reported by `main`, with exit code 2; what cannot be reached, with 1.
pub(crate) async fn run(common: &Common, command: &ConfigCommand) -> anyhow::Result<ExitCode> {
    if let ConfigCommand::Schema = command {
        output::line(format!("{:#}", config::schema()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let loaded = config::read(common)?;
    match command {
        ConfigCommand::Check { connect, json } => {
            output::note("the configuration is sound");
            if *connect {
                return connections::report(&loaded.value, *json).await;
            }
        }
        ConfigCommand::Print => output::line(loaded.print().trim_end())?,
        ConfigCommand::Schema => {}
    }
    Ok(ExitCode::SUCCESS)
}
