//! The measurements of a round: each stage alone, the whole, several copies.

use crate::BenchError;
use crate::observed::Observed;
use crate::rig::{BARE, NO_OP, Place, Rig, Stopwatch, Used};
use dateline_bus::{Bus, Gate, Outgoing, Subject};
use dateline_enricher::EnricherStage;
use dateline_extract::Format;
use dateline_model::{Source, SourceKind, SubjectToken};
use dateline_producer::Acceptor;
use dateline_runtime::BoxError;
use dateline_sink::SinkStage;
use futures::StreamExt;
use futures::future::{join_all, try_join_all};
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Articles of one input: a file of a wire service.
const INPUT: usize = 250;
/// Bytes of a large article: as many as the enricher takes by its default, nearly.
const LARGE: usize = 1_000_000;
/// Large inputs under way at once.
const LARGE_INPUTS: usize = 4;

/// Stages that run beside a measurement and end with it.
pub(crate) struct Running {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<Result<(), BoxError>>>,
}

impl Running {
    pub(crate) fn new() -> Self {
        Self { stop: CancellationToken::new(), tasks: Vec::new() }
    }

    pub(crate) fn enricher(&mut self, rig: &Rig, bus: &Bus) {
        let config = &rig.settings.enricher;
        let stage = EnricherStage::new(bus, rig.enrichment.clone(), config, rig.clock.clone());
        let stop = self.stop.clone();
        self.tasks.push(tokio::spawn(async move { Box::pin(stage.run(stop)).await.map_err(BoxError::from) }));
    }

    fn no_op(&mut self, rig: &Rig) {
        let (config, clock) = (&rig.settings.enricher, rig.clock.clone());
        let stage = EnricherStage::relay(&rig.bus, NO_OP, subject("out"), config, clock);
        let stop = self.stop.clone();
        self.tasks.push(tokio::spawn(async move { Box::pin(stage.run(stop)).await.map_err(BoxError::from) }));
    }

    pub(crate) fn sink(&mut self, rig: &Rig, bus: &Bus, store: Arc<Observed>) {
        let stage = SinkStage::new(bus, store, rig.settings.sink.pace(), rig.clock.clone());
        let stop = self.stop.clone();
        self.tasks.push(tokio::spawn(async move { Box::pin(stage.run(stop)).await.map_err(BoxError::from) }));
    }

    /// Stops them; a stage that failed fails the measurement.
    pub(crate) async fn stop(self) -> Result<(), BenchError> {
        self.stop.cancel();
        for ended in join_all(self.tasks).await {
            ended.map_err(BoxError::from).and_then(|result| result).map_err(BenchError::Stage)?;
        }
        Ok(())
    }
}

fn subject(name: &str) -> Subject {
    Subject::bench(&SubjectToken::new(name))
}

/// Where the articles of a bench come from.
pub(crate) fn source() -> Source {
    Source::new("bench", SourceKind::File)
}

pub(crate) fn acceptor(rig: &Rig, bus: &Bus) -> Acceptor {
    Acceptor::new(bus, Gate::always_open(), rig.settings.limits, rig.clock.clone())
}

impl Rig {
    /// A fresh set of articles, as inputs of JSON lines.
    pub(crate) fn inputs(&self, count: usize) -> Vec<Arc<[u8]>> {
        let mut articles = dateline_sample::articles(count, self.next());
        let mut inputs = Vec::new();
        loop {
            let lines = dateline_sample::json_lines(articles.by_ref().take(INPUT));
            if lines.is_empty() {
                return inputs;
            }
            inputs.push(lines.into_bytes().into());
        }
    }

    /// Producer alone: bytes in, acknowledged raw articles out, by so many copies.
    pub(crate) async fn produce(&self, count: usize, copies: usize) -> Result<Used, BenchError> {
        let inputs = self.inputs(count);
        let buses = try_join_all((0..copies).map(|_| self.another_bus())).await?;
        let watch = self.start();
        self.feed(&inputs, &buses).await?;
        Ok(self.stop(&watch))
    }

    async fn feed(&self, inputs: &[Arc<[u8]>], buses: &[Bus]) -> Result<(), BenchError> {
        let stop = CancellationToken::new();
        let copies = buses.iter().enumerate().map(|(copy, bus)| {
            let (acceptor, stop) = (acceptor(self, bus), &stop);
            async move {
                for (number, input) in inputs.iter().enumerate().skip(copy).step_by(buses.len()) {
                    let path = format!("{number}.jsonl");
                    acceptor.accept_input(&path, input.clone(), Format::JsonLines, &source(), stop).await?;
                }
                Ok::<_, BenchError>(())
            }
        });
        try_join_all(copies).await.map(drop)
    }

