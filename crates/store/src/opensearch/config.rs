//! Section `[store.opensearch]`.

use crate::secret_file;
use dateline_runtime::secret::Secret;
use dateline_runtime::units::{ByteSize, HumanDuration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Section `[store.opensearch]`, for OpenSearch and Elasticsearch.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OpenSearchOptions {
    /// Where the server is.
    pub url: String,
    /// The index; made where it is missing.
    pub index: String,
    /// User of basic authentication.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// A file that holds it.
    pub password_file: Option<PathBuf>,
    /// An API key instead, encoded as the server gave it.
    pub api_key: Option<Secret>,
    /// A file that holds it.
    pub api_key_file: Option<PathBuf>,
    /// PEM file of the authority that signed the server's certificate; without it
    /// those that the system trusts.
    pub tls_ca_file: Option<PathBuf>,
    /// Most bytes of a request, before compression; a larger record goes alone.
    pub max_request: ByteSize,
    /// How long a connection may take to be made.
    pub connect_timeout: HumanDuration,
    /// How long the server may take to answer.
    pub timeout: HumanDuration,
    /// Largest record as JSON, in MiB; a larger one is refused.
    pub max_record_mib: u32,
}

impl Default for OpenSearchOptions {
    fn default() -> Self {
        Self {
            url: "http://127.0.0.1:9200".to_owned(),
            index: "dateline".to_owned(),
            user: None,
            password: None,
            password_file: None,
            api_key: None,
            api_key_file: None,
            tls_ca_file: None,
            max_request: ByteSize(10 << 20),
            connect_timeout: HumanDuration(Duration::from_secs(5)),
            timeout: HumanDuration(Duration::from_mins(1)),
            max_record_mib: 64,
        }
    }
}

impl OpenSearchOptions {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        let url = Url::parse(&self.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            return Err(format!(
                "opensearch.url is `{}`; write it like https://search.example.org:9200",
                self.url
            ));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("opensearch.url holds a user or password, which is printed with the configuration; give opensearch.user and opensearch.password_file".to_owned());
        }
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        let begins_well = self.index.starts_with(|c: char| c.is_ascii_lowercase());
        if !begins_well || self.index.len() > 200 || !self.index.chars().all(is_name) {
            return Err(format!(
                "opensearch.index is `{}`; give up to 200 of a-z, 0-9, `-` and `_`, a letter first",
                self.index
            ));
        }
        if self.user.is_some() && (self.api_key.is_some() || self.api_key_file.is_some()) {
            return Err("opensearch.user and opensearch.api_key are both given; give one of them".to_owned());
        }
        secret_file::validate("opensearch.password", self.password.as_ref(), self.password_file.as_deref())?;
        secret_file::validate("opensearch.api_key", self.api_key.as_ref(), self.api_key_file.as_deref())
    }

    /// Where it is, without secrets.
    pub(crate) fn place(&self) -> String {
        format!("{}/{}", self.url.trim_end_matches('/'), self.index)
    }

    /// Largest record as JSON, in bytes.
    pub(super) fn max_record(&self) -> usize {
        self.max_record_mib as usize * (1 << 20)
    }

    /// Largest request, in bytes.
    pub(super) fn max_bytes(&self) -> usize {
        usize::try_from(self.max_request.0).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::faults;

    #[test]
    fn faults_are_named() {
        let check = |section: &str, says: &str| faults::check(OpenSearchOptions::validate, section, says);
        check("", "");
        check("url = 'search.example.org'", "write it like");
        check("url = 'https://me:secret@search.example.org'", "password_file");
        check("index = 'News'", "a-z");
        check("index = '_all'", "a letter first");
        check("user = 'me'\napi_key_file = '/k'", "one of them");
        check("password = 'x'\npassword_file = '/p'", "give one of them");
    }
}
