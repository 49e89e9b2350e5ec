//! Asks an admin port, as a health check or a support bundle does: one plain request, a whole
//! answer. Left out: everything that HTTP is beyond that, as the other side is our own server.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than the metrics of any process.
const MAX_ANSWER_BYTES: u64 = 16 << 20;

/// What an admin port answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The text.
    pub body: String,
}

/// `GET path` of the admin port at `address`. An address that stands for all of a machine's own
/// (`0.0.0.0`) is asked on loopback.
///
/// # Errors
/// When nobody answers there within five seconds, or not in HTTP.
pub async fn ask_admin(address: SocketAddr, path: &str) -> io::Result<AdminAnswer> {
    let exchange = exchange(local(address), path);
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "no answer within five seconds");
    tokio::time::timeout(PATIENCE, exchange).await.map_err(late)?
}

fn local(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// HTTP/1.0: the answer is neither chunked nor followed by another.
async fn exchange(address: SocketAddr, path: &str) -> io::Result<AdminAnswer> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
    read(&String::from_utf8_lossy(&answer))
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "what answers there speaks no HTTP"))
}

fn read(answer: &str) -> Option<AdminAnswer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    Some(AdminAnswer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let check = |answer: &str, expected: Option<(u16, &str)>| {
            let found = read(answer);
            assert_eq!(found.as_ref().map(|found| (found.status, found.body.as_str())), expected, "{answer}");
        };
        check("HTTP/1.0 200 OK\r\na: b\r\n\r\nready\n", Some((200, "ready\n")));
        check("HTTP/1.1 503 Service Unavailable\r\n\r\nbroker: away\n", Some((503, "broker: away\n")));
        check("220 mail.example.org\r\n\r\n", None);
        check("HTTP/1.0 200 OK\r\n", None);
    }

    #[test]
    fn all_addresses_of_a_machine_are_asked_on_loopback() {
        let check = |address: &str, expected: &str| {
            assert_eq!(local(address.parse().unwrap()).to_string(), expected);
        };
        check("0.0.0.0:9464", "127.0.0.1:9464");
        check("[::]:9464", "[::1]:9464");
        check("10.0.0.7:1", "10.0.0.7:1");
    }
}
