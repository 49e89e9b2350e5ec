//! The directory of common words in the schema, and learning more of them.

use super::entities::ALONE;
use crate::common_words::{CommonWord, CommonWords, Learning};
use tokio_postgres::{Client, Error, GenericClient, Row};

/// A word is common that stands in one of so many articles. The server's index has no places
/// of words: a phrase that is no pair makes it read each article that has its words, wherever,
/// at ten to forty microseconds each. Of a million articles, 370 for all but the dearest twentieth
/// of phrases with an entity; with words of a fiftieth 830, with a twentieth 2,100, but a third
/// fewer pairs.
const SHARE: u32 = 100;

/// What a writer begins with.
pub(super) fn learning() -> Learning {
    Learning::new(SHARE)
}

/// Stores what was learnt, if enough articles were looked at: while no batch is written, so
/// that each article has the pairs of all words that were stored before its key was given.
pub(super) async fn store(learning: &mut Learning, client: &mut Client) -> Result<(), Error> {
    if !learning.learner.is_done() {
        return Ok(());
    }
    let transaction = client.transaction().await?;
    transaction.batch_execute(ALONE).await?;
    let known = all(&transaction).await?;
    let words = learning.learner.learn(&known);
    let first = i32::try_from(known.len()).unwrap_or(i32::MAX);
    let sql = "WITH next AS MATERIALIZED (SELECT nextval('article_keys') AS since)
               INSERT INTO common_words (number, word, since)
               SELECT $1 + u.place - 1, u.word, next.since
                 FROM next, unnest($2::text[]) WITH ORDINALITY AS u(word, place)";
    transaction.execute(sql, &[&i64::from(first), &words]).await?;
    transaction.commit().await
}

/// Takes up what is stored, if it is more than is known here.
pub(super) async fn meet(
    learning: &mut Learning,
    client: &impl GenericClient,
    stored: usize,
) -> Result<(), Error> {
    if stored != learning.len() {
        learning.take_up(all(client).await?);
    }
    Ok(())
}

async fn all(client: &impl GenericClient) -> Result<CommonWords, Error> {
    let rows = client.query("SELECT word, number, since FROM common_words", &[]).await?;
    Ok(directory(&rows))
}

/// Those of these folded words that the directory has.
pub(super) async fn find(client: &Client, folded: &[String]) -> Result<CommonWords, Error> {
    let sql = "SELECT word, number, since FROM common_words WHERE word = ANY($1)";
    Ok(directory(&client.query(sql, &[&folded]).await?))
}

fn directory(rows: &[Row]) -> CommonWords {
    let mut common = CommonWords::default();
    for row in rows {
        let number = u16::try_from(row.get::<_, i32>(1)).unwrap_or(u16::MAX);
        common.put(row.get(0), CommonWord { number, since: row.get(2) });
    }
    common
}
