//! The command line (a contract: other tools are written against it).

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Streaming news ingestion: articles in, dated, tagged and linked records out.
#[derive(Debug, Parser)]
#[command(name = "dateline", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Configuration file; without it ./dateline.toml, if there is one
    #[arg(long, global = true, value_name = "FILE", env = "DATELINE_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// NATS server, instead of nats.servers of the configuration
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) nats_url: Option<String>,
    /// Folder of the pipeline's own files, instead of `data_dir` of the configuration
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run everything here: broker, producer, enricher, sink, console; feed the seeds, then stay up
    Up(Up),
    /// Run one or more roles against a NATS server
    Run(Run),
    /// Enrich articles without a broker: one record a line out, in input order
    Enrich(Enrich),
    /// Read articles without a broker: one raw article a line out
    Extract(Extract),
    /// Normalise publication-date strings: one JSON line out for each line in
    Date(Date),
    /// Search what is stored
    Search(Search),
    /// Print a stored record
    Show(Show),
    /// Say why each date and entity of an article was given
    Explain(Explain),
    /// Tell what is running and how far each stage lags
    Status(Status),
    /// The polled sources: list, try, add, pause, resume, import, export
    #[command(subcommand)]
    Sources(Sources),
    /// Load web archives and files in bulk, below live traffic; goes on where it was cut short
    Backfill(Backfill),
    /// The dead-letter desk: what a stage gave up on
    #[command(subcommand)]
    Dead(Dead),
    /// Check or print the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a shell completion script
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Folder of articles to feed first, instead of ./seeds
    #[arg(long, value_name = "DIR")]
    pub(crate) seeds: Option<PathBuf>,
    /// Start over: forget broker data, cursors and stored records (asks first)
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Answer the question of --fresh with yes
    #[arg(long, requires = "fresh")]
    pub(crate) yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Sources in, raw articles out
    Producer,
    /// Raw articles in, records out
    Enricher,
    /// Records in, storage out
    Sink,
    /// What flows and what is stored, in a browser
    Console,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The roles of this process
    #[arg(required = true)]
    pub(crate) roles: Vec<Role>,
    /// Address of the admin port, instead of admin.listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub(crate) admin: Option<SocketAddr>,
    /// Producer: read articles from standard input, and end when it ends
    #[arg(long)]
    pub(crate) stdin: bool,
    /// Producer: format of standard input
    #[arg(long, value_enum, default_value_t = InputFormat::Auto, requires = "stdin")]
    pub(crate) format: InputFormat,
    /// Producer: source name of standard input
    #[arg(long, default_value = "stdin", requires = "stdin")]
    pub(crate) source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// Decide by content and name
    Auto,
    /// News text
    Text,
    /// One JSON document: the simple form, ninjs, or an array of either
    Json,
    /// One JSON article a line
    Jsonl,
    /// A web page
    Html,
}

impl From<InputFormat> for dateline_extract::Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Auto => Self::Auto,
            InputFormat::Text => Self::Text,
            InputFormat::Json => Self::Json,
            InputFormat::Jsonl => Self::JsonLines,
            InputFormat::Html => Self::Html,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Enrich {
    /// Format of the input
    #[arg(long, value_enum, default_value_t = InputFormat::Auto)]
    pub(crate) format: InputFormat,
    /// Publication date of articles that state none
    #[arg(long, value_name = "DATE")]
    pub(crate) published: Option<String>,
    /// Articles enriched at once; 0 takes one for each core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) jobs: usize,
    /// Files, or - for standard input
    #[arg(value_name = "PATH", default_value = "-")]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// Media type that the input came with
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,
    /// URL that the input came from; relative links count from it
    #[arg(long, value_name = "BASE")]
    pub(crate) url: Option<String>,
    /// Files, or - for standard input
    #[arg(value_name = "PATH", default_value = "-")]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Date {
    /// IANA time zone of strings that name none
    #[arg(long, value_name = "TZ")]
    pub(crate) zone: Option<String>,
    /// Date strings, or - for one a line from standard input
    #[arg(value_name = "STRING", default_value = "-")]
    pub(crate) strings: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Words, "phrases", entity:, person:, org:, place:, source:, lang:, since:, until:, about-date:;
    /// a minus excludes, and then the query wants quotes: 'earthquake -haiti'
    #[arg(value_name = "QUERY", required = true)]
    pub(crate) query: Vec<String>,
    /// Published on or after this date
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// Published on or before this date
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Naming this entity
    #[arg(long, value_name = "NAME")]
    pub(crate) entity: Option<String>,
    /// From this source
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Hits to print
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The record's uri (urn:uuid:...) or its UUID
    pub(crate) uri: String,
    /// All versions, not only the current one
    #[arg(long)]
    pub(crate) versions: bool,
    /// Print the whole record as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The record's uri, or a file, which is enriched here and now
    #[arg(value_name = "URI|FILE")]
    pub(crate) what: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
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
}

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
        /// Its address
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
        /// Address of the feed or sitemap
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
    /// Add all feeds of an OPML file
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
    /// Forget what earlier loads noted, and load everything again
    #[arg(long)]
    pub(crate) again: bool,
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
    },
    /// Take letters off the desk for good
    Drop {
        /// Their numbers
        #[arg(required = true)]
        numbers: Vec<u64>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read the configuration and name every fault with its line
    Check,
    /// Print the effective values, each with its origin; secrets are hidden
    Print,
}
