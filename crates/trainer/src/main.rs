//! Trains and measures the entity model. For development only: nothing that
//! runs in production depends on it.

mod calibrate;
mod classes;
mod corpus;
mod crf;
mod eval;
mod examples;
mod lattice;
mod links;
mod pools;
mod random;
mod recipe;
mod reliability;
mod score;
mod swap;
mod train;
mod wire;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use dateline_entities::training::{Extractor, ModelData};
use dateline_entities::{Gazetteer, Tagger};
use std::io::Write as _;
use std::path::{Path, PathBuf};

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
    /// Fit the confidence curve of a model again, in place.
    Calibrate(CalibrateArguments),
    /// Measure a model on annotated corpora, through the whole tagger.
    Eval(EvalArguments),
    /// Measure linking on texts whose names have Wikipedia titles.
    Links(LinksArguments),
    /// Measure what confidence is worth, on text that it was not fitted on.
    Reliability(CalibrateArguments),
}

#[derive(Debug, clap::Args)]
struct CalibrateArguments {
    /// Folder of the corpora.
    #[arg(long)]
    data: PathBuf,
    /// Model file to read (and, when calibrating, to write).
    #[arg(long)]
    model: PathBuf,
}

#[derive(Debug, clap::Args)]
struct LinksArguments {
    /// File of texts (`.gz` or plain): a JSON object a line with `text` and `entities`, each with
    /// `start` and `end` in code points, `type` and `uri`.
    file: PathBuf,
    /// Which texts: errors are read in the even ones, figures are reported of the odd ones.
    #[arg(long, value_enum, default_value = "odd")]
    half: links::Half,
    /// Write every mention that did not get its link to this file.
    #[arg(long)]
    errors: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct EvalArguments {
    /// Model file; the one built into the tagger when left out.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Corpus files (token TAB tag, `.gz` or plain).
    #[arg(required = true)]
    files: Vec<PathBuf>,
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
    /// Classes of words, and of classes.
    #[arg(long, default_value_t = 768)]
    fine: usize,
    #[arg(long, default_value_t = 96)]
    coarse: usize,
    /// Step of the gradient descent.
    #[arg(long, default_value_t = 0.1)]
    rate: f32,
    /// Share of every weight that is taken away each epoch.
    #[arg(long, default_value_t = 0.08)]
    decay: f32,
    /// Share of the features left out of each step.
    #[arg(long, default_value_t = 0.2)]
    dropout: f32,
    /// Seed of everything that is drawn by lot.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Go on from the features that an interrupted run had chosen (kept next
    /// to the model as `OUT.features`).
    #[arg(long)]
    resume: bool,
    /// Features seen less often get no weight.
    #[arg(long, default_value_t = 2)]
    least: u32,
    /// Weight of a copy of the news with other names in it; 0 leaves it out.
    #[arg(long, default_value_t = 0.25)]
    swapped: f32,
    /// Weight of a part of the news written as headlines.
    #[arg(long, default_value_t = 0.1)]
    shouted: f32,
    /// Made-up wire texts of each pattern.
    #[arg(long, default_value_t = 8)]
    wire: usize,
    /// Weight of the made-up wire texts.
    #[arg(long, default_value_t = 0.2)]
    wire_weight: f32,
    /// Models of different seeds whose mean is shipped.
    #[arg(long, default_value_t = 3)]
    bag: u64,
    /// Features in the model file.
    #[arg(long, default_value_t = 220_000)]
    rows: usize,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Train(arguments) => train_model(&arguments),
        Command::Calibrate(arguments) => calibrate_model(&arguments),
        Command::Eval(arguments) => eval_model(&arguments),
        Command::Links(arguments) => {
            links::run(&arguments.file, arguments.half, arguments.errors.as_deref(), &mut tell)
        }
        Command::Reliability(arguments) => {
            reliability::run(&read_model(&arguments.model)?, &arguments.data, &mut tell)
        }
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
    let plan = train::Plan {
        data: &arguments.data,
        settings,
        least: arguments.least,
        rows: arguments.rows,
        swapped: arguments.swapped,
        shouted: arguments.shouted,
        wire: (arguments.wire, arguments.wire_weight),
        bag: arguments.bag.max(1),
        chosen: arguments.out.with_extension("features"),
        resume: arguments.resume,
    };
    let classes = match &arguments.encoder {
        Some(folder) => classes::cluster(folder, arguments.fine, arguments.coarse, arguments.seed)?,
        None => classes::Classes::default(),
    };
    tell("word classes ready");
    let extractor = Extractor::new(&classes.coarse, &classes.words, Gazetteer::built_in()?);
    let mut model = train::run(&plan, &extractor, &mut tell)?;
    model.coarse = classes.coarse;
    model.classes = classes.words;
    model.calibration = train::calibrate(&arguments.data, &model)?;
    std::fs::write(&arguments.out, model.to_bytes())
        .with_context(|| format!("write model {}", arguments.out.display()))
}

fn calibrate_model(arguments: &CalibrateArguments) -> Result<()> {
    let path = &arguments.model;
    let mut model = read_model(path)?;
    model.calibration = train::calibrate(&arguments.data, &model)?;
    std::fs::write(path, model.to_bytes()).with_context(|| format!("write model {}", path.display()))
}

fn read_model(path: &Path) -> Result<ModelData> {
    let bytes = std::fs::read(path).with_context(|| format!("read model {}", path.display()))?;
    Ok(ModelData::from_bytes(&bytes)?)
}

fn eval_model(arguments: &EvalArguments) -> Result<()> {
    let tagger = match &arguments.model {
        Some(path) => {
            let bytes = std::fs::read(path).with_context(|| format!("read model {}", path.display()))?;
            Tagger::from_parts(&bytes, Gazetteer::built_in()?)?
        }
        None => Tagger::built_in()?,
    };
    eval::run(&tagger, &arguments.files, &mut tell)
}

fn tell(line: &str) {
    // Progress only: a closed standard error must not stop a long run.
    writeln!(std::io::stderr(), "{line}").unwrap_or_default();
}
