//! The order of the measurements.

use crate::report::{STAGES, WHOLE, WHOLE_ARTICLE, median};
use crate::rig::{Rig, Used};
use crate::{
    BenchError, CEILING, LARGE, Latency, Machine, Memory, NO_WORK, Plan, Rate, Report, STORAGE_LIMIT,
    Settings, StepCost, USUAL,
};
use dateline_enricher::{Step, StepTimes};
use dateline_extract::{Format, Input, canonical_url, extract};
use dateline_model::RawArticle;
use std::time::Instant;

/// Articles over which the steps of enrichment are timed.
const STEP_ARTICLES: usize = 500;

/// Articles that are written in batches of a size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batches {
    pub(crate) articles: usize,
    pub(crate) size: usize,
}

/// Makes all measurements of the plan; `tell` hears which one begins.
///
/// # Errors
/// When broker, store or a stage fails: a part of the figures would mislead.
pub async fn run(settings: Settings, plan: Plan, mut tell: impl FnMut(&str)) -> Result<Report, BenchError> {
    plan.validate()?;
    let machine = Machine::here();
    let rig = Rig::new(settings).await?;
    let at = rig.clock.now().to_string();
    // First of all: memory that was in use once says little of what is needed.
    let memory = rig.memory(&plan, &mut tell).await?;
    let (mut rates, mut steps) = (Rates::default(), Vec::new());
    for round in 1..=plan.rounds {
        let mut tell = |what: &str| tell(&format!("round {round} of {}: {what}", plan.rounds));
        steps.push(rig.steps());
        rig.round(&plan, &mut rates, &mut tell).await?;
    }
    let whole = rates.0.iter().find(|rate| rate.what == WHOLE).map_or(0.0, Rate::median);
    let latencies = rig.latencies(&plan, whole, &mut tell).await?;
    let growth = match plan.growth {
        0 => None,
        most => Some(rig.growth(most, plan.articles, &mut tell).await?),
    };
    let sample = dateline_sample::json_lines(dateline_sample::articles(100, 0));
    Ok(Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        at,
        machine,
        broker: rig.settings.broker.clone(),
        article_bytes: sample.len() / 100,
        rates: rates.0,
        steps: step_costs(&steps),
        latencies,
        memory,
        ready_ms: Vec::new(),
        growth,
        plan,
    })
}

/// The rates, in the order of the first round.
#[derive(Default)]
struct Rates(Vec<Rate>);

impl Rates {
    fn add(&mut self, what: &str, count: usize, used: &Used) {
        #[expect(clippy::cast_precision_loss, reason = "far fewer articles than 2^52")]
        let count = count as f64;
        let at = self.0.iter().position(|rate| rate.what == what).unwrap_or_else(|| {
            let what = what.to_owned();
            self.0.push(Rate { what, rounds: vec![], cpu: vec![], broker_cpu: vec![] });
            self.0.len() - 1
        });
        let rate = &mut self.0[at];
        rate.rounds.push(count / used.wall.as_secs_f64());
        rate.cpu.push(used.cpu.as_secs_f64() * 1000.0 / count);
        rate.broker_cpu.push(used.broker_cpu.as_secs_f64() * 1000.0 / count);
    }
}

impl Rig {
    /// The largest resident memory of the whole pipeline, with articles of usual size and
    /// with large ones.
    async fn memory(&self, plan: &Plan, tell: &mut impl FnMut(&str)) -> Result<Vec<Memory>, BenchError> {
        tell("memory");
        let mut memory = vec![Memory { what: "models alone".to_owned(), peak: self.resident() }];
        let (_, peak) = self.whole(plan.articles).await?;
        memory.push(Memory { what: USUAL.to_owned(), peak });
        if plan.large > 0 {
            tell("memory with articles of 1 MB");
            let (_, peak) = self.large(plan.large).await?;
            memory.push(Memory { what: LARGE.to_owned(), peak });
        }
        Ok(memory)
    }

