//! Connections: requests read, answers given as told, and when it was.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::{Handler, Log, Manner, Reply};

/// Longest that an answer hangs.
const HANG: Duration = Duration::from_mins(10);

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST, ...
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The address that it came to.
    pub host: IpAddr,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// A request as it was noted.
#[derive(Debug, Clone)]
pub struct Visit {
    /// GET, POST, ...
    pub method: String,
    /// The address that it came to.
    pub host: IpAddr,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
    /// What was answered.
    pub status: u16,
    /// When it was read.
    pub began: Instant,
    /// When the last of the answer was handed over, or the asker had gone.
    pub ended: Instant,
}

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, handler: Arc<Handler>, log: Log) {
    let Ok(local) = stream.local_addr() else { return };
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    while let Some(request) = read(&mut reader, local.ip()).await {
        let began = Instant::now();
        let last = request.headers.get("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let reply = handler(&request);
        // Whoever hangs up while the answer is on its way ends the visit.
        let given = tokio::select! {
            given = give(&mut writer, &reply) => given.ok(),
            () = hung_up(&mut reader) => None,
        };
        let whole = given.is_some();
        log.note(Visit {
            method: request.method,
            host: request.host,
            path: request.path,
            headers: request.headers,
            body: request.body,
            status: reply.status,
            began,
            ended: given.unwrap_or_else(Instant::now),
        });
        if !whole
            || last
            || matches!(reply.manner, Manner::Cut(_) | Manner::Endless | Manner::Hang | Manner::Close)
        {
            return;
        }
    }
}

async fn read(reader: &mut BufReader<OwnedReadHalf>, host: IpAddr) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).await.ok().filter(|&read| read > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.ok().filter(|&read| read > 0)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.ok()?;
    Some(Request { method, path, headers, host, body })
}

async fn hung_up(reader: &mut BufReader<OwnedReadHalf>) {
    // Data that comes early belongs to the next request: then nobody hung up.
    if !matches!(reader.fill_buf().await, Ok(data) if !data.is_empty()) {
        return;
    }
    std::future::pending::<()>().await;
}

/// Gives the answer; tells when its last part was handed over, so that nobody can have read
/// it before.
async fn give(writer: &mut OwnedWriteHalf, reply: &Reply) -> std::io::Result<Instant> {
    match reply.manner {
        Manner::Whole => send(writer, reply, reply.body.len()).await,
        Manner::Late(wait) => {
            tokio::time::sleep(wait).await;
            send(writer, reply, reply.body.len()).await
        }
        Manner::Cut(bytes) => send(writer, reply, bytes.min(reply.body.len())).await,
        Manner::Drip(bytes, pause) => {
            let mut handed_over = Instant::now();
            writer.write_all(reply.head().as_bytes()).await?;
            for piece in reply.body.chunks(bytes.max(1)) {
                tokio::time::sleep(pause).await;
                handed_over = Instant::now();
                writer.write_all(piece).await?;
                writer.flush().await?;
            }
            Ok(handed_over)
        }
        Manner::Endless => {
            writer.write_all(reply.head().as_bytes()).await?;
            loop {
                writer.write_all(&reply.body).await?;
            }
        }
        Manner::Hang => {
            tokio::time::sleep(HANG).await;
            Ok(Instant::now())
        }
        Manner::Close => Ok(Instant::now()),
    }
}

async fn send(writer: &mut OwnedWriteHalf, reply: &Reply, bytes: usize) -> std::io::Result<Instant> {
    let handed_over = Instant::now();
    let mut answer = reply.head().into_bytes();
    answer.extend(&reply.body[..bytes]);
    writer.write_all(&answer).await?;
    writer.flush().await?;
    Ok(handed_over)
}
