//! Section `[store.webhook]`.

use crate::secret_file;
use dateline_runtime::outbound::Network;
use dateline_runtime::secret::Secret;
use dateline_runtime::units::{ByteSize, HumanDuration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Section `[store.webhook]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WebhookOptions {
    /// Where records are posted to.
    pub url: String,
    /// What messages are signed with: `whsec_...`, or any text of 16 bytes and more.
    pub secret: Option<Secret>,
    /// A file that holds it.
    pub secret_file: Option<PathBuf>,
    /// What a message holds.
    pub form: WebhookForm,
    /// Most records of a message of several.
    pub max_records: usize,
    /// Largest message of several records; a larger record goes alone.
    pub max_bytes: ByteSize,
    /// Messages under way at once.
    pub parallel: usize,
    /// How long a connection may take to be made.
    pub connect_timeout: HumanDuration,
    /// How long the receiver may take to answer.
    pub timeout: HumanDuration,
    /// What 410 Gone means.
    pub on_gone: OnGone,
    /// Private networks that may be posted to (`10.1.0.0/16`); all others are refused.
    #[schemars(with = "Vec<String>")]
    pub allow_networks: Vec<Network>,
    /// PEM file of the authority that signed the receiver's certificate; without it
    /// those that the system trusts.
    pub tls_ca_file: Option<PathBuf>,
    /// Largest record as JSON, in MiB; a larger one is refused.
    pub max_record_mib: u32,
}

/// What a message holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WebhookForm {
    /// One record.
    #[default]
    Record,
    /// An array of them.
    Batch,
}

/// What it means when the receiver answers 410 Gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnGone {
    /// Nobody is there any more: the sink stops, what it holds waits.
    #[default]
    Stop,
    /// This record is not wanted: it becomes a dead letter.
    DeadLetter,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self {
            url: String::new(),
            secret: None,
            secret_file: None,
            form: WebhookForm::Record,
            max_records: 100,
            max_bytes: ByteSize(4 << 20),
            parallel: 4,
            connect_timeout: HumanDuration(Duration::from_secs(5)),
            timeout: HumanDuration(Duration::from_secs(20)),
            on_gone: OnGone::Stop,
            allow_networks: Vec::new(),
            tls_ca_file: None,
            max_record_mib: 16,
        }
    }
}

impl WebhookOptions {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        let url = Url::parse(&self.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            return Err(format!(
                "webhook.url is `{}`; write it like https://receiver.example.org/articles",
                self.url
            ));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("webhook.url holds a user or password, which is printed with the configuration; messages are signed instead, with webhook.secret_file".to_owned());
        }
        if self.max_records == 0 || self.parallel == 0 {
            return Err(format!(
                "webhook.max_records is {} and webhook.parallel {}; give at least 1",
                self.max_records, self.parallel
            ));
        }
        secret_file::validate("webhook.secret", self.secret.as_ref(), self.secret_file.as_deref())
    }

    /// Where it is, without what may be a token.
    pub(crate) fn place(&self) -> String {
        match Url::parse(&self.url) {
            Ok(url) => format!("{}{}", url.origin().ascii_serialization(), url.path()),
            Err(_) => "a webhook".to_owned(),
        }
    }

    /// Largest record as JSON, in bytes.
    pub(super) fn max_record(&self) -> usize {
        self.max_record_mib as usize * (1 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::faults;

    #[test]
    fn faults_are_named() {
        let check = |section: &str, says: &str| faults::check(WebhookOptions::validate, section, says);
        check("url = 'https://example.org/hook'", "");
        check("", "write it like");
        check("url = 'ftp://example.org'", "write it like");
        check("url = 'https://me:secret@example.org'", "secret_file");
        check("url = 'https://example.org'\nparallel = 0", "at least 1");
        check("url = 'https://example.org'\nsecret = 'x'\nsecret_file = 'y'", "give one of them");
    }

    #[test]
    fn places_hold_no_tokens() {
        let options = WebhookOptions { url: "https://h.example:8/p?token=x".into(), ..Default::default() };
        assert_eq!(options.place(), "https://h.example:8/p");
    }
}
