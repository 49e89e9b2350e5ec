//! The PostgreSQL store: one server for all tests, a schema for each.

mod faults;
mod full_disk;

use crate::Harness;
use dateline_store::{PostgresOptions, PostgresStore, Store, StoreConfig, StoreKind};
use dateline_testkit::PostgresServer;
use std::sync::{Arc, LazyLock};

static SERVER: LazyLock<PostgresServer> = LazyLock::new(PostgresServer::start);

pub(crate) struct Postgres {
    schema: String,
}

impl Default for Postgres {
    fn default() -> Self {
        Self { schema: SERVER.fresh_name() }
    }
}

impl Postgres {
    pub(crate) fn options(&self) -> PostgresOptions {
        PostgresOptions {
            url: SERVER.url(),
            schema: self.schema.clone(),
            readers: 2,
            ..PostgresOptions::default()
        }
    }

    pub(crate) fn sql(&self, sql: &str) -> String {
        SERVER.sql(&format!("SET search_path = {}; {sql}", self.schema))
    }
}

impl Harness for Postgres {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(PostgresStore::open(self.options()).await.unwrap())
    }

    fn config(&self) -> StoreConfig {
        StoreConfig { kind: StoreKind::Postgres, postgres: self.options(), ..StoreConfig::default() }
    }

    /// No row stands alone, and what cannot be found has no words.
    fn inspect(&self) {
        for odd in [
            "mentions WHERE article NOT IN (SELECT article FROM articles WHERE NOT retracted)",
            "dates WHERE article NOT IN (SELECT article FROM articles WHERE NOT retracted)",
            "versions WHERE article NOT IN (SELECT article FROM articles)",
            "articles WHERE current NOT IN (SELECT version FROM versions)",
            "mentions WHERE entity NOT IN (SELECT entity FROM entities)",
            "entities, unnest(words) u WHERE length(u.lexeme) > 2 AND u.lexeme NOT IN (SELECT word FROM vocabulary)",
            "articles WHERE retracted <> (words IS NULL)",
            "articles WHERE source NOT IN (SELECT source FROM sources)",
        ] {
            assert_eq!(self.sql(&format!("SELECT count(*) FROM {odd}")), "0", "{odd}");
        }
    }
}

crate::all_checks!(Postgres);

mod writing {
    crate::writing::writing_checks!(super::Postgres);
}
