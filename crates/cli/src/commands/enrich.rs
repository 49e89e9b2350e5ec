//! `dateline enrich`: articles in, one record a line out, in input order.

use super::input::{self, STDIN};
use crate::args::{Common, Enrich, InputFormat};
use crate::{config, output};
use anyhow::Context;
use dateline_enricher::Enrichment;
use dateline_extract::{ExtractError, Format, Input, JsonLines, Limits, canonical_url};
use dateline_model::{Article, ClaimOrigin, ClaimRole, DateClaim, RawArticle, Source, SourceKind};
use dateline_runtime::ErrorChain;
use dateline_runtime::clock::{Clock, SystemClock};
use std::io::{BufRead, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Articles that are worked on together by one thread.
const BLOCK: usize = 32;
/// Blocks that wait for a thread, or for those before them to be printed.
const QUEUE: usize = 4;

/// What reading gives: an article or why there is none.
type Item = Result<Article, Fault>;
/// A block of input with the place where its output goes.
type Job = (Vec<Item>, SyncSender<Vec<Output>>);

/// Why there is no article.
enum Fault {
    /// An input that cannot be opened or read.
    Input(anyhow::Error),
    /// Bytes that are no article.
    Article(ExtractError),
}

/// A printed record, or a fault for standard error.
enum Output {
    Record(Vec<u8>),
    Fault(String),
}

/// Reads, enriches and prints; faults go to standard error, exit code 1.
pub(crate) fn run(common: &Common, options: &Enrich) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let worker = Worker {
        enrichment: Enrichment::new(&config.enricher)?,
        source: Source::new("local", SourceKind::File),
        published: options.published.clone(),
    };
    let threads = match options.jobs {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
        jobs => jobs,
    };
    let limits = config.producer.limits();
    let (jobs, queue) = sync_channel::<Job>(threads * QUEUE);
    let queue = Mutex::new(queue);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| worker.work_through(&queue));
        }
        let (order, blocks) = sync_channel::<Receiver<Vec<Output>>>(threads * QUEUE);
        let printer = scope.spawn(move || print_in_order(&blocks));
        let mut feeder = Feeder { limits, jobs: &jobs, order: &order, block: Vec::with_capacity(BLOCK) };
        // When the printer is gone, its own result says why.
        let _closed = feeder.feed_all(options);
        drop((jobs, order));
        let faults = printer.join().map_err(|_| anyhow::anyhow!("the printing thread panicked"))??;
        Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn next_job(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Reads the inputs and hands them out in blocks.
struct Feeder<'a> {
    limits: Limits,
    jobs: &'a SyncSender<Job>,
    order: &'a SyncSender<Receiver<Vec<Output>>>,
    block: Vec<Item>,
}

/// Nobody prints any more, so nothing more is read.
struct Closed;

impl Feeder<'_> {
    fn feed_all(&mut self, options: &Enrich) -> Result<(), Closed> {
        for path in &options.paths {
            if path == Path::new(STDIN) && options.format == InputFormat::Jsonl {
                self.feed_lines()?;
            } else {
                self.feed_file(path, options.format)?;
            }
        }
        self.hand_out()
    }

    /// A stream that may never end: line by line.
    fn feed_lines(&mut self) -> Result<(), Closed> {
        let mut reader = JsonLines::new(STDIN, self.limits);
        for line in (LimitedLines { limit: self.limits.max_input_bytes }) {
            let items = match line.context("could not read standard input") {
                Ok(line) => reader.line(&line),
                Err(error) => return self.take(Err(Fault::Input(error))),
            };
            for item in items {
                self.take(item.map_err(Fault::Article))?;
            }
        }
        Ok(())
    }

    /// One input that cannot be read keeps none of the others out.
    fn feed_file(&mut self, path: &Path, format: InputFormat) -> Result<(), Closed> {
        let bytes = match input::read(path, self.limits.max_input_bytes) {
            Ok(bytes) => bytes,
            Err(error) => return self.take(Err(Fault::Input(error))),
        };
        let name = path.display().to_string();
        let input = Input::new(&name, &bytes).with_format(Format::from(format));
        for item in dateline_extract::extract(&input, &self.limits) {
            self.take(item.map_err(Fault::Article))?;
        }
        Ok(())
    }

    fn take(&mut self, item: Item) -> Result<(), Closed> {
        self.block.push(item);
        if self.block.len() < BLOCK { Ok(()) } else { self.hand_out() }
    }

    fn hand_out(&mut self) -> Result<(), Closed> {
        if self.block.is_empty() {
            return Ok(());
        }
        let (reply, outputs) = sync_channel(1);
        self.order.send(outputs).map_err(|_| Closed)?;
        self.jobs.send((std::mem::take(&mut self.block), reply)).map_err(|_| Closed)
    }
}

/// Lines of standard input, none longer than a limit and one byte more.
struct LimitedLines {
    limit: usize,
}

impl Iterator for LimitedLines {
    type Item = std::io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        let limit = self.limit as u64 + 1;
        match std::io::Read::take(std::io::stdin().lock(), limit).read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(Ok(line)),
            Err(error) => Some(Err(error)),
        }
    }
}

/// Prints blocks in the order of the input; gives the number of faults.
fn print_in_order(blocks: &Receiver<Receiver<Vec<Output>>>) -> anyhow::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut faults = 0;
    while let Ok(block) = blocks.recv() {
        let outputs = block.recv().context("a worker panicked; please report the article that it had")?;
        for output in outputs {
            match output {
                Output::Record(record) => {
                    out.write_all(&record)?;
                    out.write_all(b"\n")?;
                }
                Output::Fault(fault) => {
                    faults += 1;
                    output::note(format!("error: {fault}"));
                }
            }
        }
        out.flush()?;
    }
    Ok(faults)
}

/// What enriches one article.
pub(crate) struct Worker {
    pub(crate) enrichment: Enrichment,
    pub(crate) source: Source,
    pub(crate) published: Option<String>,
}

impl Worker {
    fn work_through(&self, queue: &Mutex<Receiver<Job>>) {
        while let Some((items, reply)) = next_job(queue) {
            let outputs = items.into_iter().map(|item| self.work(item)).collect();
            // A printer that is gone has met a closed standard output.
            drop(reply.send(outputs));
        }
    }

    fn work(&self, item: Item) -> Output {
        let article = match item {
            Ok(article) => article,
            Err(Fault::Article(error)) => return Output::Fault(error.to_string()),
            Err(Fault::Input(error)) => return Output::Fault(format!("{error:#}")),
        };
        let place = format!("{} (article {})", article.origin.path, article.origin.index);
        match self.enrich(article) {
            Ok(record) => match serde_json::to_vec(&record) {
                Ok(bytes) => Output::Record(bytes),
                Err(error) => Output::Fault(format!("{place}: {error}")),
            },
            Err(error) => Output::Fault(format!("{place}: {}", ErrorChain(&error))),
        }
    }

    /// The record of an article, as the pipeline would make it.
    pub(crate) fn enrich(
        &self,
        mut article: Article,
    ) -> Result<dateline_model::NewsRecord, dateline_enricher::EnricherError> {
        let dated = article.claims.iter().any(|claim| claim.role == ClaimRole::Published);
        if let Some(published) = self.published.as_ref().filter(|_| !dated) {
            article.claims.push(DateClaim::published(ClaimOrigin::InputField, published.clone()));
        }
        let now = SystemClock.now();
        let canonical = article.url.as_deref().and_then(canonical_url);
        let raw = RawArticle::identify(article, canonical.as_deref(), self.source.clone(), now);
        self.enrichment.enrich(raw, now)
    }
}
