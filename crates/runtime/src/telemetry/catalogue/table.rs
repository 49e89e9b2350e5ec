//! All metrics. A new one is a line here; it then has help, buckets and a place on the page.

use super::family::{Counters, Definition, Gauges, Histograms};
use super::label::Label;

/// From half a millisecond to two minutes: work, waits, answers.
const WORK: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0,
];
/// From ten milliseconds to a day: time in queues and from intake to storage.
const WAIT: &[f64] =
    &[0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0];
/// From a minute to thirty days: how old news is when it is stored.
const AGE: &[f64] = &[
    60.0,
    300.0,
    600.0,
    900.0,
    1_800.0,
    3_600.0,
    7_200.0,
    21_600.0,
    86_400.0,
    259_200.0,
    604_800.0,
    2_592_000.0,
];
/// Sizes of batches.
const BATCH: &[f64] = &[1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0];

/// Stages of the pipeline.
pub static STAGE: Label =
    Label::at_most("stage", 16, "producer, enricher, sink, or a further sink by the name of its consumer");
/// Sinks of the configuration.
pub static SINK: Label = Label::at_most("sink", 12, "durable consumer of a sink; the first one's is `sink`");
/// Why a stage gave up.
pub static REASON: Label = Label::one_of(
    "reason",
    &["unreadable", "invalid", "too-large", "panic", "attempts-exhausted", "refused"],
    "why a stage gave up",
);
/// Ids of sources.
pub static SOURCE: Label = Label::at_most("source", 2_000, "id of a source, as in its subject");
/// What became of an article that a source delivered.
pub static OUTCOME: Label =
    Label::one_of("outcome", &["accepted", "duplicate", "dead"], "what became of an article");
/// Why a source could not be read.
pub static SOURCE_ERROR: Label = Label::one_of(
    "error",
    &["unreadable", "timeout", "connect", "status", "too-large", "refused"],
    "why a source could not be read",
);
/// How a poll of a source ended.
pub static POLL: Label = Label::one_of(
    "outcome",
    &[
        "changed",
        "unchanged",
        "unreadable",
        "address",
        "private-address",
        "busy",
        "connect",
        "timeout",
        "too-slow",
        "interrupted",
        "too-large",
        "bomb",
        "encoding",
        "redirects",
        "gone",
        "too-many-requests",
        "client-error",
        "server-error",
        "client",
    ],
    "how a poll of a source ended",
);
/// What a polled item was.
pub static VERDICT: Label = Label::one_of("verdict", &["new", "changed"], "what an item of a source was");
/// How fetching a page for its full text ended.
pub static PAGE: Label = Label::at_most("outcome", 24, "how fetching a page for its full text ended");
/// What became of a delivery by a hub.
pub static DELIVERY: Label = Label::one_of(
    "outcome",
    &["taken", "unreadable", "forged", "unknown", "too-large", "busy", "failed"],
    "what became of a delivery",
);
/// What became of asking a hub.
pub static HUB: Label =
    Label::one_of("outcome", &["asked", "confirmed", "denied", "failed"], "what became of asking a hub");
/// Whether sources are polled.
pub static SOURCE_STATE: Label = Label::one_of("state", &["active", "paused"], "whether sources are polled");
/// HTTP statuses that the push port answers with.
pub static STATUS: Label = Label::one_of(
    "status",
    &["202", "400", "401", "404", "405", "408", "413", "415", "422", "429", "500", "503"],
    "HTTP status",
);
/// HTTP listeners of a process.
pub static LISTENER: Label =
    Label::one_of("listener", &["admin", "console", "push", "websub"], "HTTP listener of a process");
/// Streams of the topology.
pub static STREAM: Label = Label::at_most("stream", 16, "JetStream stream");
/// Durable consumers of the topology.
pub static CONSUMER: Label = Label::at_most("consumer", 16, "durable consumer");
/// What a write did.
pub static WRITE: Label = Label::one_of(
    "outcome",
    &["inserted", "new-version", "older-version", "reenriched", "unchanged", "refused"],
    "what a write did to the store",
);
/// Types of entities.
pub static ENTITY_TYPE: Label =
    Label::one_of("type", &["person", "organisation", "place", "misc"], "type of an entity");
/// Types of temporal expressions.
pub static TIMEX_TYPE: Label =
    Label::one_of("type", &["date", "time", "duration", "set"], "TIMEX3 type, in lower case");
/// Whether something could be resolved.
pub static RESOLVED: Label =
    Label::one_of("resolved", &["yes", "no"], "whether it has an interval or a link");
