//! What can stop a source.

use crate::SourceListError;
use crate::fetch::FetchError;
use dateline_bus::BusError;
use std::path::PathBuf;

/// A source cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ProducerError {
    /// The broker did not take an article.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// Cursors cannot be read or written.
    #[error("could not {action} the cursor file {path}; check the folder's permissions and free space")]
    Ledger {
        /// open, read, write, ...
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The bearer token cannot be read.
    #[error("could not read the token file {path}; check producer.push.token_file")]
    Token {
        /// Which file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The token file is empty.
    #[error("the token file {0} is empty; put the token into it, or unset producer.push.token_file")]
    EmptyToken(PathBuf),
    /// The push port cannot be opened.
    #[error(
        "could not listen on {listen} for pushes; is another process using the port? (producer.push.listen)"
    )]
    Listen {
        /// Where.
        listen: std::net::SocketAddr,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The port for hubs cannot be opened.
    #[error(
        "could not listen on {listen} for hubs; is another process using the port? (producer.feeds.websub.listen)"
    )]
    Hubs {
        /// Where.
        listen: std::net::SocketAddr,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A file or folder of a bulk load cannot be read.
    #[error("could not read {path}; what was loaded before it is safe, run the command again to go on")]
    Backfill {
        /// Which one.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A list of sources cannot be used.
    #[error(transparent)]
    Sources(#[from] SourceListError),
    /// The HTTP client cannot be set up.
    #[error("could not set up the HTTP client; check producer.feeds.http")]
    Client(#[source] FetchError),
    /// Standard input failed.
    #[error("could not read standard input")]
    Stdin(#[source] std::io::Error),
}
