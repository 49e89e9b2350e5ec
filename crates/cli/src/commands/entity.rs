//! `dateline entity`: how an entity is named over time, and with whom.

use crate::args::{Common, Entity, EntityKind};
use crate::output::{Style, printable};
use crate::{config, output};
use dateline_model::EntityType;
use dateline_store::{EntityCount, EntityProfile, ProfileRequest, open_reader};
use std::process::ExitCode;

/// Columns of the longest bar.
const BAR: u64 = 40;

/// Exit code 0 also when nobody has the name.
pub(crate) async fn run(common: &Common, options: &Entity) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let reader = open_reader(&config.store()).await?;
    let request = ProfileRequest {
        kind: options.kind.map(EntityType::from),
        limit: options.limit.max(1),
        ..ProfileRequest::new(options.name.join(" "))
    };
    let profile = reader.profile(request).await?;
    if options.json {
        output::line(serde_json::to_string(&profile)?)?;
    } else {
        print(&profile, Style::stdout())?;
    }
    Ok(ExitCode::SUCCESS)
}

impl From<EntityKind> for EntityType {
    fn from(kind: EntityKind) -> Self {
        match kind {
            EntityKind::Person => Self::Person,
            EntityKind::Organisation => Self::Organisation,
            EntityKind::Place => Self::Place,
            EntityKind::Misc => Self::Misc,
        }
    }
}

fn print(profile: &EntityProfile, style: Style) -> std::io::Result<()> {
    if profile.entities.is_empty() {
        output::note("nobody and nothing of this name is stored");
        return Ok(());
    }
    output::line(style.bold("named"))?;
    print_counts(&profile.entities)?;
    output::line(style.bold("by day"))?;
    let most = profile.days.iter().map(|day| day.articles).max().unwrap_or(1).max(1);
    for day in &profile.days {
        let columns = (day.articles * BAR).div_ceil(most);
        let bar = "▪".repeat(usize::try_from(columns).unwrap_or_default());
        output::line(format!("  {}  {}  {bar}", day.day, counted(day.articles, day.mentions)))?;
    }
    output::line(style.bold("together with"))?;
    print_counts(&profile.together_with)
}

fn print_counts(entities: &[EntityCount]) -> std::io::Result<()> {
    for entity in entities {
        let uri = entity.uri.as_deref().map(|uri| format!("  {}", printable(uri))).unwrap_or_default();
        output::line(format!(
            "  {}  {:<13}{}{uri}",
            counted(entity.articles, entity.mentions),
            entity.kind,
            printable(&entity.name)
        ))?;
    }
    Ok(())
}

/// In how many articles and how often, in columns.
fn counted(articles: u64, mentions: u64) -> String {
    let articles_word = if articles == 1 { "article" } else { "articles" };
    let times_word = if mentions == 1 { "time" } else { "times" };
    format!("{articles:>6} {articles_word:<8} {mentions:>6} {times_word:<5}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_article_is_no_articles_and_columns_stay() {
        assert_eq!(counted(1, 1), "     1 article       1 time ");
        assert_eq!(counted(12, 345), "    12 articles    345 times");
        assert_eq!(counted(1, 2).len(), counted(12, 345).len());
    }
}
