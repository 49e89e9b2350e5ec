//! The limit of PostgreSQL: the very bytes that the store wrote, copied into
//! the same tables of an empty schema, batch by batch, durable.

use dateline_store::{PostgresOptions, PostgresStore};
use dateline_testkit::PostgresServer;
use futures::{SinkExt, StreamExt};
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio_postgres::{Client, NoTls};

/// Tables in the order of the copy, each with the rows of a batch that ends
/// with article `$LAST` and begins after `$AFTER`.
const TABLES: [(&str, &str); 5] = [
    ("articles", "article > $AFTER AND article <= $LAST"),
    ("versions", "article > $AFTER AND article <= $LAST"),
    (
        "entities",
        "entity IN (SELECT entity FROM mentions GROUP BY entity
                     HAVING min(article) > $AFTER AND min(article) <= $LAST)",
    ),
    ("mentions", "article > $AFTER AND article <= $LAST"),
    ("dates", "article > $AFTER AND article <= $LAST"),
];

pub(crate) fn options(server: &PostgresServer, schema: &str) -> PostgresOptions {
    PostgresOptions { url: server.url(), schema: schema.into(), ..PostgresOptions::default() }
}

/// Time of a bare `COPY` of what is in `from` into `into`.
pub(crate) async fn copy(server: &PostgresServer, from: &str, into: &str, batch: usize) -> Duration {
    drop(PostgresStore::open(options(server, into)).await.unwrap());
    let (source, target) = (connect(server, from).await, connect(server, into).await);
    let rows = source.query("SELECT article FROM articles ORDER BY article", &[]).await.unwrap();
    let keys: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
    let (mut after, mut time) = (0, Duration::ZERO);
    for keys in keys.chunks(batch) {
        let last = *keys.last().unwrap();
        let parts = read(&source, after, last).await;
        let start = Instant::now();
        target.batch_execute("BEGIN").await.unwrap();
        for ((table, _), bytes) in TABLES.iter().zip(parts) {
            let mut sink = pin!(target.copy_in(&format!("COPY {table} FROM STDIN BINARY")).await.unwrap());
            for part in bytes {
                sink.send(part).await.unwrap();
            }
            sink.finish().await.unwrap();
        }
        target.batch_execute("COMMIT").await.unwrap();
        time += start.elapsed();
        after = last;
    }
    time
}

/// What a batch is made of, as the server's own binary form.
async fn read(source: &Client, after: i64, last: i64) -> Vec<Vec<bytes::Bytes>> {
    let mut parts = Vec::new();
    for (table, rows) in TABLES {
        let rows = rows.replace("$AFTER", &after.to_string()).replace("$LAST", &last.to_string());
        let sql = format!("COPY (SELECT * FROM {table} WHERE {rows}) TO STDOUT BINARY");
        let stream = pin!(source.copy_out(&sql).await.unwrap());
        parts.push(stream.map(Result::unwrap).collect().await);
    }
    parts
}

async fn connect(server: &PostgresServer, schema: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(&server.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("SET search_path = {schema}; SET synchronous_commit = on")).await.unwrap();
    client
}
