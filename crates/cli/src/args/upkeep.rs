//! Options of the commands that keep the store in shape.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Retention {
    /// Only count what would go
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
