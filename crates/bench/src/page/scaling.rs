//! docs/scaling.md: what ten and a hundred times the world's news would take, worked out from
//! measured costs of one article.

use super::{Table, figure, origin};
use crate::report::{STAGES, median};
use crate::{Rate, Report, SourceCount};

const HEAD: &str = "\
# Scaling: ten and a hundred times the world's news

Made by `cargo xtask performance` from docs/figures/always.json, which `dateline bench --growth 1000000
--json` wrote; not edited by hand. Three million articles a day, more than any monitor says that
it reads, are 35 a second. This page works out from measured costs of one article what more would
take. It is a calculation, not a measurement: it takes cores to be like the one that was measured,
and work to divide as it does over a few copies.

";

const HOW: &str = "\
## How it divides

- **Copies of a stage.** Enrichers and sinks share one durable pull consumer each, so a copy more on
  any machine takes its share; nothing is configured but the address of the broker.
- **The broker.** One stream has one leader, which one core feeds. Past what it relays, subjects are
  partitioned: `dateline.raw.<source>` by a subject mapping of the server into `P` streams
  (`{{partition(P,1)}}`), each with consumers of its own. Sources keep their order, as one source
  always lands in one partition. For safety against the loss of a machine each stream has three
  replicas (R3); each replica writes everything once more, which the CPU below counts threefold.
- **The store.** SQLite has one writer. Past its limit the store is PostgreSQL, into which any number
  of sinks write; its tables are partitioned by the hash of the article's id, and past one server by
  databases, each with sinks of its own behind a partition of the enriched subjects.
- **Search** asks all partitions and joins what they find; a time range asks only those that hold it
  where partitions are made by time instead.

";

/// The world's news a second: three million articles a day.
const WORLD: f64 = 3_000_000.0 / 86_400.0;
/// Share of a machine's cores that is planned with: the rest is for peaks and repairs.
const PLANNED: f64 = 0.5;
/// Copies of each stream in a cluster.
const REPLICAS: f64 = 3.0;
/// Streams that an article passes: raw and enriched.
const STREAMS: f64 = 2.0;
const DAY: f64 = 86_400.0;
const TEBI: f64 = 1_099_511_627_776.0;

/// The page of one run.
#[must_use]
pub fn scaling(report: &Report) -> String {
    [
        HEAD.to_owned(),
        format!("{}\n", origin(report)),
        costs(report),
        growth(report),
        sizes(report),
        HOW.to_owned(),
    ]
    .concat()
    .trim_end()
    .to_owned()
        + "\n"
}

/// CPU seconds of one article in a role.
fn cost(report: &Report, what: &str, of: impl Fn(&Rate) -> &Vec<f64>) -> f64 {
    report.rate(what).map_or(f64::NAN, |rate| median(of(rate)) / 1000.0)
}

fn cpu(report: &Report, what: &str) -> f64 {
    cost(report, what, |rate| &rate.cpu)
}

/// The broker's CPU seconds of one article on its whole way.
fn broker(report: &Report) -> f64 {
    STAGES.iter().map(|stage| cost(report, stage, |rate| &rate.broker_cpu)).sum()
}

fn costs(report: &Report) -> String {
    let row = |table: Table, (what, cost): (&str, f64)| {
        table.row(&[what.to_owned(), figure(cost * 1000.0, 3), figure(1.0 / cost, 0)])
    };
    let table = Table::new(&["role", "CPU ms an article", "articles/s on one core"]);
    let roles = STAGES.iter().map(|stage| (stage.trim_end_matches(" alone"), cpu(report, stage)));
    let roles = roles.chain([("broker, all streams, one replica", broker(report))]);
    format!("## What one article costs\n\n{}", roles.fold(table, row).done())
}

fn growth(report: &Report) -> String {
    let Some(growth) = &report.growth else { return String::new() };
    let stores = growth.stores.iter().fold(
        Table::new(&[
            "articles in the store",
            "articles/s, whole pipeline",
            "CPU ms an article",
            "of the broker",
            "ms of the write",
            "CPU ms of the write",
            "ms for a search",
            "GiB",
        ]),
        |table, size| {
            #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
            let gib = size.bytes as f64 / f64::from(1 << 30);
            table.row(&[
                size.articles.to_string(),
                figure(size.pipeline.rate, 0),
                figure(size.pipeline.cpu, 3),
                figure(size.pipeline.broker_cpu, 3),
                figure(size.write_ms, 3),
                figure(size.write_cpu_ms, 3),
                figure(size.search_ms, 2),
                figure(gib, 2),
            ])
        },
    );
    let sources = growth.sources.iter().fold(
        Table::new(&["sources", "articles/s, whole pipeline", "CPU ms an article", "of the broker"]),
        |table, SourceCount { sources, pipeline }| {
            table.row(&[
                sources.to_string(),
                figure(pipeline.rate, 0),
                figure(pipeline.cpu, 3),
                figure(pipeline.broker_cpu, 3),
            ])
        },
    );
    format!(
        "## What growth costs\n\nSQLite, one writer. The store is filled as by a stream of three million \
         articles a day, each published within the quarter of an hour before it comes; the write is the sink's \
         alone, as the mean of the last ten thousand articles. Then some thousand more pass through the \
         whole pipeline into it. The search is for a rare phrase, which more of the articles hold as there \
         are more of them.\n\n{}{}",
        stores.done(),
        sources.done()
    )
}

/// What so many times the world's news takes.
fn sizes(report: &Report) -> String {
    let table = Table::new(&[
        "times the world's news",
        "articles/s",
        "producer cores",
        "enricher cores",
        "sink cores",
        "broker cores, R3",
        "partitions of a stream",
        "store, TiB a year",
    ]);
    let relayed = report.rate(crate::CEILING).map_or(f64::NAN, Rate::median);
    let stored = bytes_stored(report);
    let row = |table: Table, times: f64| {
        let rate = WORLD * times;
        let cores = |cost: f64| figure((rate * cost / PLANNED).ceil(), 0);
        let [producer, enricher, sink] = STAGES.map(|stage| cores(cpu(report, stage)));
        table.row(&[
            figure(times, 0),
            figure(rate, 0),
            producer,
            enricher,
            sink,
            cores(broker(report) * REPLICAS),
            figure((rate / (relayed * PLANNED)).ceil(), 0),
            figure(rate * DAY * 365.0 * stored / TEBI, 1),
        ])
    };
    let table = [1.0, 10.0, 100.0].into_iter().fold(table, row).done();
    format!(
        "## What more takes\n\nCores are planned to be busy to {}%. An article passes {} streams, a relay of \
         one of which carries {} articles a second here; a partition is planned with the same share of it. \
         The store grows by {} KiB an article, records compressed.\n\n{table}",
        figure(PLANNED * 100.0, 0),
        figure(STREAMS, 0),
        figure(relayed, 0),
        figure(stored / 1024.0, 1),
    )
}

/// Bytes of the store for one article, taken of the fullest store that was measured.
fn bytes_stored(report: &Report) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let each = |size: &crate::StoreSize| size.bytes as f64 / size.articles as f64;
    report.growth.as_ref().and_then(|growth| growth.stores.last()).map_or(f64::NAN, each)
}
