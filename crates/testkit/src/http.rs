//! An HTTP/1.1 client of a few lines: one request a connection, text bodies.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest that an answer may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// `GET path`.
///
/// # Errors
/// When nobody answers there.
pub async fn get(address: SocketAddr, path: &str) -> std::io::Result<Answer> {
    request(address, "GET", path, &[], b"").await
}

/// `POST path` with these headers and this body.
///
/// # Errors
/// When nobody answers there.
pub async fn post(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Answer> {
    request(address, "POST", path, headers, body).await
}

/// `PUT path` with this body.
///
/// # Errors
/// When nobody answers there.
pub async fn put(address: SocketAddr, path: &str, body: &[u8]) -> std::io::Result<Answer> {
    request(address, "PUT", path, &[], body).await
}

async fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Answer> {
    let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{}Content-Length: {}\r\n\r\n",
        lines.concat(),
        body.len()
    );
    let exchange = async {
        let (mut reader, mut writer) = TcpStream::connect(address).await?.into_split();
        // A server that refuses a body may answer before it has read all of it: what is
        // written into a closed connection then fails, and the answer is there all the same.
        let send = async {
            writer.write_all(head.as_bytes()).await?;
            writer.write_all(body).await
        };
        let mut answer = Vec::new();
        let receive = reader.read_to_end(&mut answer);
        let (written, read) = tokio::join!(send, receive);
        if answer.is_empty() {
            written?;
            read?;
        }
        parse(&answer).ok_or_else(|| std::io::Error::other("no HTTP answer"))
    };
    tokio::time::timeout(TIMEOUT, exchange).await?
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked = headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked");
    let body = if chunked { unchunk(body)? } else { body.to_owned() };
    Some(Answer { status, headers, body })
}

/// Joins the chunks of a body (RFC 9112, section 7.1).
fn unchunk(mut rest: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, after) = rest.split_once("\r\n")?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.push_str(after.get(..size)?);
        rest = after.get(size..)?.strip_prefix("\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_chunked_bodies_are_read() {
        let check = |answer: &str, status, body: &str| {
            let parsed = parse(answer.as_bytes()).unwrap();
            assert_eq!((parsed.status, parsed.body.as_str()), (status, body), "{answer}");
        };
        check("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok", 202, "ok");
        check(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
            200,
            "abc",
        );
        assert!(parse(b"").is_none() && parse(b"SSH-2.0").is_none());
    }
}
