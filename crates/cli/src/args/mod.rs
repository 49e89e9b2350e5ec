//! The command line (a contract: other tools are written against it).

mod desk;
mod sources;
mod upkeep;

pub(crate) use desk::{Dead, DeadSelection, Mend, Replay};
pub(crate) use sources::{Backfill, Sources};
pub(crate) use upkeep::{ConfigCommand, Health, Probe, Retention, SupportBundle, Tap};

use crate::config::SyncRule;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// What a newcomer asks next.
const AFTER_HELP: &str = "\
Begin with `dateline up`, which needs nothing but a nats-server; then look at the console that it names.

Every setting can also be given in the environment: DATELINE_NATS__USER is `user` in [nats], and \
DATELINE_NATS__PASSWORD_FILE names a file that holds `password`. `dateline config print` shows what is in force.

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.";

/// Streaming news ingestion: articles in, dated, tagged and linked records out.
#[derive(Debug, Parser)]
#[command(name = "dateline", version = dateline_runtime::VERSION, propagate_version = true, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the options that every command has stand in its help: after its own.
const COMMON: &str = "Options of every command";

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Configuration file; without it ./dateline.toml, if there is one
    #[arg(long, global = true, value_name = "FILE", env = "DATELINE_CONFIG", help_heading = COMMON)]
    pub(crate) config: Option<PathBuf>,
    /// NATS server, instead of nats.servers of the configuration
    #[arg(long, global = true, value_name = "URL", help_heading = COMMON)]
    pub(crate) nats_url: Option<String>,
    /// Folder of the pipeline's own files, instead of `data_dir` of the configuration
    #[arg(long, global = true, value_name = "DIR", help_heading = COMMON)]
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
    /// The dates that stored articles speak of, in order
    Timeline(Timeline),
    /// How an entity is named over time, and with whom
    Entity(Entity),
    /// Stored records that match a query, one JSON a line
    Export(Export),
    /// Remove the stored articles that were kept long enough, as the configuration says
    Retention(Retention),
    /// Give back the space that removed articles left in the store
    Vacuum,
    /// Say why each date and entity of an article was given
    Explain(Explain),
    /// Tell what is running and how far each stage lags
    Status(Status),
    /// Show the flow live: rates, lags, ages, streams
    Top(Top),
    /// Show messages as they pass by on the broker
    Tap(Tap),
    /// The polled sources: list, try, add, pause, resume, import, export
    #[command(subcommand)]
    Sources(Sources),
    /// Load web archives and files in bulk, below live traffic; goes on where it was cut short
    Backfill(Backfill),
    /// The dead-letter desk: what a stage gave up on
    #[command(subcommand)]
    Dead(Dead),
    /// Measure the pipeline on this machine, beside what its broker could carry at most
    Bench(Bench),
    /// Send stored raw articles through again, below live traffic: a new model, new rules
    Replay(Replay),
    /// Make gazetteer files of own lists of names
    #[command(subcommand)]
    Gazetteer(GazetteerCommand),
    /// Check or print the configuration, or its schema
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Ask the process on this machine whether it is well: exit code 0 or 1, for health checks
    Health(Health),
    /// Collect what somebody needs who helps from afar, without secrets and articles
    SupportBundle(SupportBundle),
    /// Print a shell completion script
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write all of them, one a command
    Man {
        /// Folder to write all pages to
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
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

#[derive(Debug, Clone, Args)]
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
    /// Moment that relative strings ("2 hours ago", "ayer") count from: a date string, or now;
    /// without it they are refused
    #[arg(long, value_name = "TIME")]
    pub(crate) reference: Option<String>,
    /// Date strings, or - for one a line from standard input
    #[arg(value_name = "STRING", default_value = "-")]
    pub(crate) strings: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Words, "phrases", entity:, person:, org:, place:, misc:, source:, lang:, since:, until:,
    /// about-date:; word~ and entity:name~ find what is like it, too; a minus excludes:
    /// 'earthquake -haiti' in quotes, or behind -- where the query begins with it
    #[arg(value_name = "QUERY", required = true)]
    pub(crate) query: Vec<String>,
    /// Published on or after this date
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// Published on or before this date
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Naming this entity; with a ~ behind, or one of a name like it
    #[arg(long, value_name = "NAME")]
    pub(crate) entity: Option<String>,
    /// From this source
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Hits to print
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Go on where the last page ended (`next` of its JSON)
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// Which articles, in the language of `search`; all without
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// Articles that name this entity
    #[arg(long, value_name = "NAME")]
    pub(crate) entity: Option<String>,
    /// Only dates from this one on
    #[arg(long, value_name = "DATE", requires = "to")]
    pub(crate) from: Option<String>,
    /// Only dates up to this one
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(crate) to: Option<String>,
    /// Dates to print: those that most articles speak of
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Entity {
    /// Its name, or words of it; or its identifier. With a ~ behind, names like it, too
    #[arg(value_name = "NAME", required = true)]
    pub(crate) name: Vec<String>,
    /// Only entities of this type
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<EntityKind>,
    /// Namesakes and companions to print
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EntityKind {
    /// A person
    Person,
    /// A body of people
    Organisation,
    /// A place
    Place,
    /// Nationalities, events, works and other names
    Misc,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Which articles, in the language of `search`; all without
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
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

#[derive(Debug, Args)]
pub(crate) struct Top {
    /// Look once, for a second, and end
    #[arg(long)]
    pub(crate) once: bool,
    /// Print JSON, once
    #[arg(long)]
    pub(crate) json: bool,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) every: u64,
}

impl Top {
    /// Time between two looks.
    pub(crate) fn interval(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.every)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Articles of each measurement [default: 5000]
    #[arg(long, value_name = "N")]
    pub(crate) articles: Option<usize>,
    /// How often each measurement is made; the median counts [default: 5]
    #[arg(long, value_name = "N")]
    pub(crate) rounds: Option<usize>,
    /// Numbers of copies of each stage that are measured beside one [default: 2,4]
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub(crate) copies: Option<Vec<usize>>,
    /// Seconds that each load is held in each round, for the latencies [default: 20]
    #[arg(long, value_name = "N")]
    pub(crate) load_seconds: Option<u64>,
    /// A look of a minute instead of about fifteen: one round, few articles
    #[arg(long)]
    pub(crate) quick: bool,
    /// Also what growth costs: a store filled up to N articles, and rising numbers of sources
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) growth: usize,
    /// When the broker writes through to the disk, instead of broker.sync
    #[arg(long, value_enum)]
    pub(crate) sync: Option<SyncRule>,
    /// Also write all figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GazetteerCommand {
    /// Check lists and write them as one file for enricher.gazetteers
    Build(GazetteerBuild),
}

#[derive(Debug, Args)]
pub(crate) struct GazetteerBuild {
    /// Lists to read, plain or gzip; - is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// File to write; it appears at once and whole
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Format of the lists
    #[arg(long, value_enum, default_value_t = ListFormat::Auto)]
    pub(crate) format: ListFormat,
    /// Wikidata: leave out items that fewer Wikipedias describe
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) least_links: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// By the first line
    Auto,
    /// Eight columns separated by tabs
    Tsv,
    /// One JSON object a line
    Jsonl,
    /// A JSON dump of Wikidata
    Wikidata,
}
