//! Structured logs on standard error, whose level can be changed while running.

use std::fmt;
use std::io::{self, IsTerminal};
use std::panic;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt as format, reload};

use crate::pool::panic_message;

/// How a process logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// What is logged: a level (`error`, `warn`, `info`, `debug`, `trace`), or a list such as
    /// `info,dateline_bus=debug` that gives single modules their own.
    pub level: String,
    /// How a line looks.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Auto }
    }
}

/// How a line of log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Pretty where standard error is a terminal, JSON everywhere else.
    #[default]
    Auto,
    /// For a person: time, level, message, fields.
    Pretty,
    /// For a log collector: one JSON object a line.
    Json,
}

/// Why logging is not set up, or its level not changed.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The level is none.
    #[error("`{level}` is no log level; write one like `info` or `info,dateline_bus=debug`")]
    Level {
        /// The text as it was given.
        level: String,
    },
    /// Some other part of the process has set up logging of its own.
    #[error("cannot install the log: another one is installed already")]
    Taken(#[source] tracing_subscriber::util::TryInitError),
    /// The log is gone; only seen while the process ends.
    #[error("cannot change the level of a log that is gone")]
    Gone(#[source] reload::Error),
}

/// Changes the log while it runs. Clones speak for the same log.
#[derive(Clone)]
pub struct LogHandle {
    filter: reload::Handle<EnvFilter, Registry>,
    level: Arc<Mutex<String>>,
}

impl LogHandle {
    /// Logs at `level` from now on.
    ///
    /// # Errors
    /// [`LogError::Level`] when the text is no level; the old one then stays.
    pub fn set_level(&self, level: &str) -> Result<(), LogError> {
        let filter = parse_level(level)?;
        self.filter.reload(filter).map_err(LogError::Gone)?;
        level.trim().clone_into(&mut self.level.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    /// The level in force.
    #[must_use]
    pub fn level(&self) -> String {
        self.level.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for LogHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LogHandle").field("level", &self.level()).finish_non_exhaustive()
    }
}

/// Starts logging to standard error, panics included. When this has been done before, only
/// the level is taken over.
///
/// # Errors
/// [`LogError::Level`] for a wrong level, [`LogError::Taken`] when something else logs.
pub fn init_logging(config: &LogConfig) -> Result<LogHandle, LogError> {
    static INSTALLED: OnceLock<LogHandle> = OnceLock::new();
    static INSTALLING: Mutex<()> = Mutex::new(());

    let filter = parse_level(&config.level)?;
    let _one_at_a_time = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(installed) = INSTALLED.get() {
        installed.set_level(&config.level)?;
        return Ok(installed.clone());
    }
    let (filter, handle) = reload::Layer::new(filter);
    tracing_subscriber::registry()
        .with(filter)
        .with(output(config.format))
        .try_init()
        .map_err(LogError::Taken)?;
    log_panics();
    let level = Arc::new(Mutex::new(config.level.trim().to_owned()));
    Ok(INSTALLED.get_or_init(|| LogHandle { filter: handle, level }).clone())
}

/// Stricter than the filter's own syntax, in which a misspelt level is the name of a module
/// and silences all others.
fn parse_level(level: &str) -> Result<EnvFilter, LogError> {
    let wrong = || LogError::Level { level: level.to_owned() };
    let known = |part: &str| {
        let name = part.rsplit('=').next().unwrap_or(part);
        !name.is_empty() && name.parse::<LevelFilter>().is_ok()
    };
    if !level.split(',').map(str::trim).all(known) {
        return Err(wrong());
    }
    EnvFilter::builder().parse(level.trim()).map_err(|_| wrong())
}

type Filtered = tracing_subscriber::layer::Layered<reload::Layer<EnvFilter, Registry>, Registry>;

fn output(chosen: LogFormat) -> Box<dyn Layer<Filtered> + Send + Sync> {
    let terminal = io::stderr().is_terminal();
    match chosen {
        LogFormat::Json => json(),
        LogFormat::Auto if !terminal => json(),
        LogFormat::Auto | LogFormat::Pretty => {
            format::layer().with_writer(io::stderr).with_ansi(terminal).with_target(false).boxed()
        }
    }
}

fn json() -> Box<dyn Layer<Filtered> + Send + Sync> {
    format::layer().with_writer(io::stderr).json().flatten_event(true).with_span_list(false).boxed()
}

/// Panics become error events with their place, instead of bare text between JSON lines.
fn log_panics() {
    panic::set_hook(Box::new(|info| {
        let message = panic_message(info.payload());
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(panic = message, place, thread, "a thread panicked");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_level_is_named() {
        for level in ["", "inof", "loud=", "dateline=verbose", "[", "info,", "info,,=,", "dateline_bus"] {
            let error = parse_level(level).unwrap_err().to_string();
            assert!(error.contains(level) && error.contains("write one like"), "{error}");
        }
    }
}
