//! Program, port, files and configuration of the child broker.

use crate::config::{BrokerConfig, SyncRule};
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

/// More than any topology asks for. Left out, the server takes three quarters of what is free at
/// its start, and on a disk with less room than the streams may ever take it refuses to make them.
/// What they may take is for the topology to say; see [`super::room`] for a disk that is too small.
const MAX_FILE_STORE: &str = "64TB";

/// Why there is no broker.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokerError {
    /// No program.
    #[error(
        "no nats-server was found; run ./deploy/up.sh, which installs one, or put its path into broker.program"
    )]
    NoProgram,
    /// The program does not run.
    #[error("{program} does not run as a nats-server; check broker.program")]
    Program {
        /// Which program.
        program: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A file of the broker's folder.
    #[error("could not {action} {path}; check the folder's permissions and free space")]
    File {
        /// write, create, ...
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// No free port.
    #[error("no free port on 127.0.0.1 for the broker; set broker.port")]
    Port(#[source] std::io::Error),
    /// It started and did not answer.
    #[error("the broker did not answer on 127.0.0.1:{port} within {seconds} s; see {log}: {said}")]
    Silent {
        /// Where.
        port: u16,
        /// How long was waited.
        seconds: u64,
        /// Its log.
        log: PathBuf,
        /// What it said before it had one.
        said: String,
    },
    /// The broker of an earlier run is still there.
    #[error("the broker of an earlier run (process {pid}) does not end; stop it, then start again")]
    Leftover {
        /// Its process id.
        pid: u32,
    },
}

impl BrokerError {
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }
}

/// The broker's folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub(crate) root: PathBuf,
}

/// What other commands need to find a running broker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) url: String,
    pub(crate) port: u16,
}

impl Folder {
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self { root: data_dir.join("broker") }
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.root.join("nats.conf")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("nats.log")
    }

    /// What the server says before it has a log.
    pub(crate) fn start_log(&self) -> PathBuf {
        self.root.join("start.log")
    }

    pub(crate) fn pid(&self) -> PathBuf {
        self.root.join("nats.pid")
    }

    fn address(&self) -> PathBuf {
        self.root.join("address.json")
    }

    pub(crate) fn read_address(&self) -> Option<Address> {
        serde_json::from_slice(&std::fs::read(self.address()).ok()?).ok()
    }

    pub(crate) fn write_address(&self, port: u16) -> Result<Address, BrokerError> {
        let address = Address { url: format!("nats://127.0.0.1:{port}"), port };
        let path = self.address();
        let text = serde_json::to_string(&address).expect("an address has only string keys");
        std::fs::write(&path, text).map_err(BrokerError::file("write", &path))?;
        Ok(address)
    }

    /// The process that wrote the pid file, if it still runs with our configuration.
    pub(crate) fn running_pid(&self) -> Option<u32> {
        let pid: u32 = std::fs::read_to_string(self.pid()).ok()?.trim().parse().ok()?;
        let command = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let config = std::path::absolute(self.config()).ok()?;
        String::from_utf8_lossy(&command).contains(config.to_str()?).then_some(pid)
    }
}

/// URL of the broker that a running `dateline up` of this folder started.
pub(crate) fn running_url(data_dir: &Path) -> Option<String> {
    let folder = Folder::new(data_dir);
    folder.running_pid()?;
    Some(folder.read_address()?.url)
}

/// The program and its version.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) version: (u32, u32),
}

/// Finds the program: configuration, environment, PATH.
pub(crate) fn find_program(config: &BrokerConfig) -> Result<Program, BrokerError> {
    let named =
        config.program.clone().or_else(|| std::env::var_os("DATELINE_NATS_SERVER").map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| PathBuf::from("nats-server"));
    let output = match Command::new(&path).arg("--version").output() {
        Ok(output) => output,
        Err(_) if named.is_none() => return Err(BrokerError::NoProgram),
        Err(source) => return Err(BrokerError::Program { program: path.display().to_string(), source }),
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(Program { path, version: parse_version(&text) })
}

/// "nats-server: v2.15.1" to (2, 15); what cannot be read counts as old.
fn parse_version(text: &str) -> (u32, u32) {
    let numbers = text.rsplit('v').next().unwrap_or_default();
    let mut parts = numbers.trim().split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// The configured port, else the last one, else a free one.
pub(crate) fn choose_port(config: &BrokerConfig, last: Option<u16>) -> Result<u16, BrokerError> {
    if config.port != 0 {
        return Ok(config.port);
    }
    let free =
        |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| listener.local_addr());
    let taken = last.and_then(|port| free(port).ok());
    taken.map_or_else(|| free(0).map_err(BrokerError::Port), Ok).map(|address| address.port())
}

/// The server's configuration file.
pub(crate) fn server_config(
    config: &BrokerConfig,
    folder: &Folder,
    port: u16,
    version: (u32, u32),
) -> String {
    let quote = |path: PathBuf| {
        let absolute = std::path::absolute(&path).unwrap_or(path);
        serde_json::to_string(&absolute.to_string_lossy()).expect("a string always serialises")
    };
    // Servers before 2.10 refuse a file with either key.
    let (rotation, sync) = match config.sync {
        _ if version < (2, 10) => ("", ""),
        SyncRule::Always => ("logfile_max_num: 4\n", "  sync_interval: always\n"),
        SyncRule::Lazy => ("logfile_max_num: 4\n", "  sync_interval: 2m\n"),
    };
    format!(
        "# Written by `dateline up` at every start; changes here are lost.\n\
         server_name: dateline\n\
         listen: 127.0.0.1:{port}\n\
         max_payload: {payload}\n\
         max_pending: 256MB\n\
         pid_file: {pid}\n\
         log_file: {log}\n\
         logfile_size_limit: 16MB\n\
         {rotation}\
         jetstream {{\n  store_dir: {store}\n  max_file_store: {MAX_FILE_STORE}\n{sync}}}\n",
        payload = config.max_payload.0,
        pid = quote(folder.pid()),
        log = quote(folder.log()),
        store = quote(folder.root.join("jetstream")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        for (text, expected) in [
            ("nats-server: v2.15.1\n", (2, 15)),
            ("nats-server: v2.9.10", (2, 9)),
            ("", (0, 0)),
            ("v?", (0, 0)),
        ] {
            assert_eq!(parse_version(text), expected, "{text}");
        }
    }

    #[test]
    fn an_old_server_is_not_given_what_it_refuses() {
        let folder = Folder::new(Path::new("/data"));
        let config = BrokerConfig::default();
        assert!(server_config(&config, &folder, 4222, (2, 15)).contains("sync_interval: always"));
        let old = server_config(&config, &folder, 4222, (2, 9));
        assert!(!old.contains("sync_interval") && !old.contains("logfile_max_num"), "{old}");
    }

    #[test]
    fn the_disk_of_the_day_does_not_limit_the_streams() {
        let folder = Folder::new(Path::new("/data"));
        let text = server_config(&BrokerConfig::default(), &folder, 4222, (2, 15));
        assert!(text.contains("max_file_store: 64TB"), "{text}");
    }

    #[test]
    fn a_taken_port_is_not_chosen_again() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = listener.local_addr().unwrap().port();
        assert_ne!(choose_port(&BrokerConfig::default(), Some(taken)).unwrap(), taken);
    }
}
