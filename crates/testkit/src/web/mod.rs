//! A web server that behaves as badly as it is told to, and writes down who asked when.
//!
//! It answers on every address of 127.0.0.0/8, so that a test can play any number of hosts
//! with one server. Left out: everything that a test does not need of HTTP/1.1.

mod exchange;
mod hub;
mod manners;
mod reply;

pub use exchange::{Request, Visit};
pub use hub::{Asked, Hub, Signature};
pub use manners::{Manners, rude_visits};
pub use reply::{Manner, Reply};

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Answers a request.
type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// A running server; it ends with its value.
#[derive(Debug)]
pub struct WebServer {
    port: u16,
    log: Log,
    task: JoinHandle<()>,
}

/// Requests in the order in which they ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Visit>>>);

impl Log {
    fn note(&self, visit: Visit) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(visit);
    }
}

impl WebServer {
    /// Starts a server whose answers `handler` decides on.
    pub async fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let listener = TcpListener::bind(any).await.expect("a free port can be listened on");
        let port = listener.local_addr().expect("a listener has an address").port();
        let (log, handler): (Log, Arc<Handler>) = (Log::default(), Arc::new(handler));
        let visits = log.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(exchange::serve(stream, handler.clone(), visits.clone()));
            }
        });
        Self { port, log, task }
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// An address of it on 127.0.0.1.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.url_at(IpAddr::V4(Ipv4Addr::LOCALHOST), path)
    }

    /// An address of it on another host of 127.0.0.0/8.
    #[must_use]
    pub fn url_at(&self, host: IpAddr, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// Every request that has ended so far.
    #[must_use]
    pub fn visits(&self) -> Vec<Visit> {
        self.log.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often a path was asked for.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        self.log
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .filter(|visit| visit.path == path)
            .count()
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;

    #[tokio::test]
    async fn answers_and_remembers() {
        let server = WebServer::start(|request| match request.path.as_str() {
            "/a" => Reply::ok("text/plain", "hello").header("X-Test", "1"),
            _ => Reply::status(404),
        })
        .await;
        let address = SocketAddr::from((Ipv4Addr::new(127, 0, 3, 7), server.port()));
        let answer = http::get(address, "/a").await.unwrap();
        assert_eq!((answer.status, answer.body.as_str(), answer.header("x-test")), (200, "hello", Some("1")));
        assert_eq!(http::get(address, "/b").await.unwrap().status, 404);
        crate::eventually_true("both to be noted", async || server.visits().len() == 2).await;
        assert_eq!((server.visits()[0].host, server.count("/a")), (address.ip(), 1));
    }

    #[tokio::test]
    async fn a_cut_answer_is_cut() {
        let server = WebServer::start(|_| Reply::ok("text/plain", "hello").manner(Manner::Cut(3))).await;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, server.port()));
        let answer = http::get(address, "/").await.unwrap();
        assert_eq!((answer.header("content-length"), answer.body.as_str()), (Some("5"), "hel"));
    }
}
