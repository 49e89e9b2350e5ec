//! A server that speaks as much of OpenSearch's protocol as the store needs: templates,
//! an index, bulk requests with external versions, reading several documents. It
//! misbehaves when told to. Left out: searching.

use crate::web::{Reply, Request, WebServer};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A running server; it ends with its value.
#[derive(Debug)]
pub struct SearchServer {
    web: WebServer,
    state: Arc<Mutex<Index>>,
}

/// What it holds, and what it will answer.
#[derive(Debug, Default)]
pub struct Index {
    /// Whether the index was made.
    pub exists: bool,
    /// The template last put.
    pub template: Option<Value>,
    /// Documents by id, each with its version.
    pub documents: BTreeMap<String, (i64, Value)>,
    /// Answers to the next bulk requests, instead of doing them.
    pub answers: VecDeque<Reply>,
    /// Status and type of error of the next items; `None` lets one through.
    pub faults: VecDeque<Option<(u16, &'static str)>>,
    /// Documents with this in them are malformed.
    pub malformed: Option<&'static str>,
    /// Most bytes of a request, decompressed.
    pub most: Option<usize>,
}

impl SearchServer {
    /// Starts an empty server.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(Index::default()));
        let shared = Arc::clone(&state);
        let web = WebServer::start(move |request| lock(&shared).answer(request)).await;
        Self { web, state }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        self.web.url("")
    }

    /// The server underneath, with what it was asked.
    #[must_use]
    pub fn web(&self) -> &WebServer {
        &self.web
    }

    /// What it holds, and what it will answer.
    ///
    /// It answers nobody while this is held.
    pub fn index(&self) -> MutexGuard<'_, Index> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<Index>) -> MutexGuard<'_, Index> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply::json(status, &body.to_string())
}

fn error(status: u16, kind: &str) -> Value {
    json!({ "error": { "type": kind, "reason": "as told" }, "status": status })
}

impl Index {
    fn answer(&mut self, request: &Request) -> Reply {
        let path = request.path.split('?').next().unwrap_or_default();
        match (request.method.as_str(), path.rsplit('/').next().unwrap_or_default()) {
            ("POST", "_bulk") => self.bulk(request),
            ("POST", "_mget") => self.several(request),
            ("PUT", _) if path.starts_with("/_index_template/") => {
                self.template = serde_json::from_slice(&request.body).ok();
                reply(200, &json!({ "acknowledged": true }))
            }
            ("PUT", _) if self.exists => reply(400, &error(400, "resource_already_exists_exception")),
            ("PUT", _) => {
                self.exists = true;
                reply(200, &json!({ "acknowledged": true }))
            }
            ("HEAD", _) => Reply::status(if self.exists { 200 } else { 404 }),
            _ => reply(405, &error(405, "method_not_allowed")),
        }
    }

    fn bulk(&mut self, request: &Request) -> Reply {
        if let Some(answer) = self.answers.pop_front() {
            return answer;
        }
        let mut text = String::new();
        let read = match request.header("content-encoding") {
            Some("gzip") => GzDecoder::new(request.body.as_slice()).read_to_string(&mut text),
            _ => request.body.as_slice().read_to_string(&mut text),
        };
        if read.is_err() || !text.ends_with('\n') {
            return reply(400, &error(400, "illegal_argument_exception"));
        }
        if self.most.is_some_and(|most| text.len() > most) {
            return Reply::status(413);
        }
        let lines: Vec<&str> = text.lines().collect();
        let items: Vec<Value> = lines.chunks(2).map(|pair| self.item(pair)).collect();
        let errors = items.iter().any(|item| item["index"]["error"].is_object());
        reply(200, &json!({ "took": 1, "errors": errors, "items": items }))
    }

    fn item(&mut self, lines: &[&str]) -> Value {
        let [head, source] = lines else { return json!({ "index": error(400, "parse_exception") }) };
        let head: Value = serde_json::from_str(head).unwrap_or_default();
        let (head, id) = (&head["index"], head["index"]["_id"].as_str().unwrap_or_default().to_owned());
        if let Some((status, kind)) = self.faults.pop_front().flatten() {
            return json!({ "index": error(status, kind) });
        }
        if self.malformed.is_some_and(|word| source.contains(word)) {
            return json!({ "index": error(400, "mapper_parsing_exception") });
        }
        let version = head["version"].as_i64().unwrap_or_default();
        let may_be_equal = head["version_type"] == "external_gte";
        let stored = self.documents.get(&id).map(|(version, _)| *version);
        if stored.is_some_and(|stored| stored > version || (stored == version && !may_be_equal)) {
            return json!({ "index": error(409, "version_conflict_engine_exception") });
        }
        let document = serde_json::from_str(source).unwrap_or_default();
        self.documents.insert(id.clone(), (version, document));
        let (status, result) = if stored.is_some() { (200, "updated") } else { (201, "created") };
        json!({ "index": { "_id": id, "_version": version, "result": result, "status": status } })
    }

    fn several(&self, request: &Request) -> Reply {
        let ids: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let found = |id: &Value| {
            let id = id.as_str().unwrap_or_default();
            match self.documents.get(id) {
                Some((version, document)) => {
                    json!({ "_id": id, "_version": version, "found": true, "_source": { "order": document["order"] } })
                }
                None => json!({ "_id": id, "found": false }),
            }
        };
        let documents: Vec<Value> = ids["ids"].as_array().into_iter().flatten().map(found).collect();
        reply(200, &json!({ "docs": documents }))
    }
}
