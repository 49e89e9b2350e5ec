//! Takes secrets out of text that leaves the house.
//!
//! The configuration prints its secrets redacted, but the same words can stand elsewhere: in
//! an error, in an address, in a header. So every text is searched for them once more.

use crate::config::Config;
use dateline_runtime::secret::{REDACTED, Secret, UrlParts, hide_in_urls};
use dateline_store::{StoreConfig, StoreKind};

/// A shorter secret would be found in the middle of other words, and give itself away so.
const SHORTEST: usize = 4;

/// What may not be in a text.
pub(super) struct Redaction {
    /// Longest first: one may be part of another.
    secrets: Vec<String>,
}

impl Redaction {
    /// The secrets of a configuration.
    pub(super) fn of(config: &Config) -> Self {
        let nats = &config.nats;
        let mut secrets: Vec<String> = exposed(&[&nats.password, &nats.token]);
        let sides = config.sink.also.iter().map(|side| &side.store);
        for store in std::iter::once(&config.store).chain(sides) {
            secrets.extend(of_store(store));
        }
        secrets.retain(|secret| secret.len() >= SHORTEST);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { secrets }
    }

    /// The text without secrets, and without logins and queries of addresses.
    pub(super) fn apply(&self, text: &str) -> String {
        let without =
            self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, REDACTED));
        hide_in_urls(&without, UrlParts::LoginAndQuery)
    }
}

fn exposed(secrets: &[&Option<Secret>]) -> Vec<String> {
    secrets.iter().filter_map(|secret| Some(secret.as_ref()?.expose().to_owned())).collect()
}

fn of_store(store: &StoreConfig) -> Vec<String> {
    let mut secrets = exposed(&[
        &store.postgres.password,
        &store.files.s3.secret_key,
        &store.opensearch.password,
        &store.opensearch.api_key,
        &store.webhook.secret,
    ]);
    if store.kind == StoreKind::Webhook {
        secrets.extend(path(&store.webhook.url));
    }
    secrets
}

/// The path of a webhook's address: with many receivers it is what lets one in.
fn path(url: &str) -> Option<String> {
    let (_, address) = url.split_once("://")?;
    let (_, path) = address.split_once('/')?;
    Some(path.split(['?', '#']).next().unwrap_or(path).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dateline.toml");
        std::fs::write(&file, text).unwrap();
        dateline_runtime::config::load(Some(&file), std::iter::empty()).unwrap().value
    }

    #[test]
    fn every_secret_of_a_configuration_is_found_wherever_it_stands() {
        let config = config(
            r#"
            [nats]
            password = "nats-password"
            token = "nats-token"
            [store.postgres]
            password = "postgres-password"
            [store.files.s3]
            secret_key = "bucket-key"
            [[sink.also]]
            name = "search"
            [sink.also.store.opensearch]
            password = "search-password"
            api_key = "search-key"
            [[sink.also]]
            name = "desk"
            [sink.also.store]
            kind = "webhook"
            [sink.also.store.webhook]
            url = "https://hooks.example/services/T00/B00?x=query-key"
            secret = "webhook-secret"
            "#,
        );
        let secrets = [
            "nats-password",
            "nats-token",
            "postgres-password",
            "bucket-key",
            "search-password",
            "search-key",
            "services/T00/B00",
            "query-key",
            "webhook-secret",
        ];
        let text = format!(
            "{} at https://hooks.example/services/T00/B00?x=query-key nats://u:other@h",
            secrets
                .iter()
                .filter(|secret| **secret != "query-key")
                .copied()
                .collect::<Vec<_>>()
                .join(" and ")
        );
        let redacted = Redaction::of(&config).apply(&text);
        for secret in secrets.into_iter().chain(["other"]) {
            assert!(!redacted.contains(secret), "{secret} in {redacted}");
        }
        assert!(
            redacted.contains("https://hooks.example/[redacted]?[redacted] nats://[redacted]@h"),
            "{redacted}"
        );
    }

    /// A setting that is a secret must be among those that are searched for.
    #[test]
    fn no_secret_setting_is_forgotten() {
        let schema = crate::config::schema();
        let mut found = Vec::new();
        for (section, definition) in schema["$defs"].as_object().unwrap() {
            let settings = definition["properties"].as_object().into_iter().flatten();
            let secret = settings.filter(|(_, setting)| setting["writeOnly"] == true);
            found.extend(secret.map(|(name, _)| format!("{section}.{name}")));
        }
        found.sort();
        let known = [
            "NatsConfig.password",
            "NatsConfig.token",
            "OpenSearchOptions.api_key",
            "OpenSearchOptions.password",
            "PostgresOptions.password",
            "S3Options.secret_key",
            "WebhookOptions.secret",
        ];
        assert_eq!(found, known, "let Redaction::of know of it");
    }

    #[test]
    fn a_secret_of_three_letters_is_not_searched_for() {
        let redaction = Redaction::of(&config("[nats]\nuser = \"a\"\npassword = \"the\"\n"));
        assert_eq!(redaction.apply("other"), "other");
    }
}
