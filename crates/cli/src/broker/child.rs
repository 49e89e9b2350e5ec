//! The child process and the thread that watches it.

use super::setup::{self, BrokerError, Folder, Program};
use crate::config::{BrokerConfig, SyncRule};
use dateline_runtime::backoff::Backoff;
use dateline_runtime::telemetry::catalogue::BROKER_RESTARTS;
use std::fs::File;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long the server may take to answer, or to end.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks while waiting.
const LOOK: Duration = Duration::from_millis(20);
/// A server that ran this long had started well.
const STABLE: Duration = Duration::from_secs(30);

/// A running child broker. Ended when dropped.
#[derive(Debug)]
pub(crate) struct Broker {
    url: String,
    folder: Folder,
    program: Program,
    stopping: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl Broker {
    /// Starts the server and waits until it answers.
    pub(crate) fn start(config: &BrokerConfig, data_dir: &Path) -> Result<Self, BrokerError> {
        let folder = Folder::new(data_dir);
        std::fs::create_dir_all(&folder.root).map_err(BrokerError::file("create", &folder.root))?;
        let program = setup::find_program(config)?;
        end_leftover(&folder, &program)?;
        if config.sync == SyncRule::Always && program.version < (2, 10) {
            tracing::warn!(
                "this nats-server cannot write through before each acknowledgement: a power cut may lose two minutes"
            );
        }
        let port = setup::choose_port(config, folder.read_address().map(|address| address.port))?;
        let path = folder.config();
        let text = setup::server_config(config, &folder, port, program.version);
        std::fs::write(&path, text).map_err(BrokerError::file("write", &path))?;
        let address = folder.write_address(port)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let watcher = watch(program.clone(), folder.clone(), stopping.clone())?;
        let broker = Self { url: address.url, folder, program, stopping, watcher: Some(watcher) };
        if answers(port) {
            Ok(broker)
        } else {
            let log = broker.folder.log();
            let said = std::fs::read_to_string(broker.folder.start_log()).unwrap_or_default();
            let said = said.trim().to_owned();
            Err(BrokerError::Silent { port, seconds: PATIENCE.as_secs(), log, said })
        }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its log file.
    pub(crate) fn log(&self) -> std::path::PathBuf {
        self.folder.log()
    }

    /// Its process, once it wrote that down.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.folder.running_pid()
    }

    /// The version that it states.
    pub(crate) fn version(&self) -> (u32, u32) {
        self.program.version
    }

    /// Ends it and waits for its end.
    pub(crate) fn stop(&mut self) {
        let Some(watcher) = self.watcher.take() else { return };
        self.stopping.store(true, Ordering::SeqCst);
        if let Some(pid) = self.folder.running_pid() {
            signal_quit(&self.program, pid);
        }
        if watcher.join().is_err() {
            tracing::error!("the thread that watched the broker panicked");
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts the child in a thread of its own, which starts it again when it dies.
fn watch(program: Program, folder: Folder, stopping: Arc<AtomicBool>) -> Result<JoinHandle<()>, BrokerError> {
    let fail = |source| BrokerError::Program { program: "the broker's watcher".to_owned(), source };
    let watcher = move || {
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        while !stopping.load(Ordering::SeqCst) {
            let started = Instant::now();
            match spawn(&program, &folder) {
                Ok(child) => wait(child, &stopping),
                Err(error) => tracing::error!(%error, "broker could not be started"),
            }
            if stopping.load(Ordering::SeqCst) {
                return;
            }
            if started.elapsed() > STABLE {
                backoff.reset();
            }
            let delay = backoff.next().unwrap_or(STABLE);
            BROKER_RESTARTS.increment();
            tracing::error!(log = %folder.log().display(), ?delay, "broker ended by itself, starting it again");
            pause(delay, &stopping);
        }
    };
    std::thread::Builder::new().name("broker".to_owned()).spawn(watcher).map_err(fail)
}

/// `setpriv` makes the kernel end the server with this thread, however this
/// process ends. Without it the next start ends what was left over.
fn spawn(program: &Program, folder: &Folder) -> std::io::Result<Child> {
    let config = std::path::absolute(folder.config())?;
    let start = |mut command: Command| {
        let said = File::create(folder.start_log())?;
        // A group of its own: Ctrl-C is for us, the broker ends after we are done.
        command.process_group(0).arg("--config").arg(&config);
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said).spawn()
    };
    let mut bound = Command::new("setpriv");
    bound.args(["--pdeathsig", "INT", "--"]).arg(&program.path);
    start(bound).or_else(|_| start(Command::new(&program.path)))
}

fn wait(mut child: Child, stopping: &AtomicBool) {
    let mut asked_at = None;
    loop {
        match child.try_wait() {
            Ok(Some(_)) | Err(_) => return,
            Ok(None) => {}
        }
        if stopping.load(Ordering::SeqCst) {
            let since: &Instant = asked_at.get_or_insert_with(Instant::now);
            if since.elapsed() > PATIENCE {
                tracing::warn!("broker does not end, killing it");
                drop(child.kill());
            }
        }
        std::thread::sleep(LOOK);
    }
}

fn pause(delay: Duration, stopping: &AtomicBool) {
    let until = Instant::now() + delay;
    while Instant::now() < until && !stopping.load(Ordering::SeqCst) {
        std::thread::sleep(LOOK);
    }
}

/// Ends the server that a killed run left behind.
fn end_leftover(folder: &Folder, program: &Program) -> Result<(), BrokerError> {
    let Some(pid) = folder.running_pid() else { return Ok(()) };
    signal_quit(program, pid);
    let until = Instant::now() + PATIENCE;
    while folder.running_pid() == Some(pid) {
        if Instant::now() > until {
            return Err(BrokerError::Leftover { pid });
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// The server's own way to signal another one; `quit` ends it in order.
fn signal_quit(program: &Program, pid: u32) {
    let status = Command::new(&program.path)
        .args(["--signal", &format!("quit={pid}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if let Err(error) = status {
        tracing::warn!(%error, pid, "broker could not be signalled");
    }
}

/// Whether the server greets within the patience.
fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if greets(address) {
            return true;
        }
        std::thread::sleep(LOOK);
    }
    false
}

fn greets(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else { return false };
    let mut greeting = [0_u8; 5];
    stream.set_read_timeout(Some(Duration::from_secs(2))).is_ok()
        && stream.read_exact(&mut greeting).is_ok()
        && &greeting == b"INFO "
}
