//! Trains and measures the entity model. For development only: nothing that
//! runs in production depends on it.

mod classes;
mod corpus;
mod crf;
mod examples;
mod lattice;
mod random;
mod recipe;
mod score;
mod train;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use dateline_entities::Gazetteer;
use dateline_entities::training::Extractor;
use std::io::Write as _;
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(about = "Trains and measures the entity model")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Train a model on the corpora of a data folder.
    Train(TrainArguments),
}

#[derive(Debug, clap::Args)]
struct TrainArguments {
    /// Folder of the corpora.
    #[arg(long)]
    data: PathBuf,
    /// Model file to write.
    #[arg(long)]
    out: PathBuf,
    /// Times over the corpora.
    #[arg(long, default_value_t = 8)]
    epochs: usize,
    /// Folder of the encoder whose word embeddings give the word classes.
    #[arg(long)]
    encoder: Option<PathBuf>,
    #[arg(long, default_value_t = 512)]
    fine: usize,
    #[arg(long, default_value_t = 64)]
    coarse: usize,
    #[arg(long, default_value_t = 0.1)]
    rate: f32,
    #[arg(long, default_value_t = 0.02)]
    decay: f32,
    #[arg(long, default_value_t = 0.2)]
    dropout: f32,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Features seen less often get no weight.
    #[arg(long, default_value_t = 2)]
    least: u32,
    /// Features in the model file.
    #[arg(long, default_value_t = 250_000)]
    rows: usize,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Train(arguments) => train_model(&arguments),
    }
}

fn train_model(arguments: &TrainArguments) -> Result<()> {
    let settings = crf::Settings {
        epochs: arguments.epochs,
        rate: arguments.rate,
        decay: arguments.decay,
        dropout: arguments.dropout,
        seed: arguments.seed,
    };
    let plan = train::Plan { data: &arguments.data, settings, least: arguments.least, rows: arguments.rows };
    let classes = match &arguments.encoder {
        Some(folder) => classes::cluster(folder, arguments.fine, arguments.coarse, arguments.seed)?,
        None => classes::Classes::default(),
    };
    tell("word classes ready");
    let extractor = Extractor::new(&classes.coarse, &classes.words, Gazetteer::built_in()?);
    let mut model = train::run(&plan, &extractor, &mut tell)?;
    model.coarse = classes.coarse;
    model.classes = classes.words;
    std::fs::write(&arguments.out, model.to_bytes())
        .with_context(|| format!("write model {}", arguments.out.display()))
}

fn tell(line: &str) {
    // Progress only: a closed standard error must not stop a long run.
    writeln!(std::io::stderr(), "{line}").unwrap_or_default();
}
