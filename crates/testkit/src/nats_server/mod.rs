//! A real nats-server with `JetStream`, for one test.

mod binary;

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::Process;
use crate::{Signal, free_port};

/// Most that a server may need to answer; it takes a tenth of a second on an idle machine.
const START: Duration = Duration::from_secs(20);
/// Most that a clean stop may take.
const STOP: Duration = Duration::from_secs(20);
/// Ports that are tried: another process may take a free one before the server does.
const PORTS: usize = 5;

/// When written messages reach the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sync {
    /// As the server pleases (every two minutes): survives a kill, not a power cut.
    #[default]
    Lazy,
    /// Before each acknowledgement.
    Always,
}

/// How a server is to be started.
#[derive(Debug, Clone)]
pub struct NatsServerBuilder {
    sync: Sync,
    max_payload: u64,
    port: Option<u16>,
    store_dir: Option<PathBuf>,
    extra: String,
}

/// A running (or killed) nats-server.
#[derive(Debug)]
pub struct NatsServer {
    folder: TempDir,
    name: String,
    port: u16,
    process: Option<Process>,
}

impl NatsServerBuilder {
    /// When written messages reach the disk; [`Sync::Lazy`] unless said.
    #[must_use]
    pub fn sync(self, sync: Sync) -> Self {
        Self { sync, ..self }
    }

    /// Largest message in bytes; 8 MiB unless said.
    #[must_use]
    pub fn max_payload(self, max_payload: u64) -> Self {
        Self { max_payload, ..self }
    }

    /// The port; a free one unless said.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port: Some(port), ..self }
    }

    /// Where streams are kept; a folder that goes with the server unless said.
    #[must_use]
    pub fn store_dir(self, store_dir: impl Into<PathBuf>) -> Self {
        Self { store_dir: Some(store_dir.into()), ..self }
    }

    /// Further lines of the server's configuration file, such as an `authorization` block.
    #[must_use]
    pub fn extra_config(self, lines: &str) -> Self {
        Self { extra: format!("{}{lines}\n", self.extra), ..self }
    }

    /// Starts the server and waits until it answers.
    #[must_use]
    pub fn start(self) -> NatsServer {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let name = unique_name();
        let mut server = NatsServer { folder, name, port: 0, process: None };
        for _ in 0..PORTS {
            server.port = self.port.unwrap_or_else(free_port);
            std::fs::write(server.config(), self.config_file(&server))
                .expect("a temporary folder can be written to");
            if server.launch() {
                return server;
            }
        }
        panic!("nats-server does not start; its log says:\n{}", server.log());
    }

    fn config_file(&self, server: &NatsServer) -> String {
        let store_dir = self.store_dir.clone().unwrap_or_else(|| server.folder.path().join("data"));
        let sync = match self.sync {
            Sync::Lazy => "",
            Sync::Always => "sync_interval: always",
        };
        // The limit of storage is stated: the server's own guess refuses the streams of the
        // built-in topology on a small disk, though the tests fill none of them.
        format!(
            "server_name: {}\nlisten: \"127.0.0.1:{}\"\nmax_payload: {}\n\
             jetstream {{\n  store_dir: \"{}\"\n  max_file_store: 1TB\n  max_memory_store: 64MB\n  {sync}\n}}\n{}",
            server.name,
            server.port,
            self.max_payload,
            store_dir.display(),
            self.extra
        )
    }
}

impl NatsServer {
    /// A server with everything as it comes: free port, data of its own, lazy sync.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// A server to be described first.
    #[must_use]
    pub fn builder() -> NatsServerBuilder {
        NatsServerBuilder {
            sync: Sync::default(),
            max_payload: 8 << 20,
            port: None,
            store_dir: None,
            extra: String::new(),
        }
    }

    /// `nats://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Process::id)
    }

    /// What it wrote into its log.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Whether its process was started and not killed or stopped since.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.process.is_some()
    }

    /// SIGKILL: what it had not written is lost.
    pub fn kill9(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill9();
        }
    }

    /// SIGTERM, and waits for its end.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(Signal::Terminate);
            assert!(process.wait(STOP).is_some(), "nats-server does not stop:\n{}", self.log());
        }
    }

    /// Freezes it with [`Signal::Stop`] or lets it go on with [`Signal::Continue`].
    pub fn signal(&mut self, signal: Signal) {
        if let Some(process) = &mut self.process {
            process.signal(signal);
        }
    }

    /// Starts it again on the same port with the same data; kills it first if it runs.
    pub fn restart(&mut self) {
        self.kill9();
        assert!(self.launch(), "nats-server does not start again; its log says:\n{}", self.log());
    }

    /// Starts the process; false when it ended, as when its port was taken.
    fn launch(&mut self) -> bool {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_file())
            .expect("a temporary folder can be written to");
        let mut command = Command::new(binary::find());
        command.arg("--config").arg(self.config()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut process = Process::spawn(&mut command);
        let deadline = Instant::now() + START;
        while process.exit_status().is_none() {
            if self.answers() {
                self.process = Some(process);
                return true;
            }
            assert!(Instant::now() < deadline, "nats-server does not answer; its log says:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    /// Whether this very server greets at the port: a stranger may have taken it.
    fn answers(&self) -> bool {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else { return false };
        if stream.set_read_timeout(Some(Duration::from_secs(1))).is_err() {
            return false;
        }
        let mut greeting = String::new();
        BufReader::new(stream).read_line(&mut greeting).is_ok()
            && greeting.starts_with("INFO ")
            && greeting.contains(&self.name)
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("nats.conf")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("nats.log")
    }

    /// Its folder, with configuration, log and (unless told otherwise) data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("dateline-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_dies_and_comes_back_on_its_port() {
        let mut server = NatsServer::start();
        assert!(server.answers());
        server.kill9();
        assert!(!server.answers());
        server.restart();
        assert!(server.answers());
        server.stop();
        assert!(!server.answers());
    }

    #[test]
    fn two_servers_do_not_meet() {
        let (first, second) =
            (NatsServer::start(), NatsServer::builder().sync(Sync::Always).max_payload(65_536).start());
        assert_ne!(first.url(), second.url());
        assert!(std::fs::read_to_string(second.config()).unwrap().contains("sync_interval: always"));
    }

    #[test]
    #[should_panic(expected = "nats-server does not start")]
    fn a_taken_port_is_told() {
        let first = NatsServer::start();
        let _second = NatsServer::builder().port(first.port()).start();
    }
}
