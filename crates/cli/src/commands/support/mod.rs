//! `dateline support-bundle`: one archive with what somebody needs who helps from afar.
//!
//! Each part is collected for itself, and says in its own file what kept it from being
//! collected: a pipeline that is down is when a bundle is made. Everything passes `redact`
//! before it is written. Left out: articles, records, the payloads of dead letters, and any
//! file that holds a secret.

mod archive;
mod host;
mod redact;

use super::connections::{self, Look};
use super::status::connect;
use crate::args::{Common, SupportBundle};
use crate::config::{self, Config};
use crate::output;
use anyhow::Context;
use dateline_bus::{Bus, DeadFilter};
use dateline_runtime::admin::ask_admin;
use dateline_runtime::clock::{Clock, SystemClock};
use dateline_runtime::config::Loaded;
use redact::Redaction;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Latest dead letters of which the head is taken in.
const LETTERS: usize = 200;
/// Characters of a letter's detail, which may quote its input.
const DETAIL: usize = 300;

/// A file of the bundle.
struct Part {
    name: &'static str,
    /// For the list of contents.
    about: &'static str,
    text: String,
}

/// Collects, writes, and prints what is in it.
pub(crate) async fn run(common: &Common, options: &SupportBundle) -> anyhow::Result<ExitCode> {
    let loaded = config::read(common)?;
    let redaction = Redaction::of(&loaded.value);
    let now = SystemClock.now();
    let stem = format!("dateline-support-{}", now.strftime("%Y%m%dT%H%M%SZ"));
    let out = options.out.clone().unwrap_or_else(|| PathBuf::from(format!("{stem}.tar.gz")));
    let mut parts = collect(&loaded, options).await;
    for part in &mut parts {
        part.text = redaction.apply(&part.text);
    }
    let mut contents = String::new();
    for part in &parts {
        writeln!(contents, "{:<20} {}", part.name, part.about)?;
    }
    parts.insert(0, Part { name: "CONTENTS.txt", about: "this list", text: contents });
    archive::write(&out, &stem, now, &parts)
        .with_context(|| format!("could not write {}; --out names another place", out.display()))?;
    for part in &parts {
        output::line(format!("{:>9}  {:<20} {}", part.text.len(), part.name, part.about))?;
    }
    output::note(format!("written to {}; look through it before you pass it on", out.display()));
    Ok(ExitCode::SUCCESS)
}

async fn collect(loaded: &Loaded<Config>, options: &SupportBundle) -> Vec<Part> {
    let config = &loaded.value;
    let part = |name, about, text| Part { name, about, text };
    let mut parts = vec![
        part("version.txt", "version and build", host::version()),
        part("config.toml", "the configuration in force, with origins, without secrets", loaded.print()),
        part("host.txt", "system, memory, disks, limits", host::facts(&config.data_dir)),
        part("checks.txt", "what config check --connect says", checks(config).await),
        part(
            "admin.txt",
            "readiness and log level of the process on this machine",
            admin(config, options).await,
        ),
        part("metrics.txt", "its metrics", metrics(config, options).await),
    ];
    let bus = connect(config).await.map_err(|error| format!("{error:#}\n"));
    let asked = async |what: What| match &bus {
        Ok(bus) => what.ask(bus, config).await.unwrap_or_else(|error| format!("{error:#}\n")),
        Err(error) => error.clone(),
    };
    parts.push(part("status.json", "what dateline status --json says", asked(What::Status).await));
    parts.push(part("broker.json", "the server's words on streams and consumers", asked(What::Broker).await));
    parts.push(part(
        "dead-letters.jsonl",
        "heads of the latest dead letters, without payloads",
        asked(What::DeadLetters).await,
    ));
    if let Ok(bus) = bus {
        bus.drain().await;
    }
    parts
}

/// What is asked of the broker.
enum What {
    Status,
    Broker,
    DeadLetters,
}

impl What {
    async fn ask(self, bus: &Bus, config: &Config) -> anyhow::Result<String> {
        Ok(match self {
            Self::Status => format!("{:#}\n", super::status::look(bus, config).await?),
            Self::Broker => format!("{:#}\n", bus.describe().await),
            Self::DeadLetters => dead_letters(bus).await?,
        })
    }
}

async fn checks(config: &Config) -> String {
    connections::look(config).await.iter().map(|look: &Look| look.line() + "\n").collect()
}

async fn admin(config: &Config, options: &SupportBundle) -> String {
    let address = options.admin.unwrap_or(config.admin.listen);
    let mut text = format!("admin port {address}\n");
    for path in ["/livez", "/startupz", "/readyz", "/log-level"] {
        let answer = match ask_admin(address, path).await {
            Ok(answer) => format!("{} {}", answer.status, answer.body.trim_end()),
            Err(error) => format!("no answer: {error}"),
        };
        writeln!(text, "{path} {answer}").expect("writing to a string does not fail");
    }
    text
}

async fn metrics(config: &Config, options: &SupportBundle) -> String {
    match ask_admin(options.admin.unwrap_or(config.admin.listen), "/metrics").await {
        Ok(answer) => answer.body,
        Err(error) => format!("# no process answers on the admin port: {error}\n"),
    }
}

/// The latest first: why and where, and the headers; not what.
async fn dead_letters(bus: &Bus) -> anyhow::Result<String> {
    let mut text = String::new();
    for entry in bus.dead_letters().latest(&DeadFilter::default(), u64::MAX, LETTERS).await? {
        let letter = entry.letter;
        let detail: String = letter.detail.chars().take(DETAIL).collect();
        let head = json!({
            "number": entry.sequence, "stage": letter.stage, "reason": letter.reason, "detail": detail,
            "subject": letter.subject, "headers": letter.headers, "place": letter.place,
            "attempts": letter.attempts, "firstAt": letter.first_at, "lastAt": letter.last_at,
        });
        writeln!(text, "{head}")?;
    }
    Ok(text)
}
