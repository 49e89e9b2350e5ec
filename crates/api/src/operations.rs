//! The table of what the API can do.

use crate::router::Api;
use crate::{handlers, parameters};
use axum::routing::{MethodRouter, get};
use dateline_model::NewsRecord;
use dateline_store::{EntityProfile, SearchPage, TimelinePage, Totals, VersionPage};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// One operation: where it is, what it takes and gives, and who answers.
pub(crate) struct Operation {
    /// Below the prefix, as router and document write it.
    pub(crate) path: &'static str,
    /// Its name for generated clients.
    pub(crate) id: &'static str,
    /// What it is for.
    pub(crate) summary: &'static str,
    /// The schema of its parameters: each property is one.
    pub(crate) parameters: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of its answer.
    pub(crate) answer: fn(&mut SchemaGenerator) -> Schema,
    /// Who answers.
    pub(crate) handler: MethodRouter<Api>,
}

impl Operation {
    fn new<P: JsonSchema, A: JsonSchema>(
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        handler: MethodRouter<Api>,
    ) -> Self {
        Self {
            path,
            id,
            summary,
            parameters: P::json_schema,
            answer: SchemaGenerator::subschema_for::<A>,
            handler,
        }
    }
}

/// All of them, in the order of the document.
pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<parameters::Search, SearchPage>(
            "/search",
            "search",
            "Articles that match a query, best or newest first, with the words found marked",
            get(handlers::search),
        ),
        Operation::new::<parameters::Articles, handlers::RecordPage>(
            "/articles",
            "listArticles",
            "Whole records that match a query, in order of arrival: for taking over what is stored",
            get(handlers::articles),
        ),
        Operation::new::<parameters::Nothing, NewsRecord>(
            "/articles/{id}",
            "getArticle",
            "The current version of an article; also of a retracted one (pubStatus canceled)",
            get(handlers::article),
        ),
        Operation::new::<parameters::Versions, VersionPage>(
            "/articles/{id}/versions",
            "listVersions",
            "The versions of an article, the current one first",
            get(handlers::versions),
        ),
        Operation::new::<parameters::Timeline, TimelinePage>(
            "/timeline",
            "getTimeline",
            "The dates that articles speak of, those that most speak of on the first page; each page in order",
            get(handlers::timeline),
        ),
        Operation::new::<parameters::Entity, EntityProfile>(
            "/entity",
            "getEntity",
            "How often an entity is named by day, and together with whom",
            get(handlers::entity),
        ),
        Operation::new::<parameters::Listed, handlers::SourceList>(
            "/sources",
            "listSources",
            "Who delivered what is stored",
            get(handlers::sources),
        ),
        Operation::new::<parameters::Nothing, Totals>(
            "/totals",
            "getTotals",
            "How much is stored; of a large store the figures may be up to a minute old",
            get(handlers::totals),
        ),
    ]
}