/// How exactly the publication date is known.
pub static PRECISION: Label = Label::one_of(
    "precision",
    &["year", "month", "day", "minute", "second", "unknown"],
    "how exactly the publication date is known",
);
/// Languages of articles.
pub static LANGUAGE: Label = Label::at_most("language", 100, "BCP 47 language, `und` when unknown");
/// What became of a changed gazetteer.
pub static RELOAD: Label =
    Label::one_of("outcome", &["reloaded", "kept"], "whether a changed gazetteer could be used");
/// What became of a configuration that was read again.
pub static CONFIG_RELOAD: Label =
    Label::one_of("outcome", &["applied", "refused"], "whether the configuration was taken over");
/// What became of a span.
pub static SPAN: Label =
    Label::one_of("outcome", &["exported", "failed", "dropped"], "what became of a span of a trace");
/// A version.
pub static VERSION: Label = Label::at_most("version", 8, "version");

macro_rules! catalogue {
    ($($family:ident $name:ident = $text:literal [$($label:ident),*] $(in $buckets:ident)?, $help:literal;)*) => {
        $(
            #[doc = concat!("`", $text, "`: ", $help)]
            pub static $name: $family<{ <[&str]>::len(&[$(stringify!($label)),*]) }> =
                $family::new($text, &[$(&$label),*], $help, catalogue!(@buckets $($buckets)?));
        )*

        /// All of them, in the order of the page.
        pub static CATALOGUE: &[Definition] = &[$($family::new(
            $text, &[$(&$label),*] as &[&Label; <[&str]>::len(&[$(stringify!($label)),*])], $help, catalogue!(@buckets $($buckets)?)
        ).definition()),*];
    };
    (@buckets) => { &[] };
    (@buckets $buckets:ident) => { $buckets };
}

