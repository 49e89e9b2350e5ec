//! Dead letters, and what is sent through again.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Where to begin: a sequence of the raw stream, a time (RFC 3339), or a day
    #[arg(long, value_name = "SEQ|TIME", required_unless_present = "resume")]
    pub(crate) from: Option<String>,
    /// Go on where the last replay was stopped
    #[arg(long, conflicts_with_all = ["from", "source", "dry_run"])]
    pub(crate) resume: bool,
    /// Of this source only
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Articles a second, at most
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) rate: u32,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DeadSelection {
    /// Of this stage: producer, enricher, sink
    #[arg(long, value_name = "STAGE")]
    pub(crate) stage: Option<String>,
    /// For this reason: unreadable, invalid, too-large, panic, attempts-exhausted, refused
    #[arg(long, value_name = "REASON")]
    pub(crate) reason: Option<String>,
    /// Of this source
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Given up at this time or later (RFC 3339, or a day)
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Given up before this time (RFC 3339, or a day)
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
}

/// Another payload for a letter that is replayed.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Mend {
    /// Open the payload in $EDITOR first; one letter only
    #[arg(long, conflicts_with_all = ["set", "payload"])]
    pub(crate) edit: bool,
    /// Set a value of a JSON payload first: /json/pointer=VALUE, where VALUE is JSON or else text
    #[arg(long, value_name = "POINTER=VALUE", conflicts_with = "payload")]
    pub(crate) set: Vec<String>,
    /// Take this file as payload; one letter only
    #[arg(long, value_name = "FILE")]
    pub(crate) payload: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Dead {
    /// List the dead letters
    List {
        #[command(flatten)]
        selection: DeadSelection,
        /// Letters to print
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
        /// Print JSON, one letter a line
        #[arg(long)]
        json: bool,
        /// The notes of what was dropped instead
        #[arg(long)]
        dropped: bool,
    },
    /// Show one letter with its payload
    Show {
        /// Its number in the list
        number: u64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Send letters through again, and take them off the desk
    Replay {
        /// Their numbers; none with a filter or --all
        numbers: Vec<u64>,
        #[command(flatten)]
        selection: DeadSelection,
        /// All that match the filters
        #[arg(long, conflicts_with = "numbers")]
        all: bool,
        #[command(flatten)]
        mend: Mend,
        /// Letters a second, at most
        #[arg(long, value_name = "N", default_value_t = 100)]
        rate: u32,
    },
    /// Take letters off the desk for good
    Drop {
        /// Their numbers
        #[arg(required = true)]
        numbers: Vec<u64>,
        /// Why; kept with a note of the letter (`dead list --dropped`)
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
}
