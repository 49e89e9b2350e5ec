//! `dateline retention`: removes the articles that were kept long enough; `dateline
//! vacuum`: gives back the space that they left.

use crate::args::{Common, Retention};
use crate::{config, output};
use dateline_runtime::clock::{Clock, SystemClock};
use dateline_sink::{RetentionConfig, remove_expired};
use dateline_store::{Removed, StoreConfig, Vacuum, open, open_reader};
use jiff::Timestamp;
use serde::Serialize;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// What was removed, or would be.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    dry_run: bool,
    #[serde(flatten)]
    removed: Removed,
}

/// Removes what the configuration says, at once; a dry run only counts it.
pub(crate) async fn run(common: &Common, options: &Retention) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let (store, rules, now) = (config.store(), config.retention, SystemClock.now());
    if rules.expiries(now).is_empty() {
        output::note("[retention] says nothing, so everything is kept");
    }
    let removed = if options.dry_run {
        expired(&store, &rules, now).await?
    } else {
        // One that is not there is not made.
        drop(open_reader(&store).await?);
        let records = open(&store).await?.records;
        remove_expired(&*records, &rules, now, &CancellationToken::new()).await?
    };
    print(&Report { dry_run: options.dry_run, removed }, options)?;
    Ok(ExitCode::SUCCESS)
}

async fn expired(store: &StoreConfig, rules: &RetentionConfig, now: Timestamp) -> anyhow::Result<Removed> {
    let reader = open_reader(store).await?;
    let mut expired = Removed::default();
    for expiry in rules.expiries(now) {
        expired.add(reader.expired(expiry).await?);
    }
    Ok(expired)
}

fn print(report: &Report, options: &Retention) -> anyhow::Result<()> {
    if options.json {
        return Ok(output::line(serde_json::to_string(report)?)?);
    }
    for (source, articles) in &report.removed.articles {
        output::line(format!("{articles:>10}  {source}"))?;
    }
    let articles = output::counted(report.removed.total(), "article");
    let versions = output::counted(report.removed.versions, "version");
    let said = if report.dry_run { "would be removed" } else { "removed" };
    let entities = match report.removed.entities.unwrap_or(0) {
        0 => String::new(),
        1 => ", and 1 entity that no other names".to_owned(),
        more => format!(", and {more} entities that no other names"),
    };
    output::note(format!("{articles} with {versions}{entities} {said}"));
    Ok(())
}

/// Gives all space back, and says how much.
pub(crate) async fn vacuum(common: &Common) -> anyhow::Result<ExitCode> {
    let store = config::read(common)?.value.store();
    drop(open_reader(&store).await?);
    let records = open(&store).await?.records;
    let before = records.size().await?;
    // Also those that changed and retracted articles left.
    records.forget_entities().await?;
    records.vacuum(Vacuum::Full).await?;
    if let (Some(before), Some(after)) = (before, records.size().await?) {
        output::note(format!("{before} bytes before, {after} after"));
    }
    Ok(ExitCode::SUCCESS)
}