    /// All measurements once.
    async fn round(
        &self,
        plan: &Plan,
        rates: &mut Rates,
        tell: &mut impl FnMut(&str),
    ) -> Result<(), BenchError> {
        let count = plan.articles;
        self.fill_relays(count).await?;
        self.begin(CEILING, tell).await?;
        rates.add(CEILING, count, &self.bare_relay(count).await?);
        self.begin(NO_WORK, tell).await?;
        rates.add(NO_WORK, count, &self.no_op_relay().await?);
        let [producer, enricher, sink] = STAGES;
        self.begin(producer, tell).await?;
        rates.add(producer, count, &self.produce(count, 1).await?);
        self.begin(enricher, tell).await?;
        rates.add(enricher, count, &self.enrich(1).await?);
        self.begin(sink, tell).await?;
        let (used, place) = self.sink(count, 1).await?;
        rates.add(sink, count, &used);
        self.begin(STORAGE_LIMIT, tell).await?;
        let batches = Batches { articles: count, size: self.settings.sink.batch };
        rates.add(STORAGE_LIMIT, count, &self.storage_limit(&place.path(), batches).await?);
        drop(place);
        self.begin(WHOLE, tell).await?;
        rates.add(WHOLE, count, &self.whole(count).await?.0);
        for &copies in &plan.copies {
            let of = |stage: &str| format!("{} x{copies}", stage.trim_end_matches(" alone"));
            let [producer, enricher, sink] = STAGES.map(of);
            self.begin(&producer, tell).await?;
            rates.add(&producer, count, &self.produce(count, copies).await?);
            self.begin(&enricher, tell).await?;
            rates.add(&enricher, count, &self.enrich(copies).await?);
            self.begin(&sink, tell).await?;
            rates.add(&sink, count, &self.sink(count, copies).await?.0);
        }
        Ok(())
    }

    /// Nothing of what was measured before is in the way of what comes now.
    async fn begin(&self, what: &str, tell: &mut impl FnMut(&str)) -> Result<(), BenchError> {
        self.rest().await?;
        tell(what);
        Ok(())
    }

    /// The latency at each load, as share of `whole` articles a second. Loads alternate, so
    /// that a spell of bad luck meets each of them.
    async fn latencies(
        &self,
        plan: &Plan,
        whole: f64,
        tell: &mut impl FnMut(&str),
    ) -> Result<Vec<Latency>, BenchError> {
        let mut held = vec![Vec::new(); plan.loads.len()];
        for round in 1..=plan.rounds {
            for (load, held) in plan.loads.iter().zip(&mut held) {
                let percent = load * 100.0;
                tell(&format!(
                    "round {round} of {}: latency at {percent:.0}% of {whole:.0} articles/s",
                    plan.rounds
                ));
                held.push(self.latency(whole * load, plan.load_seconds).await?);
            }
        }
        let all = plan.loads.iter().zip(&held);
        Ok(all.map(|(&load, rounds)| Latency::of(load, whole * load, rounds)).collect())
    }

    /// Times the steps of enrichment on this thread, reading and writing of the wire
    /// form included; microseconds an article.
    fn steps(&self) -> Vec<(&'static str, f64)> {
        let (_, payloads) = self.raw_articles(STEP_ARTICLES);
        let (mut times, mut decode, mut encode) = (StepTimes::default(), 0.0, 0.0);
        for payload in &payloads {
            let started = Instant::now();
            let Ok(raw) = serde_json::from_slice::<RawArticle>(payload) else { continue };
            decode += started.elapsed().as_secs_f64();
            let Ok(record) = self.enrichment.enrich_timed(raw, self.clock.now(), &mut times) else {
                continue;
            };
            let started = Instant::now();
            drop(serde_json::to_vec(&record));
            encode += started.elapsed().as_secs_f64();
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hundred articles")]
        let micros = |seconds: f64| seconds * 1e6 / payloads.len() as f64;
        let inner = times.iter().map(|(step, time)| (step.as_str(), micros(time.as_secs_f64())));
        let whole = micros(decode + times.total().as_secs_f64() + encode);
        std::iter::once(("read JSON", micros(decode)))
            .chain(inner)
            .chain([("write JSON", micros(encode)), (WHOLE_ARTICLE, whole)])
            .collect()
    }

    /// So many raw articles as they lie in the stream, and the seed that they are made of.
    pub(crate) fn raw_articles(&self, count: usize) -> (u64, Vec<Vec<u8>>) {
        let seed = self.next();
        let lines = dateline_sample::json_lines(dateline_sample::articles(count, seed));
        let input = Input::new("steps.jsonl", lines.as_bytes()).with_format(Format::JsonLines);
        let now = self.clock.now();
        let payloads = extract(&input, &self.settings.limits)
            .into_iter()
            .flatten()
            .map(|article| {
                let canonical = article.url.as_deref().and_then(canonical_url);
                RawArticle::identify(article, canonical.as_deref(), crate::phases::source(), now)
            })
            .filter_map(|raw| serde_json::to_vec(&raw).ok())
            .collect();
        (seed, payloads)
    }
}

/// The median of each step over the rounds.
fn step_costs(rounds: &[Vec<(&'static str, f64)>]) -> Vec<StepCost> {
    let Some(first) = rounds.first() else { return Vec::new() };
    let cost = |(index, (step, _)): (usize, &(&'static str, f64))| {
        let micros: Vec<f64> = rounds.iter().map(|round| round[index].1).collect();
        StepCost { step: (*step).to_owned(), micros: median(&micros) }
    };
    debug_assert!(first.len() > Step::ALL.len());
    first.iter().enumerate().map(cost).collect()
}
