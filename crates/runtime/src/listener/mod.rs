//! The bounds that every HTTP listener of a process shares: how many connections it holds, how
//! long one may go without an answer, and how often one sender may ask ([`serve`]).
//!
//! Whoever connects and sends nothing, sends its headers a byte at a time or does not read what
//! it is answered holds a place for [`SILENCE`] and no longer; who comes while all places are
//! taken waits in the system's queue. Sizes of headers are bounded by the HTTP library (about
//! 400 KiB, 431 beyond), sizes of bodies and times of requests by each listener's own handlers.
//! Left out: a sender's share of the connections, which a proxy before a listener that is open
//! to the world sets.

mod rate;

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::middleware::{AddExtension, from_fn_with_state};
use axum::serve::{Listener, Serve};
pub use rate::Sender;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// Connections that a listener holds at once.
pub const CONNECTIONS: usize = 512;
/// Longest time in which nothing is answered on a connection: more than any request may take.
pub const SILENCE: Duration = Duration::from_secs(75);

/// Requests a second of one sender where nothing else is configured: more than people and scripts
/// ask, less than would fill a core.
pub const RATE: NonZeroU32 = NonZeroU32::new(200).expect("not zero");

/// A server that answers by a router and keeps all bounds.
pub type BoundedServe = Serve<
    BoundedListener,
    IntoMakeServiceWithConnectInfo<Router, Sender>,
    AddExtension<Router, ConnectInfo<Sender>>,
>;

/// Serves a router; a sender who asks more often than `rate` times a second gets 429, counted
/// under `name`.
pub fn serve(name: &'static str, listener: TcpListener, router: Router, rate: NonZeroU32) -> BoundedServe {
    let router = router.layer(from_fn_with_state(rate::Rates::new(name, rate), rate::keep));
    axum::serve(BoundedListener::new(listener), router.into_make_service_with_connect_info::<Sender>())
}

/// A TCP listener for [`axum::serve()`] that keeps the bounds of connections.
#[derive(Debug)]
pub struct BoundedListener {
    listener: TcpListener,
    places: Arc<Semaphore>,
    silence: Duration,
}

/// One accepted connection. It ends with an error once nothing was written for too long.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    silence: Duration,
    deadline: Pin<Box<Sleep>>,
    /// Given back with the connection.
    _place: Option<OwnedSemaphorePermit>,
}

impl BoundedListener {
    /// Bounds a listener by [`CONNECTIONS`] and [`SILENCE`].
    #[must_use]
    pub fn new(listener: TcpListener) -> Self {
        Self::with_bounds(listener, CONNECTIONS, SILENCE)
    }

    /// The same with other bounds.
    #[must_use]
    pub fn with_bounds(listener: TcpListener, connections: usize, silence: Duration) -> Self {
        Self { listener, places: Arc::new(Semaphore::new(connections)), silence }
    }
}

