//! Options of the commands that keep the pipeline in shape.

use clap::{Args, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Retention {
    /// Only count what would go
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Health {
    /// What to ask
    #[arg(value_enum, default_value_t = Probe::Ready)]
    pub(crate) probe: Probe,
    /// Admin port to ask, instead of admin.listen
    #[arg(long, value_name = "ADDR")]
    pub(crate) admin: Option<SocketAddr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Probe {
    /// Whether it can do its work now
    Ready,
    /// Whether it answers at all
    Live,
    /// Whether its start is complete
    Started,
}

#[derive(Debug, Args)]
pub(crate) struct Tap {
    /// Subject to listen to; * stands for one word of it, > for all that follow
    #[arg(default_value = "dateline.>")]
    pub(crate) subject: String,
    /// Show one message of N, the first included
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) every: u64,
    /// End after so many were shown
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// Print JSON, one message a line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SupportBundle {
    /// File to write; it must not exist [default: dateline-support-TIME.tar.gz]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Admin port of the process to look at, instead of admin.listen
    #[arg(long, value_name = "ADDR")]
    pub(crate) admin: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read the configuration and name every fault with its line
    Check {
        /// Also try the broker, its streams and each store; looks only, changes nothing
        #[arg(long)]
        connect: bool,
        /// Print what --connect finds as JSON, one object a line
        #[arg(long, requires = "connect")]
        json: bool,
    },
    /// Print the effective values, each with its origin; secrets are hidden
    Print,
    /// Print the JSON Schema of the configuration, for editors
    Schema,
}
