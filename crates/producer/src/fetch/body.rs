//! Reading an answer: never more, never longer and never slower than allowed.

use super::config::HttpConfig;
use super::error::FetchError;
use brotli_decompressor::DecompressorWriter;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use std::io::{self, Write};
use std::time::Duration;
use tokio::time::Instant;

/// Decompressed bytes that may come of anything, however small.
const FREE_GROWTH: usize = 1 << 20;
/// How long a slow server has before its rate is looked at.
const RATE_GRACE: Duration = Duration::from_secs(10);
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// What may be asked for: the codings that are read here.
pub(super) const ACCEPTED: &str = "gzip, deflate, br, zstd";
/// Buffer of a brotli stream.
const BROTLI_BUFFER: usize = 16 << 10;
/// Largest window of a zstd stream: 8 MiB, as HTTP has it (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// Reads the whole body of `response`, decompressed.
pub(super) async fn read(response: Response, config: &HttpConfig) -> Result<Vec<u8>, FetchError> {
    let coding = Coding::of(&response)?;
    let limit = usize::try_from(config.max_body.0).unwrap_or(usize::MAX);
    if response.content_length().is_some_and(|length| length > config.max_body.0) {
        return Err(FetchError::TooLarge { limit });
    }
    let sink = || Sink { limit, ratio: config.max_ratio as usize, ..Sink::default() };
    let mut decoder = Decoder::new(coding, sink())?;
    pump(response, &mut decoder, config).await?;
    let bytes = decoder.finish()?.bytes;
    if bytes.starts_with(&GZIP_MAGIC) {
        // Some servers send packed files as they are (sitemap.xml.gz).
        let mut decoder = Decoder::new(Coding::Gzip, sink())?;
        decoder.push(&bytes)?;
        return Ok(decoder.finish()?.bytes);
    }
    Ok(bytes)
}

async fn pump(mut response: Response, decoder: &mut Decoder, config: &HttpConfig) -> Result<(), FetchError> {
    let began = Instant::now();
    let mut received = 0_u64;
    loop {
        let chunk = tokio::time::timeout(RATE_GRACE, response.chunk()).await;
        let waited = began.elapsed();
        match chunk {
            Ok(Ok(None)) => return Ok(()),
            Ok(Ok(Some(chunk))) => {
                received += chunk.len() as u64;
                decoder.push(&chunk)?;
            }
            Ok(Err(source)) => return Err(FetchError::Interrupted { received, source }),
            Err(_) => {}
        }
        let least = waited.as_secs().saturating_mul(config.min_rate.0);
        if waited >= RATE_GRACE && received < least {
            return Err(FetchError::TooSlow { received, seconds: waited.as_secs() });
        }
    }
}

/// How the body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn of(response: &Response) -> Result<Self, FetchError> {
        let named: Vec<String> = response
            .headers()
            .get_all(CONTENT_ENCODING)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase())
            .collect();
        let named = named.join(",");
        let codings: Vec<&str> =
            named.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "identity").collect();
        match codings.as_slice() {
            [] => Ok(Self::Identity),
            ["gzip" | "x-gzip"] => Ok(Self::Gzip),
            ["deflate"] => Ok(Self::Deflate),
            ["br"] => Ok(Self::Brotli),
            ["zstd"] => Ok(Self::Zstd),
            _ => Err(FetchError::Encoding {
                detail: format!("it is encoded as {named}, which was not asked for"),
            }),
        }
    }
}

/// Where decompressed bytes go; refuses what would pass a limit.
#[derive(Debug, Default)]
struct Sink {
    bytes: Vec<u8>,
    /// Compressed bytes so far.
    read: usize,
    limit: usize,
    ratio: usize,
    overrun: Option<Overrun>,
}

#[derive(Debug, Clone, Copy)]
enum Overrun {
    Size,
    Ratio,
}