impl Listener for BoundedListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // Nothing closes this semaphore.
        let place = self.places.clone().acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let deadline = Box::pin(tokio::time::sleep(self.silence));
        (Connection { stream, silence: self.silence, deadline, _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connection {
    /// The error of a connection whose time is over, else what `poll` gives.
    fn in_time<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        poll(Pin::new(&mut self.stream), context)
    }

    /// Something was answered: the time begins anew.
    fn renewed(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(bytes)) if bytes > 0) {
            let deadline = Instant::now() + self.silence;
            self.deadline.as_mut().reset(deadline);
        }
        written
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.in_time(context, |stream, context| stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.in_time(context, |stream, context| stream.poll_write(context, bytes));
        self.renewed(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.in_time(context, |stream, context| stream.poll_write_vectored(context, pieces));
        self.renewed(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Far longer than the bounds of these tests: whoever waits so long waits in vain.
    const PATIENCE: Duration = Duration::from_mins(1);
    const LONG: Duration = Duration::from_mins(10);

    /// A server with these bounds; it notes the paths that it answered.
    async fn serve(connections: usize, silence: Duration) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = seen.clone();
        let answer = get(async move |request: axum::extract::Request| {
            noted.lock().unwrap().push(request.uri().path().to_owned());
            "hello"
        });
        let listener = BoundedListener::with_bounds(listener, connections, silence);
        let router = Router::new().route("/{path}", answer);
        tokio::spawn(async move { axum::serve(listener, router).await });
        (address, seen)
    }

    /// What comes until the server closes the connection, or `done` says that it is enough.
    async fn read_until(stream: &mut TcpStream, done: impl Fn(&str) -> bool) -> String {
        let mut all = String::new();
        let reading = async {
            let mut buffer = [0; 1024];
            while !done(&all) {
                match stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(read) => all.push_str(&String::from_utf8_lossy(&buffer[..read])),
                }
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("the server closes or answers");
        all
    }

    async fn ask(stream: &mut TcpStream, path: &str) -> String {
        stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
        read_until(stream, |answer| answer.ends_with("hello")).await
    }

    #[tokio::test]
    async fn a_connection_without_an_answer_is_closed() {
        let (address, seen) = serve(8, Duration::from_millis(200)).await;
        for sent in ["", "GET /a HTT", "GET /a HTTP/1.1\r\nHost: x\r\n"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let answer = read_until(&mut stream, |_| false).await;
            assert!(!answer.contains("hello"), "{answer}");
        }
        assert!(seen.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn headers_that_come_a_byte_at_a_time_do_not_win_time() {
        let (address, _) = serve(8, Duration::from_millis(300)).await;
        let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
        let dripping = async {
            while writer.write_all(b"G").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let closed = async { while matches!(reader.read(&mut [0; 64]).await, Ok(read) if read > 0) {} };
        let both = async { tokio::join!(dripping, closed) };
        tokio::time::timeout(PATIENCE, both).await.expect("the server closes the connection");
    }

    #[tokio::test]
    async fn who_comes_when_all_places_are_taken_waits() {
        let (address, seen) = serve(1, LONG).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut first, "first").await.starts_with("HTTP/1.1 200"));
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(b"GET /second HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        for _ in 0..20 {
            assert!(ask(&mut first, "first").await.starts_with("HTTP/1.1 200"));
        }
        assert!(!seen.lock().unwrap().contains(&"/second".to_owned()));
        drop(first);
        let answer = read_until(&mut second, |answer| answer.ends_with("hello")).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    #[tokio::test]
    async fn a_connection_that_is_answered_stays() {
        let (address, seen) = serve(1, Duration::from_millis(400)).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        for _ in 0..8 {
            // Together longer than the bound.
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert!(ask(&mut stream, "a").await.starts_with("HTTP/1.1 200"));
        }
        assert_eq!(seen.lock().unwrap().len(), 8);
    }

    #[tokio::test]
    async fn endless_headers_are_refused() {
        let (address, seen) = serve(8, LONG).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /a HTTP/1.1\r\nX: ").await.unwrap();
        // The server stops reading before all of it is sent.
        drop(stream.write_all(&vec![b'x'; 2 << 20]).await);
        let answer = read_until(&mut stream, |answer| answer.contains("\r\n\r\n")).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
        assert!(seen.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_asks_too_often_is_told_to_wait() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let router = Router::new().route("/{path}", get(async || "hello"));
        let rate = NonZeroU32::new(2).unwrap();
        tokio::spawn(async move { super::serve("push", listener, router, rate).await });
        let all_of_it = |answer: &str| answer.ends_with("hello") || answer.ends_with('}');
        let mut refused = String::new();
        for _ in 0..1_000 {
            stream.write_all(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            refused = read_until(&mut stream, all_of_it).await;
            if !refused.starts_with("HTTP/1.1 200") {
                break;
            }
        }
        assert!(refused.starts_with("HTTP/1.1 429"), "{refused}");
        assert!(
            refused.contains("retry-after: 1") && refused.contains("application/problem+json"),
            "{refused}"
        );
    }
}
