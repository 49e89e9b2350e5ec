//! A server that speaks the protocol of S3 over real HTTP, for all tests of one program:
//! each takes a bucket of its own. It keeps objects in memory and believes every signature,
//! so that what a wrong key leads to cannot be tested with it.

use crate::process::Process;
use crate::{eventually_true, free_port, http, program};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the server; set by `deploy/test.sh`.
const VARIABLE: &str = "DATELINE_S3_SERVER";

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct S3Server {
    address: SocketAddr,
    _process: Process,
}

impl S3Server {
    /// Starts it. It may take a moment until it answers.
    #[must_use]
    pub fn start() -> Self {
        let port = free_port();
        let mut command = Command::new(find());
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let address = (Ipv4Addr::LOCALHOST, port).into();
        Self { address, _process: Process::spawn(&mut command) }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a bucket that no other test of this program has; gives its name.
    pub async fn fresh_bucket(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("bucket-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let path = format!("/{name}");
        eventually_true("the S3 server to make a bucket", async || {
            http::put(self.address, &path, b"").await.is_ok_and(|answer| answer.status == 200)
        })
        .await;
        name
    }
}

/// The one that `DATELINE_S3_SERVER` names; else the one on `PATH`; else the one that the
/// project's scripts have fetched.
fn find() -> PathBuf {
    let fetched = program::workspace().join(".dateline/tools/s3-server/bin/moto_server");
    program::named(VARIABLE)
        .or_else(|| program::on_path("moto_server"))
        .or_else(|| fetched.is_file().then_some(fetched))
        .unwrap_or_else(|| panic!("there is no S3 server here; run ./deploy/test.sh, which fetches one"))
}