impl Write for Sink {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let total = self.bytes.len() + data.len();
        let overrun = if total > self.limit {
            Overrun::Size
        } else if total > FREE_GROWTH && total / self.ratio.max(1) > self.read {
            Overrun::Ratio
        } else {
            self.bytes.extend_from_slice(data);
            return Ok(data.len());
        };
        self.overrun = Some(overrun);
        Err(io::Error::other("the answer passes its limit"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The writer of `zstd` that tells at the end whether the frame was whole.
type ZstdDecoder = zstd::stream::zio::Writer<Sink, zstd::stream::raw::Decoder<'static>>;

enum Decoder {
    Identity(Sink),
    Gzip(MultiGzDecoder<Sink>),
    /// Which of the two `deflate` stands for shows in the first byte.
    DeflateUndecided(Sink),
    Zlib(ZlibDecoder<Sink>),
    Deflate(DeflateDecoder<Sink>),
    Brotli(Box<DecompressorWriter<Sink>>),
    Zstd(ZstdDecoder),
}

impl Decoder {
    fn new(coding: Coding, sink: Sink) -> Result<Self, FetchError> {
        Ok(match coding {
            Coding::Identity => Self::Identity(sink),
            Coding::Gzip => Self::Gzip(MultiGzDecoder::new(sink)),
            Coding::Deflate => Self::DeflateUndecided(sink),
            Coding::Brotli => Self::Brotli(Box::new(DecompressorWriter::new(sink, BROTLI_BUFFER))),
            Coding::Zstd => Self::Zstd(zstd_decoder(sink).map_err(|error| unpacking(&error))?),
        })
    }

    fn push(&mut self, chunk: &[u8]) -> Result<(), FetchError> {
        if let (Self::DeflateUndecided(sink), Some(first)) = (&mut *self, chunk.first()) {
            let sink = std::mem::take(sink);
            // A zlib stream of the usual window begins with 0x78 (RFC 1950).
            *self = if first & 0x0f == 8 {
                Self::Zlib(ZlibDecoder::new(sink))
            } else {
                Self::Deflate(DeflateDecoder::new(sink))
            };
        }
        self.sink().read += chunk.len();
        let written = match self {
            Self::Identity(sink) | Self::DeflateUndecided(sink) => sink.write_all(chunk),
            Self::Gzip(decoder) => decoder.write_all(chunk),
            Self::Zlib(decoder) => decoder.write_all(chunk),
            Self::Deflate(decoder) => decoder.write_all(chunk),
            Self::Brotli(decoder) => decoder.write_all(chunk),
            Self::Zstd(decoder) => decoder.write_all(chunk),
        };
        written.map_err(|error| self.fault(&error))
    }

    fn sink(&mut self) -> &mut Sink {
        match self {
            Self::Identity(sink) | Self::DeflateUndecided(sink) => sink,
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zlib(decoder) => decoder.get_mut(),
            Self::Deflate(decoder) => decoder.get_mut(),
            Self::Brotli(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.writer_mut(),
        }
    }

    fn fault(&mut self, error: &io::Error) -> FetchError {
        let sink = self.sink();
        match sink.overrun {
            Some(Overrun::Size) => FetchError::TooLarge { limit: sink.limit },
            Some(Overrun::Ratio) => FetchError::Bomb { ratio: sink.ratio },
            None => unpacking(error),
        }
    }

    fn finish(mut self) -> Result<Sink, FetchError> {
        let flushed = match &mut self {
            Self::Identity(_) | Self::DeflateUndecided(_) => Ok(()),
            Self::Gzip(decoder) => decoder.try_finish(),
            Self::Zlib(decoder) => decoder.try_finish(),
            Self::Deflate(decoder) => decoder.try_finish(),
            Self::Brotli(decoder) => decoder.close(),
            Self::Zstd(decoder) => decoder.finish(),
        };
        if let Err(error) = flushed {
            return Err(self.fault(&error));
        }
        let finished = match self {
            Self::Identity(sink) | Self::DeflateUndecided(sink) => Ok(sink),
            Self::Gzip(decoder) => decoder.finish(),
            Self::Zlib(decoder) => decoder.finish(),
            Self::Deflate(decoder) => decoder.finish(),
            Self::Brotli(decoder) => decoder.into_inner().map_err(|_| io::ErrorKind::UnexpectedEof.into()),
            Self::Zstd(decoder) => Ok(decoder.into_inner().0),
        };
        finished.map_err(|error| unpacking(&error))
    }
}

/// A decoder that keeps no larger window than HTTP allows.
fn zstd_decoder(sink: Sink) -> io::Result<ZstdDecoder> {
    let mut decoder = zstd::stream::raw::Decoder::new()?;
    decoder.set_parameter(zstd::zstd_safe::DParameter::WindowLogMax(ZSTD_WINDOW_LOG))?;
    Ok(ZstdDecoder::new(sink, decoder))
}

fn unpacking(error: &io::Error) -> FetchError {
    FetchError::Encoding { detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    fn decode(coding: Coding, bytes: &[u8], limit: usize) -> Result<Vec<u8>, FetchError> {
        let sink = Sink { limit, ratio: 100, ..Sink::default() };
        let mut decoder = Decoder::new(coding, sink).unwrap();
        for chunk in bytes.chunks(7) {
            decoder.push(chunk)?;
        }
        decoder.finish().map(|sink| sink.bytes)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_coding_reads_back() {
        let text = b"news ".repeat(100);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&text).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(&text).unwrap();
        for (coding, bytes) in [
            (Coding::Identity, text.clone()),
            (Coding::Gzip, gzip(&text)),
            (Coding::Gzip, [gzip(&text[..10]), gzip(&text[10..])].concat()),
            (Coding::Deflate, zlib.finish().unwrap()),
            (Coding::Deflate, raw.finish().unwrap()),
            (Coding::Brotli, brotli(&text)),
            (Coding::Zstd, zstd::encode_all(&text[..], 3).unwrap()),
        ] {
            assert_eq!(decode(coding, &bytes, 1 << 20).unwrap(), text, "{coding:?}");
        }
        assert_eq!(decode(Coding::Deflate, b"", 10).unwrap(), b"");
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut encoder = ::brotli::CompressorWriter::new(&mut packed, 4096, 5, 20);
        encoder.write_all(bytes).unwrap();
        drop(encoder);
        packed
    }

    #[test]
    fn bombs_are_stopped_by_size_and_by_ratio() {
        let zeros = vec![0; 50 << 20];
        for (coding, bomb) in [
            (Coding::Gzip, gzip(&zeros)),
            (Coding::Brotli, brotli(&zeros)),
            (Coding::Zstd, zstd::encode_all(&zeros[..], 3).unwrap()),
        ] {
            assert!(matches!(decode(coding, &bomb, 100 << 20), Err(FetchError::Bomb { .. })), "{coding:?}");
            assert!(matches!(decode(coding, &bomb, 1 << 20), Err(FetchError::TooLarge { .. })), "{coding:?}");
        }
        assert!(matches!(decode(Coding::Identity, &[0; 11], 10), Err(FetchError::TooLarge { limit: 10 })));
        assert_eq!(decode(Coding::Identity, &[0; 10], 10).unwrap().len(), 10);
    }

    #[test]
    fn what_is_cut_or_garbled_is_told() {
        let mut packed = gzip(&b"news ".repeat(100));
        for bytes in [&packed[..packed.len() / 2], &b"not gzip at all"[..]] {
            assert!(matches!(decode(Coding::Gzip, bytes, 1 << 20), Err(FetchError::Encoding { .. })));
        }
        let (text, other) = (b"news ".repeat(100), b"neither of them");
        let packed_too =
            [(Coding::Brotli, brotli(&text)), (Coding::Zstd, zstd::encode_all(&text[..], 3).unwrap())];
        for (coding, packed) in packed_too {
            for bytes in [&packed[..packed.len() - 4], &other[..]] {
                let read = decode(coding, bytes, 1 << 20);
                assert!(matches!(read, Err(FetchError::Encoding { .. })), "{coding:?} {read:?}");
            }
        }
        let last = packed.len() - 1;
        packed[last] ^= 1;
        assert!(matches!(decode(Coding::Gzip, &packed, 1 << 20), Err(FetchError::Encoding { .. })));
    }
}
