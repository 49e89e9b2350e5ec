//! Everything that is printed: data to standard output, the rest to standard error.

use crate::config::Unsound;
use dateline_runtime::config::ConfigError;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Exit code for wrong usage or configuration.
pub(crate) const USAGE: u8 = 2;

/// Writes a line of data. A reader that has gone away ends the output quietly.
pub(crate) fn line(text: impl AsRef<str>) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{}", text.as_ref())
}

/// Writes a line for the person at the terminal.
pub(crate) fn note(text: impl AsRef<str>) {
    // Nobody to tell is no reason to fail.
    drop(writeln!(io::stderr().lock(), "{}", text.as_ref()));
}

/// How many of something: `1 record`, `2 records`.
pub(crate) fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, one: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {one}{plural}")
}

/// Says what failed, with its causes, and gives the exit code.
pub(crate) fn report_failure(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    note(format!("error: {error}"));
    for cause in error.chain().skip(1) {
        note(format!("  {cause}"));
    }
    let usage =
        error.chain().any(|cause| cause.is::<ConfigError>() || cause.is::<Unsound>() || cause.is::<Usage>());
    if usage { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
}

/// The command line asks for something that cannot be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Styles for terminals, nothing elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    enabled: bool,
}

impl Style {
    /// For standard output; `NO_COLOR` (no-color.org) switches it off.
    pub(crate) fn stdout() -> Self {
        Self { enabled: io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    pub(crate) fn marked(self, text: &str) -> String {
        self.wrap("1;33", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.enabled { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Foreign text for a terminal: no control characters but line ends and tabs.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        let counts = [counted(0_u64, "record"), counted(1_usize, "record"), counted(2_u64, "record")];
        assert_eq!(counts, ["0 records", "1 record", "2 records"]);
    }
}
