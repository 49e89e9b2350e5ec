//! `dateline sources`: the polled sources, looked at and commanded.

use super::status::connect;
use crate::args::{Common, Sources};
use crate::config::Config;
use crate::output::{Usage, printable};
use crate::{config, output};
use anyhow::Context;
use dateline_extract::OfferedFeed;
use dateline_extract::opml::{Opml, Outline};
use dateline_model::SubjectToken;
use dateline_producer::fetch::Fetcher;
use dateline_producer::{
    ProducerError, Registry, SourceDefinition, SourceList, SourceStatus, Trial, TrialError, try_source,
};
use dateline_runtime::ErrorChain;
use dateline_runtime::clock::SystemClock;
use serde_json::json;
use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;

/// Looks at the sources or commands them.
pub(crate) async fn run(common: &Common, command: Sources) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    if let Sources::Test { url, limit, json } = command {
        return test(&config, &url, limit, json).await;
    }
    let bus = connect(&config).await?;
    bus.prepare().await?;
    let lease = config.producer.feeds.lease.0;
    let registry = Registry::open(&bus, SystemClock::shared(), "command".to_owned(), lease).await?;
    match command {
        Sources::List { json } => list(&config, &registry, json).await?,
        Sources::Add { name, url, language, region, pages, unchecked } => {
            let mut source =
                SourceDefinition { language, region, pages, ..SourceDefinition::new(&name, &url) };
            if !unchecked {
                source.url = feed_of(&config, &source).await?;
            }
            add(&registry, &source).await?;
            output::note(format!("added {} as {}", source.name, source.id()));
        }
        Sources::Remove { name } => {
            if !registry.remove(&SubjectToken::new(&name)).await? {
                let why = "no source of this name was added; one of a list is taken out there, or paused";
                return Err(Usage(format!("{}: {why}", printable(&name))).into());
            }
        }
        Sources::Pause { name } => registry.pause(&known(&config, &registry, &name).await?).await?,
        Sources::Resume { name } => registry.resume(&known(&config, &registry, &name).await?).await?,
        Sources::Import { file } => import(&config, &registry, &file).await?,
        Sources::Export => export(all(&config, &registry).await?)?,
        Sources::Test { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Every source: those added by command first, then those of the lists.
pub(crate) async fn all(config: &Config, registry: &Registry) -> anyhow::Result<Vec<SourceDefinition>> {
    let mut sources = registry.added().await?;
    for path in &config.producer.feeds.files {
        sources.extend(SourceList::read(path)?.sources);
    }
    let mut ids = HashSet::new();
    sources.retain(|source| ids.insert(source.id()));
    Ok(sources)
}

/// The id of a source that there is.
async fn known(config: &Config, registry: &Registry, name: &str) -> anyhow::Result<SubjectToken> {
    let id = SubjectToken::new(name);
    let there = all(config, registry).await?.iter().any(|source| source.id() == id);
    let missing = || Usage(format!("there is no source `{}`; see `dateline sources list`", printable(name)));
    Ok(there.then_some(id).ok_or_else(missing)?)
}

async fn add(registry: &Registry, source: &SourceDefinition) -> anyhow::Result<()> {
    source.check().map_err(|error| Usage(error.to_string()))?;
    Ok(registry.add(source).await?)
}

/// The address of the feed that is meant: of a page, the first feed that it names. What cannot
/// be fetched now is taken as it stands; the producer will tell.
async fn feed_of(config: &Config, source: &SourceDefinition) -> anyhow::Result<String> {
    let url = source.check().map_err(|error| Usage(error.to_string()))?;
    match try_source(&fetcher(config)?, &url, &config.producer.limits()).await {
        Ok(_) => Ok(source.url.clone()),
        Err(TrialError::Page { url, offered }) => {
            let Some(first) = offered.first() else {
                return Err(TrialError::Page { url, offered }.into());
            };
            note_offered(&url, &offered);
            Ok(first.url.clone())
        }
        Err(error) => {
            output::note(format!("added as it stands: {}", printable(&ErrorChain(&error).to_string())));
            Ok(source.url.clone())
        }
    }
}

/// Tells what a page offers.
fn note_offered(page: &impl std::fmt::Display, offered: &[OfferedFeed]) {
    output::note(format!(
        "{} is a web page; the first feed that it names is taken:",
        printable(&page.to_string())
    ));
    for feed in offered {
        let title = feed.title.as_deref().unwrap_or("-");
        output::note(format!("  {}  {}", printable(&feed.url), printable(title)));
    }
}

fn fetcher(config: &Config) -> anyhow::Result<Fetcher> {
    Ok(Fetcher::new(&config.producer.feeds.http, SystemClock::shared()).map_err(ProducerError::Client)?)
}

async fn list(config: &Config, registry: &Registry, json: bool) -> anyhow::Result<()> {
    let sources = all(config, registry).await?;
    for source in &sources {
        let status = registry.status(source).await?;
        if json {
            output::line(json!(status).to_string())?;
        } else {
            print(&status)?;
        }
    }
    if sources.is_empty() {
        output::note("no sources yet: `dateline sources add NAME URL`, or a list in producer.feeds.files");
    }
    Ok(())
}

fn print(status: &SourceStatus) -> std::io::Result<()> {
    let last = status.last_new.map_or_else(|| "-".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M").to_string());
    output::line(format!(
        "{:<24} {:<8} {:>7} articles  new {:<16}  {}",
        status.id,
        status.condition.as_str(),
        status.articles,
        last,
        printable(status.moved_to.as_deref().unwrap_or(&status.url))
    ))?;
    match &status.last_error {
        Some(error) => output::line(format!("{:<24} {} failures: {}", "", status.failures, printable(error))),
        None => Ok(()),
    }
}

async fn test(config: &Config, url: &str, limit: usize, json: bool) -> anyhow::Result<ExitCode> {
    let url = SourceDefinition::new("test", url).check().map_err(|error| Usage(error.to_string()))?;
    let (fetcher, limits) = (fetcher(config)?, config.producer.limits());
    let trial = match try_source(&fetcher, &url, &limits).await {
        Err(TrialError::Page { url, offered }) if !offered.is_empty() => {
            note_offered(&url, &offered);
            let feed = SourceDefinition::new("test", &offered[0].url).check()?;
            try_source(&fetcher, &feed, &limits).await?
        }
        tried => tried?,
    };
    if !json {
        describe(&trial)?;
    }
    for item in trial.items.iter().take(limit) {
        if json {
            output::line(json!(item).to_string())?;
            continue;
        }
        let date = item.claims.first().map_or("no date", |claim| claim.raw.as_str());
        let title = item.title.as_deref().unwrap_or("no title");
        output::line(format!(
            "  {} [{}, {} characters]",
            printable(title),
            printable(date),
            item.text.chars().count()
        ))?;
        if let Some(url) = &item.url {
            output::line(format!("      {}", printable(url)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(trial: &Trial) -> std::io::Result<()> {
    let fresh = trial.fresh.map_or_else(|| "-".to_owned(), |fresh| format!("{} s", fresh.as_secs()));
    let moved = trial.moved_to.as_ref().map(ToString::to_string);
    let etag = trial.validators.etag.clone().or_else(|| trial.validators.last_modified.clone());
    let rows = [
        ("answer", format!("{} bytes in {:?} from {}", trial.bytes, trial.took, trial.url)),
        ("moved to", moved.unwrap_or_else(|| "-".to_owned())),
        (
            "format",
            format!("{} ({})", trial.format, trial.content_type.as_deref().unwrap_or("no media type")),
        ),
        ("title", trial.title.clone().unwrap_or_else(|| "-".to_owned())),
        ("validator", etag.unwrap_or_else(|| "none: every poll transfers everything".to_owned())),
        ("fresh for", fresh),
        ("hubs", if trial.hubs.is_empty() { "-".to_owned() } else { trial.hubs.join(" ") }),
    ];
    for (name, value) in rows {
        output::line(format!("{name:<10} {}", printable(&value)))?;
    }
    for sitemap in &trial.sitemaps {
        output::line(format!("sitemap    {}", printable(sitemap.as_str())))?;
    }
    for warning in trial.warnings.iter().chain(&trial.faults) {
        output::line(format!("warning    {}", printable(warning)))?;
    }
    output::line(format!("items      {}", trial.items.len()))
}

/// Adds what a list names and is not polled yet, so that a list can be taken in again.
async fn import(config: &Config, registry: &Registry, file: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("could not read {}", file.display()))?;
    let list = Opml::parse(&bytes);
    let there = all(config, registry).await?;
    let mut addresses: HashSet<String> = there.iter().map(|source| source.url.clone()).collect();
    let mut names: HashSet<SubjectToken> = there.iter().map(SourceDefinition::id).collect();
    let (mut added, mut known, mut skipped) = (0, 0, list.skipped);
    for feed in list.feeds {
        if addresses.contains(&feed.feed) {
            known += 1;
            continue;
        }
        let name = free_name(&feed.title, &names);
        let region = feed.folders.last().cloned();
        let source =
            SourceDefinition { language: feed.language, region, ..SourceDefinition::new(&name, &feed.feed) };
        match add(registry, &source).await {
            Ok(()) => {
                names.insert(source.id());
                addresses.insert(source.url);
                added += 1;
            }
            Err(error) if error.is::<Usage>() => {
                output::note(format!("left out: {error}"));
                skipped += 1;
            }
            Err(error) => return Err(error),
        }
    }
    output::note(format!("added {added}, there already {known}, left out {skipped}"));
    Ok(())
}

/// Feeds of one name get a number each.
fn free_name(title: &str, taken: &HashSet<SubjectToken>) -> String {
    let numbered = (2..).map(|number| format!("{title} {number}"));
    let mut names = std::iter::once(title.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(&SubjectToken::new(name))).unwrap_or_else(|| title.to_owned())
}

fn export(sources: Vec<SourceDefinition>) -> std::io::Result<()> {
    let feeds = sources.into_iter().map(|source| Outline {
        title: source.name,
        feed: source.url,
        home: None,
        language: source.language,
        folders: source.region.into_iter().collect(),
    });
    let list = Opml { title: Some("Dateline".to_owned()), feeds: feeds.collect(), skipped: 0 };
    output::line(list.to_xml().trim_end())
}