    /// Puts payloads of the size of raw articles before the relays.
    pub(crate) async fn fill_relays(&self, count: usize) -> Result<(), BenchError> {
        let (publisher, stop) = (self.bus.publisher(), CancellationToken::new());
        let seed = self.next();
        let under_way = dateline_sample::articles(count, seed).map(|article| {
            let message = Outgoing {
                subject: subject("in"),
                message_id: format!("bench:{seed}:{}", article.id),
                trace_parent: None,
                replay_of: None,
                payload: article.json().into(),
            };
            publisher.publish_patiently(message, &stop)
        });
        try_join_all(under_way).await?;
        Ok(())
    }

    /// The ceiling: a relay that does no work and knows nothing of ours.
    pub(crate) async fn bare_relay(&self, count: usize) -> Result<Used, BenchError> {
        let watch = self.start();
        self.bus.bare_relay(BARE, &subject("out"), count, self.settings.enricher.in_flight).await?;
        Ok(self.stop(&watch))
    }

    /// The enricher's stage with nothing to do.
    pub(crate) async fn no_op_relay(&self) -> Result<Used, BenchError> {
        let mut running = Running::new();
        let watch = self.start();
        running.no_op(self);
        self.drained(NO_OP).await?;
        self.measured(&watch, running).await
    }

    /// Enrichers alone: raw articles that wait, records out.
    pub(crate) async fn enrich(&self, copies: usize) -> Result<Used, BenchError> {
        let buses = try_join_all((0..copies).map(|_| self.another_bus())).await?;
        let mut running = Running::new();
        let watch = self.start();
        for bus in &buses {
            running.enricher(self, bus);
        }
        self.drained("enricher").await?;
        self.measured(&watch, running).await
    }

    /// Sinks alone: records that wait, a store; also where that is.
    pub(crate) async fn sink(&self, count: usize, copies: usize) -> Result<(Used, Place), BenchError> {
        let buses = try_join_all((0..copies).map(|_| self.another_bus())).await?;
        let (place, store) = self.store().await?;
        let mut running = Running::new();
        let watch = self.start();
        for bus in &buses {
            running.sink(self, bus, store.clone());
        }
        self.stored(&store, count as u64).await?;
        Ok((self.measured(&watch, running).await?, place))
    }

    /// The whole pipeline; also the largest resident memory that was seen.
    pub(crate) async fn whole(&self, count: usize) -> Result<(Used, u64), BenchError> {
        let inputs = self.inputs(count);
        self.flow(count, |buses| async move { self.feed(&inputs, &buses).await }).await
    }

    /// The whole pipeline with articles of a megabyte, each made when its turn comes.
    pub(crate) async fn large(&self, count: usize) -> Result<(Used, u64), BenchError> {
        let seed = self.next();
        let feed = |buses: Vec<Bus>| async move {
            let (acceptor, stop) = (acceptor(self, &buses[0]), CancellationToken::new());
            let inputs = futures::stream::iter(0..count).map(|index| {
                let (acceptor, stop, path) = (&acceptor, &stop, format!("large-{seed}-{index}.jsonl"));
                async move {
                    let article = dateline_sample::article_of(LARGE, index, seed);
                    let input = dateline_sample::json_lines([article]).into_bytes().into();
                    acceptor.accept_input(&path, input, Format::JsonLines, &source(), stop).await
                }
            });
            let accepted: Vec<_> = inputs.buffer_unordered(LARGE_INPUTS).collect().await;
            accepted.into_iter().try_for_each(|accepted| accepted.map(drop).map_err(BenchError::from))
        };
        self.flow(count, feed).await
    }

    /// Enricher, sink and a producer that `send` drives, until everything is stored.
    async fn flow<F>(&self, count: usize, send: impl FnOnce(Vec<Bus>) -> F) -> Result<(Used, u64), BenchError>
    where
        F: Future<Output = Result<(), BenchError>>,
    {
        let mut buses = try_join_all((0..3).map(|_| self.another_bus())).await?;
        let (_place, store) = self.store().await?;
        let mut running = Running::new();
        let watch = self.start();
        running.enricher(self, &buses[0]);
        running.sink(self, &buses[1], store.clone());
        let mut peak = 0;
        let look = async {
            loop {
                peak = peak.max(self.resident());
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        let flow = async {
            send(buses.split_off(2)).await?;
            self.stored(&store, count as u64).await
        };
        tokio::select! {
            result = flow => result?,
            () = look => {}
        }
        Ok((self.measured(&watch, running).await?, peak))
    }

    /// The time until now; ending the stages is not part of it.
    async fn measured(&self, watch: &Stopwatch, running: Running) -> Result<Used, BenchError> {
        let used = self.stop(watch);
        running.stop().await?;
        Ok(used)
    }
}
