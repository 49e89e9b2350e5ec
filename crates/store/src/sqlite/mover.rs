//! Moves the log's pages into the file beside the thread that writes.
//!
//! SQLite lets one connection move pages while another appends to the log. Moving and syncing
//! sixty megabytes takes a tenth of a second and more, for which no article would be stored.

use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// A thread with a connection of its own. It ends when this is dropped, which waits for it.
#[derive(Debug)]
pub(super) struct Mover {
    /// Numbers of what is asked for; `None` only while it is dropped.
    asks: Option<SyncSender<u64>>,
    asked: u64,
    /// Number of what was done last, successfully or not.
    done: Arc<AtomicU64>,
    is_asked: bool,
    thread: Option<JoinHandle<()>>,
}

impl Mover {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (asks, asked) = sync_channel(1);
        let done = Arc::new(AtomicU64::new(0));
        let tell = Arc::clone(&done);
        let work = move || work(&connection, &asked, &tell);
        let thread = thread::Builder::new().name("store-log".to_owned()).spawn(work)?;
        Ok(Self { asks: Some(asks), asked: 0, done, is_asked: false, thread: Some(thread) })
    }

    /// Whether all pages that were there when it was first called are moved; asks for that. A
    /// failure counts as done: whoever moves the rest meets it again.
    pub(super) fn has_moved(&mut self) -> bool {
        if !self.is_asked {
            self.asked += 1;
            self.is_asked = self.asks.as_ref().is_some_and(|asks| asks.try_send(self.asked).is_ok());
        }
        self.is_asked && self.done.load(Ordering::Acquire) >= self.asked
    }

    /// What was asked for is of no interest any more: the next question asks anew.
    pub(super) fn forget(&mut self) {
        self.is_asked = false;
    }
}

impl Drop for Mover {
    fn drop(&mut self) {
        drop(self.asks.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that moves the store's log panicked");
        }
    }
}

fn work(connection: &Connection, asked: &Receiver<u64>, done: &AtomicU64) {
    while let Ok(number) = asked.recv() {
        // Passive: waits for nobody and stands in nobody's way.
        if let Err(error) = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE) {
            tracing::debug!(%error, "the store's log could not be moved beside writing");
        }
        done.store(number, Ordering::Release);
    }
}
