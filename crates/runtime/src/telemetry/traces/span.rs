//! Spans: which work on an article took how long.

use std::borrow::Cow;
use std::fmt::Display;
use std::hash::BuildHasher;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use opentelemetry::trace::{SpanContext, SpanKind, Status, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, SpanId};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::{TraceContext, export};
use crate::clock::{Clock, SystemClock};

/// Work that has begun. It is exported when it [ends](Self::end); one that is dropped was given
/// up and leaves no trace. Costs nothing where no export is set up.
#[derive(Debug)]
#[must_use = "a span says nothing before it ends"]
pub struct Span(Option<Box<Open>>);

#[derive(Debug)]
struct Open {
    name: &'static str,
    context: TraceContext,
    id: SpanId,
    parent: SpanId,
    kind: SpanKind,
    began: SystemTime,
    started: Instant,
    attributes: Vec<KeyValue>,
    status: Status,
    parts: Vec<SpanData>,
}

impl Span {
    /// Begins work on the article whose `traceparent` is given, below the span that it names.
    pub fn begin(name: &'static str, trace_parent: Option<&str>) -> Self {
        Self::open(name, trace_parent, SpanKind::Consumer, |context| (new_id(), context.span))
    }

    /// Begins a trace of our own: this is the very span that its `traceparent` names.
    pub fn root(name: &'static str, trace_parent: Option<&str>) -> Self {
        Self::open(name, trace_parent, SpanKind::Producer, |context| (context.span, SpanId::INVALID))
    }

    fn open(
        name: &'static str,
        trace_parent: Option<&str>,
        kind: SpanKind,
        ids: impl FnOnce(&TraceContext) -> (SpanId, SpanId),
    ) -> Self {
        let Some(share) = export::share() else { return Self(None) };
        let context = trace_parent.and_then(TraceContext::parse).filter(|context| context.is_kept(share));
        Self(context.map(|context| {
            let (id, parent) = ids(&context);
            Box::new(Open {
                name,
                context,
                id,
                parent,
                kind,
                began: SystemClock.now().into(),
                started: Instant::now(),
                attributes: Vec::new(),
                status: Status::Unset,
                parts: Vec::new(),
            })
        }))
    }

    /// Says something about the work, under a name of OpenTelemetry's conventions where there is one.
    pub fn note(&mut self, key: &'static str, value: impl Display) {
        if let Some(open) = &mut self.0 {
            open.attributes.push(KeyValue::new(key, value.to_string()));
        }
    }

    /// Says that the work failed, and why.
    pub fn fail(&mut self, error: impl Display) {
        if let Some(open) = &mut self.0 {
            open.status = Status::Error { description: Cow::Owned(error.to_string()) };
        }
    }

    /// A part of the work: when it began, and how long it took.
    pub fn part(&mut self, name: &'static str, began: Instant, took: Duration) {
        if let Some(open) = &mut self.0 {
            let began = open.began + began.saturating_duration_since(open.started);
            open.parts.push(open.data(name, (new_id(), open.id), SpanKind::Internal, began, took));
        }
    }

    /// A part of the work that was done before it had a trace: the whole then begins there.
    pub fn part_before(&mut self, name: &'static str, began: Timestamp, took: Duration) {
        if let Some(open) = &mut self.0 {
            let began: SystemTime = began.into();
            open.parts.push(open.data(name, (new_id(), open.id), SpanKind::Client, began, took));
            let earlier = open.began.duration_since(began).unwrap_or_default();
            open.began -= earlier;
            open.started = open.started.checked_sub(earlier).unwrap_or(open.started);
        }
    }

    /// Ends the work.
    pub fn end(self) {
        let Some(open) = self.0 else { return };
        let mut open = *open;
        let mut data = open.data(
            open.name,
            (open.id, open.parent),
            open.kind.clone(),
            open.began,
            open.started.elapsed(),
        );
        data.attributes = std::mem::take(&mut open.attributes);
        data.status = open.status;
        export::send(open.parts.into_iter().chain([data]));
    }
}

impl Open {
    fn data(
        &self,
        name: &'static str,
        (id, parent): (SpanId, SpanId),
        kind: SpanKind,
        began: SystemTime,
        took: Duration,
    ) -> SpanData {
        SpanData {
            span_context: SpanContext::new(
                self.context.trace,
                id,
                self.context.flags,
                false,
                TraceState::default(),
            ),
            parent_span_id: parent,
            parent_span_is_remote: parent != self.id,
            span_kind: kind,
            name: Cow::Borrowed(name),
            start_time: began,
            end_time: began + took,
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: SCOPE.clone(),
        }
    }
}

static SCOPE: LazyLock<InstrumentationScope> = LazyLock::new(|| {
    InstrumentationScope::builder("dateline").with_version(env!("CARGO_PKG_VERSION")).build()
});

/// An id that no other span of any process has, but by bad luck.
fn new_id() -> SpanId {
    static CHANCE: LazyLock<std::hash::RandomState> = LazyLock::new(Default::default);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let drawn = CHANCE.hash_one(COUNT.fetch_add(1, Ordering::Relaxed));
    SpanId::from_bytes(drawn.max(1).to_be_bytes())
}
