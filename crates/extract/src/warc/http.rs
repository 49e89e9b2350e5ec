//! An HTTP answer as it was on the wire: its head, and its body unpacked.

use crate::gzip;
use flate2::read::{DeflateDecoder, ZlibDecoder};
use memchr::{memchr, memmem};
use std::borrow::Cow;
use std::io::Read;

/// Bytes of a head that are looked at.
const MOST_HEAD: usize = 64 << 10;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Response<'a> {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    /// Without chunks and compression.
    pub(super) body: Cow<'a, [u8]>,
}

/// Parses an answer; `None` when it is none, or its body is packed in a way
/// that cannot be undone or in more than `limit` bytes.
pub(super) fn parse(block: &[u8], limit: usize) -> Option<Response<'_>> {
    let (head, body) = split(block)?;
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next()?.split_ascii_whitespace().nth(1)?.parse().ok()?;
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let get = |name: &str| {
        headers.iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let chunked =
        get("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
    // Some crawlers store the body whole and leave the header as it was.
    let body =
        if chunked { unchunked(body).map_or(Cow::Borrowed(body), Cow::Owned) } else { Cow::Borrowed(body) };
    let coding = get("content-encoding").unwrap_or_default().to_ascii_lowercase();
    let body = unpacked(body, &coding, limit)?;
    Some(Response { status, content_type: get("content-type").map(str::to_owned), body })
}

/// Head and body, parted by an empty line.
fn split(block: &[u8]) -> Option<(&[u8], &[u8])> {
    let window = &block[..block.len().min(MOST_HEAD)];
    let crlf = memmem::find(window, b"\r\n\r\n").map(|at| (at, 4));
    let lf = memmem::find(window, b"\n\n").map(|at| (at, 2));
    let (at, length) = [crlf, lf].into_iter().flatten().min()?;
    Some((&block[..at], &block[at + length..]))
}

/// The body without chunks; `None` when it has none.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(rest.len());
    loop {
        let end = memchr(b'\n', &rest[..rest.len().min(1024)])?;
        let size = std::str::from_utf8(&rest[..end]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(body);
        }
        // What breaks off is kept as far as it goes.
        body.extend_from_slice(&rest[..size.min(rest.len())]);
        let Some(after) = rest.get(size..).filter(|after| !after.is_empty()) else { return Some(body) };
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"))?;
        if rest.is_empty() {
            return Some(body);
        }
    }
}

fn unpacked<'a>(body: Cow<'a, [u8]>, coding: &str, limit: usize) -> Option<Cow<'a, [u8]>> {
    // Packed by the look of it, whatever the header says.
    if body.starts_with(b"\x1f\x8b") {
        return Some(Cow::Owned(gzip::unpack(&body, limit).ok()?.into_owned()));
    }
    match coding {
        "deflate" => {
            let zlib = all(ZlibDecoder::new(&*body), limit);
            zlib.or_else(|| all(DeflateDecoder::new(&*body), limit)).map(Cow::Owned).or(Some(body))
        }
        // Unpacked already, if it is text.
        "br" | "zstd" => std::str::from_utf8(&body[..body.len().min(64)]).is_ok().then_some(body),
        _ => Some(body),
    }
}

fn all(decoder: impl Read, limit: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = decoder.take(most).read_to_end(&mut bytes);
    (read.is_ok() && bytes.len() <= limit).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

    fn check(block: &[u8], expected: Option<(u16, &str)>) {
        let parsed = parse(block, 1000);
        let found = parsed.as_ref().map(|answer| (answer.status, std::str::from_utf8(&answer.body).unwrap()));
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(block));
    }

    #[test]
    fn heads() {
        check(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nbody", Some((200, "body")));
        check(b"HTTP/1.0 404\n\n\n\nbody", Some((404, "\n\nbody")));
        check(b"HTTP/1.1 OK\r\n\r\nbody", None);
        check(b"HTTP/1.1 200 OK\r\nno end", None);
        check(b"", None);
    }

    #[test]
    fn chunks() {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n".as_slice();
        let with = |body: &str| [head, body.as_bytes()].concat();
        check(&with("4\r\nbo\r\n\r\n2;x=y\r\ndy\r\n0\r\n\r\n"), Some((200, "bo\r\ndy")));
        check(&with("8\r\nbody"), Some((200, "body")));
        check(&with("4\r\nbody\r\n"), Some((200, "body")));
        check(&with("no chunks\r\n"), Some((200, "no chunks\r\n")));
    }

    #[test]
    fn packed_bodies() {
        let mut gz = GzEncoder::new(Vec::new(), Compression::default());
        gz.write_all(b"body").unwrap();
        let gz = gz.finish().unwrap();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"body").unwrap();
        let zlib = zlib.finish().unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(b"body").unwrap();
        let raw = raw.finish().unwrap();
        let with = |coding: &str, body: &[u8]| {
            [format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n").as_bytes(), body].concat()
        };
        check(&with("gzip", &gz), Some((200, "body")));
        check(&with("deflate", &zlib), Some((200, "body")));
        check(&with("deflate", &raw), Some((200, "body")));
        check(&with("gzip", b"body"), Some((200, "body")));
        check(&with("br", b"body"), Some((200, "body")));
        check(&with("br", b"\x8b\x01\x80\xff"), None);
        let mut bomb = GzEncoder::new(Vec::new(), Compression::default());
        bomb.write_all(&[b'0'; 5000]).unwrap();
        check(&with("gzip", &bomb.finish().unwrap()), None);
    }
}
