//! How long a process with all roles takes from its start until it says that it is ready.

use anyhow::{Context, bail, ensure};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Between two looks at whether it is ready; what is measured is that much too long at most.
const LOOK: Duration = Duration::from_millis(5);
/// After this the process counts as stuck.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process that ends with us.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts this program as `dateline run` with all roles against a broker that runs, with a
/// store of its own in `folder`; gives the time until its readiness page says yes.
pub(super) async fn until_ready(nats: &str, folder: &Path) -> anyhow::Result<Duration> {
    let data = tempfile::tempdir_in(folder).context("could not create a folder")?;
    let config = data.path().join("dateline.toml");
    let text = format!(
        "data_dir = {}\n[nats]\nservers = [{}]\n[producer.push]\nlisten = \"127.0.0.1:0\"\n\
         [console]\nlisten = \"127.0.0.1:0\"\n",
        toml_string(&data.path().to_string_lossy()),
        toml_string(nats)
    );
    std::fs::write(&config, text).context("could not write a configuration")?;
    let admin = free_address()?;
    let program = std::env::current_exe().context("this program's own file is not known")?;
    let started = Instant::now();
    let child = Command::new(program)
        .args(["run", "producer", "enricher", "sink", "console", "--admin", &admin.to_string(), "--config"])
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("could not start this program again")?;
    let mut process = Started(child);
    loop {
        if is_ready(admin).await {
            return Ok(started.elapsed());
        }
        if let Some(status) = process.0.try_wait().context("could not look at the process")? {
            bail!("the process that was to be timed ended before it was ready: {status}");
        }
        ensure!(started.elapsed() < PATIENCE, "the process was not ready after {PATIENCE:?}");
        tokio::time::sleep(LOOK).await;
    }
}

fn toml_string(text: &str) -> String {
    // A string of JSON is one of TOML, too.
    serde_json::Value::from(text).to_string()
}

fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    listener.local_addr().context("no free port")
}

/// Whether the readiness page answers 200; no answer is a no.
async fn is_ready(admin: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(admin).await?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer.starts_with("HTTP/1.1 200"))
    };
    ask.await.unwrap_or(false)
}
