//! Polled sources and bulk loads.

use clap::{Args, Subcommand};
use std::num::NonZeroU32;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Sources {
    /// List the sources and how each is doing
    List {
        /// Print JSON, one source a line
        #[arg(long)]
        json: bool,
    },
    /// Fetch a source once and show what would be taken in; keeps nothing
    Test {
        /// Its address, or that of a page that names its feed
        url: String,
        /// Items to print
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
        /// Print JSON, one item a line
        #[arg(long)]
        json: bool,
    },
    /// Add a source, or replace the one of that name; producers notice by themselves
    Add {
        /// Its name
        name: String,
        /// Address of the feed or sitemap, or of a page that names its feed
        url: String,
        /// Language of items that state none
        #[arg(long, value_name = "TAG")]
        language: Option<String>,
        /// Where its news comes from, for people
        #[arg(long, value_name = "NAME")]
        region: Option<String>,
        /// Fetch the page of each new item for its full text
        #[arg(long)]
        pages: bool,
        /// Do not fetch it first: add it as it stands
        #[arg(long)]
        unchecked: bool,
    },
    /// Take out a source that was added, with all that is known of it
    Remove {
        /// Its name
        name: String,
    },
    /// Leave a source alone until it is resumed
    Pause {
        /// Its name
        name: String,
    },
    /// Poll a paused source again, or one that was given up as gone
    Resume {
        /// Its name
        name: String,
    },
    /// Add all feeds of an OPML file but those that are polled already
    Import {
        /// The file
        file: PathBuf,
    },
    /// Print all sources as OPML
    Export,
}

#[derive(Debug, Args)]
pub(crate) struct Backfill {
    /// WARC files (.warc, .warc.gz), files and folders of feeds, pages, text or JSON
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Source of files that stand in no subfolder
    #[arg(long, value_name = "NAME", default_value = "backfill")]
    pub(crate) source: String,
    /// Articles a second at most, on average; without it as many as the pipeline takes
    #[arg(long, value_name = "N")]
    pub(crate) rate: Option<NonZeroU32>,
    /// Forget what earlier loads noted, and load everything again
    #[arg(long)]
    pub(crate) again: bool,
}