catalogue! {
    Counters STAGE_IN = "dateline_stage_in_total" [STAGE], "Articles that came into a stage.";
    Counters STAGE_OUT = "dateline_stage_out_total" [STAGE], "Articles that went on to the next stage, or into storage.";
    Counters STAGE_DUPLICATE = "dateline_stage_duplicate_total" [STAGE], "Articles that were there already.";
    Counters STAGE_RETRIED = "dateline_stage_retried_total" [STAGE], "Articles that were handed back, to come in again.";
    Counters STAGE_DEAD = "dateline_stage_dead_total" [STAGE, REASON], "Articles that became dead letters.";
    Gauges STAGE_IN_FLIGHT = "dateline_stage_in_flight" [STAGE], "Articles in a stage of which nothing is decided yet.";
    Histograms STAGE_QUEUE_SECONDS = "dateline_stage_queue_seconds" [STAGE] in WAIT, "Time from the broker's acceptance of a message to its stage taking it up.";
    Histograms STAGE_WORK_SECONDS = "dateline_stage_work_seconds" [STAGE] in WORK, "Time that a stage needed for one article, broker and store included.";
    Counters STAGE_REDELIVERED = "dateline_stage_redelivered_total" [STAGE], "Deliveries that were not the first of their message.";

    Counters SOURCE_ARTICLES = "dateline_source_articles_total" [SOURCE, OUTCOME], "Articles that a source delivered, by what became of them.";
    Gauges SOURCE_LAST_SUCCESS = "dateline_source_last_success_timestamp_seconds" [SOURCE], "When a source last delivered something that could be read, in Unix time.";
    Counters SOURCE_ERRORS = "dateline_source_errors_total" [SOURCE, SOURCE_ERROR], "Failed attempts to read from a source.";
    Counters SOURCE_POLLS = "dateline_source_polls_total" [SOURCE, POLL], "Polls of a source, by how they ended.";
    Counters SOURCE_ITEMS = "dateline_source_items_total" [SOURCE, VERDICT], "Items that polls of a source brought and that were not known in this form.";
    Gauges SOURCE_FAILURES = "dateline_source_failures" [SOURCE], "Failed polls of a source in a row.";
    Gauges SOURCE_SILENT = "dateline_source_silent" [SOURCE], "1 while a polled source has been silent for longer than its own rhythm lets expect.";
    Histograms SOURCE_FETCH_SECONDS = "dateline_source_fetch_seconds" [] in WORK, "Time that an answer of a source took.";
    Counters SOURCE_FETCHED_BYTES = "dateline_source_fetched_bytes_total" [], "Bytes that sources answered with.";
    Counters SOURCE_PAGES = "dateline_source_pages_total" [PAGE], "Pages that were fetched for their full text, by how it ended.";
    Counters WEBSUB_REQUESTS = "dateline_websub_requests_total" [HUB], "Subscriptions that hubs were asked for, and their answers.";
    Counters WEBSUB_DELIVERIES = "dateline_websub_deliveries_total" [DELIVERY], "Deliveries by hubs.";
    Counters SOURCE_LEASES_LOST = "dateline_source_leases_lost_total" [], "Leases that were lost while their source was polled.";
    Gauges SOURCES = "dateline_sources" [SOURCE_STATE], "Configured sources that this process polls.";
    Gauges SOURCE_POLLS_IN_FLIGHT = "dateline_source_polls_in_flight" [], "Polls under way.";
    Counters LEDGER_LINES_BROKEN = "dateline_ledger_lines_broken_total" [], "Lines of a folder's cursor file that could not be read and were passed over.";
    Counters PUSH_REQUESTS = "dateline_push_requests_total" [STATUS], "Requests to the push port, by HTTP status.";
    Histograms BACKPRESSURE_SECONDS = "dateline_backpressure_seconds" [] in WAIT, "Time that inputs waited at the closed gate; its sum is the backpressure in seconds.";
    Gauges GATE_OPEN = "dateline_gate_open" [], "1 while sources may deliver, 0 while the gate holds them back.";

    Counters ENTITIES = "dateline_entities_total" [ENTITY_TYPE, RESOLVED], "Entities found, by type and by whether they are linked to an identifier.";
    Counters DATES = "dateline_dates_total" [TIMEX_TYPE, RESOLVED], "Temporal expressions found, by type and by whether they have an interval.";
    Counters PUBLICATION_DATES = "dateline_publication_dates_total" [PRECISION], "Articles, by how exactly their publication date is known.";
    Counters PUBLICATION_CONFLICTS = "dateline_publication_conflicts_total" [], "Articles with claims of their publication date that contradict each other.";
    Counters ARTICLE_LANGUAGES = "dateline_article_languages_total" [LANGUAGE], "Enriched articles by language.";
    Counters GAZETTEER_RELOADS = "dateline_gazetteer_reloads_total" [RELOAD], "Changes of own gazetteers, by whether they could be used; otherwise the one before is kept.";
    Gauges MODEL_INFO = "dateline_model_info" [VERSION], "Always 1; the label tells the version of the entity model.";

    Histograms SINK_BATCH = "dateline_sink_batch_articles" [SINK] in BATCH, "Articles in a batch that the sink writes.";
    Histograms SINK_WRITE_SECONDS = "dateline_sink_write_seconds" [SINK] in WORK, "Time that the store needed for a batch, retries included.";
    Counters SINK_WRITE_RETRIES = "dateline_sink_write_retries_total" [SINK], "Writes that failed for a passing reason and were tried again.";
    Counters SINK_WRITES = "dateline_sink_writes_total" [SINK, WRITE], "Records written, by what the write did.";
    Histograms ACCEPTED_TO_STORED = "dateline_accepted_to_stored_seconds" [SINK] in WAIT, "Time from the intake of an article to its being stored.";
    Histograms PUBLISHED_TO_STORED = "dateline_published_to_stored_seconds" [SINK] in AGE, "Age of an article when it is stored, where its publication time is known to the minute.";
    Gauges STORE_BYTES = "dateline_store_bytes" [], "Size of the first store, indexes included, where it can tell.";
    Counters RETENTION_REMOVED = "dateline_retention_removed_articles_total" [SOURCE], "Articles that were removed because they were kept long enough.";
    Counters RETENTION_FAILURES = "dateline_retention_failures_total" [], "Attempts to remove old articles that failed.";

    Counters PUBLISH_RETRIES = "dateline_publish_retries_total" [], "Publishes without an acknowledgement that were tried again.";
    Histograms PUBLISH_SECONDS = "dateline_publish_seconds" [] in WORK, "Time from a publish to the broker's acknowledgement.";
    Histograms PUBLISH_BATCH = "dateline_publish_batch_messages" [] in BATCH, "Messages that were published together, where more than one waited.";
    Counters PUBLISH_BATCHES_REFUSED = "dateline_publish_batches_refused_total" [], "Batches that the broker refused, so that their messages went out one by one.";
    Gauges BROKER_CONNECTED = "dateline_broker_connected" [], "1 while the connection to the broker is up.";
    Counters BROKER_DISCONNECTS = "dateline_broker_disconnects_total" [], "Lost connections to the broker.";
    Counters BROKER_RESTARTS = "dateline_broker_restarts_total" [], "Restarts of the broker that runs as a child of `dateline up`.";
    Counters INTAKE_REOPENED = "dateline_intake_reopened_total" [CONSUMER], "Consumers that were opened anew after a failed pull.";
    Counters INTAKE_STALLED = "dateline_intake_stalled_total" [CONSUMER], "Consumers with messages that delivered none, and were opened anew.";
    Gauges OLDEST_DELIVERY = "dateline_oldest_delivery_seconds" [CONSUMER], "How long the delivery that is held longest has been held.";
    Counters BROKER_GAVE_UP = "dateline_broker_gave_up_total" [CONSUMER], "Messages that the broker gave up on by itself, against our settings, and that became dead letters.";
    Counters SUSPECT_TRIALS = "dateline_suspect_trials_total" [], "Trials of messages that were delivered too often, each made with nothing else under way.";
    Counters BACKFILL_BROKEN_RECORDS = "dateline_backfill_broken_records_total" [], "Records of web archives that could not be read; each left a dead letter.";
    Counters BACKFILL_WITHOUT_ARTICLE = "dateline_backfill_without_article_total" [], "Pages of web archives that hold no article.";
    Counters DELIVERIES_UNDECIDED = "dateline_deliveries_undecided_total" [], "Deliveries that were dropped without a decision: a fault of Dateline.";
    Gauges STREAM_MESSAGES = "dateline_stream_messages" [STREAM], "Messages that a stream keeps.";
    Gauges STREAM_BYTES = "dateline_stream_bytes" [STREAM], "Size of a stream.";
    Gauges STREAM_LIMIT = "dateline_stream_limit_bytes" [STREAM], "Size at which a stream takes nothing more; 0 without a limit.";
    Gauges STREAM_LAST_SEQUENCE = "dateline_stream_last_sequence" [STREAM], "Messages that a stream has ever taken in.";
    Counters STREAM_PURGED = "dateline_stream_purged_total" [STREAM], "Settled messages that the janitor purged.";
    Counters SIDE_SINK_MISSED = "dateline_side_sink_missed_total" [STREAM], "Messages that a sink beside the first missed, because it stayed away while its stream filled up.";
    Gauges CONSUMER_PENDING = "dateline_consumer_pending" [CONSUMER], "Messages that were not delivered to a stage yet.";
    Gauges CONSUMER_ACK_PENDING = "dateline_consumer_ack_pending" [CONSUMER], "Messages that were delivered and are not settled yet.";
    Gauges CONSUMER_REDELIVERED = "dateline_consumer_redelivered" [CONSUMER], "Of the messages that are not settled, those that were delivered more than once.";
    Gauges CONSUMER_ACK_FLOOR = "dateline_consumer_ack_floor" [CONSUMER], "Stream sequence up to which everything is settled.";
    Gauges CONSUMER_WAITING = "dateline_consumer_waiting" [CONSUMER], "Pull requests that wait for messages; 0 with nothing in work means that no stage runs.";

    Counters LISTENER_REFUSED = "dateline_listener_refused_total" [LISTENER], "Requests that were refused because their sender made too many a second.";
    Gauges CLOCK = "dateline_clock_timestamp_seconds" [], "The process' clock at the moment of the scrape, in Unix time.";
    Gauges RUNTIME_WORKERS = "dateline_runtime_workers" [], "Threads of the async runtime.";
    Gauges RUNTIME_TASKS = "dateline_runtime_tasks" [], "Tasks of the async runtime that are alive.";
    Gauges RUNTIME_QUEUE = "dateline_runtime_queue_depth" [], "Tasks that wait in the async runtime's global queue.";
    Gauges RUNTIME_BUSY = "dateline_runtime_busy_seconds" [], "Time that the async runtime's threads were busy since the start, added up.";
    Histograms POOL_WAIT_SECONDS = "dateline_pool_wait_seconds" [] in WORK, "Time that a job waited for a thread of the CPU pool.";
    Gauges POOL_THREADS = "dateline_pool_threads" [], "Threads of the CPU pool.";
    Counters SPANS = "dateline_spans_total" [SPAN], "Spans of traces, by whether the collector took them; dropped ones found the queue full.";
    Counters CONFIG_RELOADS = "dateline_config_reloads_total" [CONFIG_RELOAD], "Times that the configuration was read again while running, by whether it was taken over; otherwise the one before stays in force.";
    Gauges BUILD_INFO = "dateline_build_info" [VERSION], "Always 1; the label tells the running version.";
}
