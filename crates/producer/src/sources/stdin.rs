//! Articles from standard input, or any other stream of bytes.

use crate::ProducerError;
use crate::acceptor::{Acceptor, InputReport};
use dateline_extract::{Format, JsonLines, sniff};
use dateline_model::Source;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};
use tokio_util::sync::CancellationToken;

/// Name of standard input in origins and messages.
const NAME: &str = "-";
/// Lines that are gathered before they are published together, if they come
/// that fast.
const LINES: usize = 256;

/// Takes in a stream until its end or `stop`: JSON lines as they come, any
/// other format when it is whole.
///
/// # Errors
/// When the stream fails, or the broker did not take everything until `stop`.
pub async fn read_stream(
    mut input: impl AsyncBufRead + Unpin + Send,
    format: Format,
    source: &Source,
    acceptor: &Acceptor,
    stop: &CancellationToken,
) -> Result<InputReport, ProducerError> {
    let format = match format {
        Format::Auto => {
            let start = input.fill_buf().await.map_err(ProducerError::Stdin)?;
            sniff_stream(start)
        }
        known => known,
    };
    if format == Format::JsonLines {
        read_lines(input, source, acceptor, stop).await
    } else {
        read_whole(input, format, source, acceptor, stop).await
    }
}

/// A stream that begins with an object on one line is JSON lines: waiting for
/// the end of an endless stream to learn more is no choice.
fn sniff_stream(start: &[u8]) -> Format {
    let first_line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(first_line).is_ok();
    let cut = first_line.len() == start.len() && first_line.trim_ascii_start().starts_with(b"{\"");
    if object || cut { Format::JsonLines } else { sniff(start, NAME, None) }
}

async fn read_whole(
    input: impl AsyncBufRead + Unpin + Send,
    format: Format,
    source: &Source,
    acceptor: &Acceptor,
    stop: &CancellationToken,
) -> Result<InputReport, ProducerError> {
    let mut bytes = Vec::new();
    let limit = acceptor.limits().max_input_bytes as u64 + 1;
    input.take(limit).read_to_end(&mut bytes).await.map_err(ProducerError::Stdin)?;
    Ok(acceptor.accept_input(NAME, bytes.into(), format, source, stop).await?)
}

async fn read_lines(
    mut input: impl AsyncBufRead + Unpin + Send,
    source: &Source,
    acceptor: &Acceptor,
    stop: &CancellationToken,
) -> Result<InputReport, ProducerError> {
    let mut reader = JsonLines::new(NAME, acceptor.limits());
    let mut total = InputReport::default();
    let mut ended = false;
    while !ended && !stop.is_cancelled() {
        let mut block = Vec::new();
        let mut results = Vec::new();
        for _ in 0..LINES {
            let start = block.len();
            let read = tokio::select! {
                () = stop.cancelled() => break,
                read = read_line(&mut input, &mut block, acceptor.limits().max_input_bytes) => read,
            };
            if read.map_err(ProducerError::Stdin)? == 0 {
                ended = true;
                break;
            }
            results.extend(reader.line(&block[start..]).into_iter().map(|result| shift(result, start)));
            if !has_whole_line(&mut input) {
                break;
            }
        }
        let report = acceptor.accept_results(results, &block, source, stop).await?;
        total.accepted += report.accepted;
        total.duplicates += report.duplicates;
        total.dead += report.dead;
    }
    Ok(total)
}

/// Ranges of errors count from the line; a letter wants them from the block.
fn shift<T>(
    result: Result<T, dateline_extract::ExtractError>,
    start: usize,
) -> Result<T, dateline_extract::ExtractError> {
    result.map_err(|mut error| {
        error.bytes = error.bytes.map(|range| range.start + start..range.end + start);
        error
    })
}

/// Reads one line, at most `limit` bytes and one more of it: a longer line is
/// then refused by its size, and its rest read as a line of its own.
async fn read_line(
    input: &mut (impl AsyncBufRead + Unpin + Send),
    into: &mut Vec<u8>,
    limit: usize,
) -> std::io::Result<usize> {
    input.take(limit as u64 + 1).read_until(b'\n', into).await
}

/// Whether another line can be had without waiting.
fn has_whole_line(input: &mut (impl AsyncBufRead + Unpin + Send)) -> bool {
    use futures::FutureExt;
    matches!(input.fill_buf().now_or_never(), Some(Ok(buffer)) if buffer.contains(&b'\n'))
}
