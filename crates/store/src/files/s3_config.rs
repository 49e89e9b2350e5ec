//! Section `[store.files.s3]`: a bucket for the files.

use crate::secret_file;
use dateline_runtime::secret::Secret;
use dateline_runtime::units::HumanDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Section `[store.files.s3]`: Amazon S3, or a service that speaks its protocol.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct S3Options {
    /// The bucket, which must be there; without one, files stay in the folder.
    pub bucket: Option<String>,
    /// What all names in it begin with, as a folder would.
    pub prefix: String,
    /// Where the service is; Amazon's own where nothing is said.
    pub endpoint: Option<String>,
    /// The region.
    pub region: String,
    /// Who we are; without it what the variables `AWS_*` or the machine's role say.
    pub access_key: Option<String>,
    /// The secret that goes with it.
    pub secret_key: Option<Secret>,
    /// A file that holds it.
    pub secret_key_file: Option<PathBuf>,
    /// PEM file of the authority that signed the service's certificate; without it
    /// those that the system trusts.
    pub tls_ca_file: Option<PathBuf>,
    /// How long a connection may take to be made.
    pub connect_timeout: HumanDuration,
    /// How long the service may take to answer a request, which carries up to 16 MiB.
    pub timeout: HumanDuration,
}

impl Default for S3Options {
    fn default() -> Self {
        Self {
            bucket: None,
            prefix: String::new(),
            endpoint: None,
            region: "us-east-1".to_owned(),
            access_key: None,
            secret_key: None,
            secret_key_file: None,
            tls_ca_file: None,
            connect_timeout: HumanDuration(Duration::from_secs(5)),
            timeout: HumanDuration(Duration::from_mins(1)),
        }
    }
}

impl S3Options {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        if self.bucket.as_ref().is_some_and(|bucket| bucket.is_empty() || bucket.contains('/')) {
            return Err(
                "files.s3.bucket is no name of a bucket; a folder in it is files.s3.prefix".to_owned()
            );
        }
        let is_plain = |part: &str| !matches!(part, "" | "." | "..");
        if !self.prefix.is_empty() && !self.prefix.split('/').all(is_plain) {
            return Err(format!("files.s3.prefix is `{}`; write it like news/archive", self.prefix));
        }
        if let Some(endpoint) = &self.endpoint {
            validate_endpoint(endpoint)?;
        }
        secret_file::validate(
            "files.s3.secret_key",
            self.secret_key.as_ref(),
            self.secret_key_file.as_deref(),
        )?;
        let has_secret = self.secret_key.is_some() || self.secret_key_file.is_some();
        if has_secret != self.access_key.is_some() {
            return Err("of files.s3.access_key and its secret only one is given; give files.s3.access_key and files.s3.secret_key_file, or neither".to_owned());
        }
        Ok(())
    }
}

fn validate_endpoint(endpoint: &str) -> Result<(), String> {
    let url = Url::parse(endpoint).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(url) = url else {
        return Err(format!("files.s3.endpoint is `{endpoint}`; write it like https://s3.example.org:9000"));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("files.s3.endpoint holds a user or password, which is printed with the configuration; give files.s3.access_key and files.s3.secret_key_file".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::faults;

    #[test]
    fn faults_are_named() {
        let check = |section: &str, says: &str| faults::check(S3Options::validate, section, says);
        check("", "");
        check("bucket = 'news'\nprefix = 'archive/2026'", "");
        check("bucket = 'news'\naccess_key = 'me'\nsecret_key_file = '/k'", "");
        check("bucket = ''", "no name of a bucket");
        check("bucket = 'news/archive'", "files.s3.prefix");
        check("prefix = '/news'", "write it like news/archive");
        check("prefix = 'news/../other'", "write it like news/archive");
        check("endpoint = 's3.example.org'", "write it like https");
        check("endpoint = 'https://me:secret@s3.example.org'", "secret_key_file");
        check("access_key = 'me'", "only one is given");
        check("secret_key = 'x'", "only one is given");
        check("access_key = 'me'\nsecret_key = 'x'\nsecret_key_file = '/k'", "give one of them");
    }
}
