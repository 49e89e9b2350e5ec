//! The log as it comes out of a process: this file runs itself as a child and reads what the
//! child writes to standard error. The log is global to a process, which is why the child has
//! it all to itself.

use std::process::Command;

use dateline_runtime::telemetry::{LogConfig, LogFormat, init_logging};

const CHILD: &str = "DATELINE_TEST_CHILD";

fn main() {
    match std::env::var(CHILD).as_deref() {
        Ok("json") => log_something(LogFormat::Json),
        Ok("auto") => log_something(LogFormat::Auto),
        Ok("pretty") => log_something(LogFormat::Pretty),
        Ok(other) => panic!("unknown child {other}"),
        Err(_) => check_children(),
    }
}

fn log_something(format: LogFormat) {
    let config = |level: &str| LogConfig { level: level.to_owned(), format };
    let log = init_logging(&config("warn")).expect("the first log can be installed");
    tracing::info!("hidden at first");
    let again = init_logging(&config("info")).expect("the second log is the first one");
    assert_eq!(log.level(), "info");
    tracing::info!(article = "a1", bytes = 7, "article stored");
    again.set_level("logging=debug,error").expect("a list is a level");
    tracing::debug!("shown for this module");
    log.set_level("error").expect("a name is a level");
    tracing::warn!("hidden again");
    assert!(log.set_level("inof").is_err());
    let thread =
        std::thread::Builder::new().name("worker".to_owned()).spawn(|| panic!("broken {}", "invariant"));
    assert!(thread.expect("a thread can be started").join().is_err());
}

fn check_children() {
    for format in ["json", "auto"] {
        let lines = child(format);
        let expected = [
            r#""level":"INFO","message":"article stored","article":"a1","bytes":7"#,
            r#""level":"DEBUG","message":"shown for this module""#,
            r#""level":"ERROR","message":"a thread panicked","panic":"broken invariant","place":"crates/runtime/tests/logging.rs:"#,
        ];
        assert_eq!(lines.len(), expected.len(), "{lines:#?}");
        for (line, expected) in lines.iter().zip(expected) {
            assert!(line.starts_with('{') && line.ends_with('}') && line.contains(expected), "{line}");
        }
    }
    let lines = child("pretty");
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines[0].ends_with(" INFO article stored article=\"a1\" bytes=7"), "{}", lines[0]);
}

fn child(format: &str) -> Vec<String> {
    let own = std::env::current_exe().expect("this test is a file");
    let output = Command::new(own).env(CHILD, format).output().expect("this test can run itself");
    let text = String::from_utf8(output.stderr).expect("the log is UTF-8");
    assert!(output.status.success() && output.stdout.is_empty(), "{text}");
    text.lines().map(str::to_owned).collect()
}
