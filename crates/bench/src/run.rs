//! The order of the measurements.

use crate::report::median;
use crate::rig::{Rig, Used};
use crate::{BenchError, CEILING, Machine, Plan, Rate, Report, Settings, StepCost};
use dateline_enricher::{Step, StepTimes};
use dateline_extract::{Format, Input, canonical_url, extract};
use dateline_model::RawArticle;
use std::time::Instant;

/// Articles over which the steps of enrichment are timed.
const STEP_ARTICLES: usize = 500;

/// Makes all measurements of the plan; `tell` hears which one begins.
///
/// # Errors
/// When broker, store or a stage fails: a part of the figures would mislead.
pub async fn run(settings: Settings, plan: Plan, mut tell: impl FnMut(&str)) -> Result<Report, BenchError> {
    plan.validate()?;
    let machine = Machine::here();
    let rig = Rig::new(settings).await?;
    let at = rig.clock.now().to_string();
    let mut rates = Rates::default();
    let (mut steps, mut peak) = (Vec::new(), 0);
    for round in 1..=plan.rounds {
        let mut tell = |what: &str| tell(&format!("round {round} of {}: {what}", plan.rounds));
        steps.push(rig.steps());
        peak = peak.max(rig.round(&plan, &mut rates, &mut tell).await?);
    }
    let whole = rates.0.iter().find(|rate| rate.what == "whole pipeline").map_or(0.0, Rate::median);
    let mut latencies = Vec::new();
    for &load in &plan.loads {
        tell(&format!("latency at {:.0}% of {whole:.0} articles/s", load * 100.0));
        latencies.push(rig.latency(load, whole * load, plan.load_seconds).await?);
    }
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
        resident_peak: peak,
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
    /// All measurements once; gives the largest resident memory of the whole pipeline.
    async fn round(
        &self,
        plan: &Plan,
        rates: &mut Rates,
        tell: &mut impl FnMut(&str),
    ) -> Result<u64, BenchError> {
        let count = plan.articles;
        self.fill_relays(count).await?;
        tell(CEILING);
        rates.add(CEILING, count, &self.bare_relay(count).await?);
        tell("enricher without work");
        rates.add("enricher without work", count, &self.no_op_relay().await?);
        tell("each stage alone");
        rates.add("producer alone", count, &self.produce(count, 1).await?);
        rates.add("enricher alone", count, &self.enrich(1).await?);
        rates.add("sink alone", count, &self.sink(count, 1).await?);
        tell("whole pipeline");
        let (used, peak) = self.whole(count).await?;
        rates.add("whole pipeline", count, &used);
        for &copies in &plan.copies {
            tell(&format!("{copies} copies of each stage"));
            rates.add(&format!("producer x{copies}"), count, &self.produce(count, copies).await?);
            rates.add(&format!("enricher x{copies}"), count, &self.enrich(copies).await?);
            rates.add(&format!("sink x{copies}"), count, &self.sink(count, copies).await?);
        }
        Ok(peak)
    }

    /// Times the steps of enrichment on this thread, reading and writing of the wire
    /// form included; microseconds an article.
    fn steps(&self) -> Vec<(&'static str, f64)> {
        let payloads = self.raw_articles();
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
            .chain([("write JSON", micros(encode)), ("whole article", whole)])
            .collect()
    }

    /// Raw articles as they lie in the stream.
    fn raw_articles(&self) -> Vec<Vec<u8>> {
        let lines = dateline_sample::json_lines(dateline_sample::articles(STEP_ARTICLES, self.next()));
        let input = Input::new("steps.jsonl", lines.as_bytes()).with_format(Format::JsonLines);
        let now = self.clock.now();
        extract(&input, &self.settings.limits)
            .into_iter()
            .flatten()
            .map(|article| {
                let canonical = article.url.as_deref().and_then(canonical_url);
                RawArticle::identify(article, canonical.as_deref(), crate::phases::source(), now)
            })
            .filter_map(|raw| serde_json::to_vec(&raw).ok())
            .collect()
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
