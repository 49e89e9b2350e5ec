//! Section `[store.files]`: how records become files.

use crate::secret_file;
use dateline_runtime::secret::Secret;
use dateline_runtime::units::{ByteSize, HumanDuration};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// Section `[store.files]`, for the kinds `json-lines` and `parquet`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileOptions {
    /// How JSON lines are compressed; Parquet always is, by zstd.
    pub compression: Compression,
    /// Records as JSON after which files are made of them.
    pub roll_size: ByteSize,
    /// How long a record waits for others until files are made.
    pub roll_after: HumanDuration,
    /// Which date a record's partition is called after.
    pub date: PartitionDate,
    /// How many of the latest records are known again when they are redelivered.
    pub remember: usize,
    /// Most bytes that may wait in the spool while files cannot be made.
    pub max_waiting: ByteSize,
    /// Largest record as JSON, in MiB; a larger one is refused.
    pub max_record_mib: u32,
    /// The bucket that files are put into; without one they stay in the folder.
    pub s3: Option<S3Options>,
}

/// Section `[store.files.s3]`: a bucket of S3 or of a server that speaks its protocol.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Options {
    /// Its name.
    pub bucket: String,
    /// What the keys of all files begin with.
    #[serde(default)]
    pub prefix: String,
    /// Region of the bucket.
    #[serde(default = "default_region")]
    pub region: String,
    /// Address of a server that is not Amazon's: `https://s3.example.org`.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Whether the endpoint may be `http://`.
    #[serde(default)]
    pub allow_http: bool,
    /// Whether the bucket's name is part of the host name.
    #[serde(default)]
    pub virtual_host: bool,
    /// Which key; without it the environment's or the machine's own.
    #[serde(default)]
    pub access_key_id: Option<String>,
    /// The key itself.
    #[serde(default)]
    pub secret_access_key: Option<Secret>,
    /// A file that holds it.
    #[serde(default)]
    pub secret_access_key_file: Option<PathBuf>,
    /// How long a connection may take to be made.
    #[serde(default = "default_connect_timeout")]
    pub connect_timeout: HumanDuration,
    /// How long a file may take to be put.
    #[serde(default = "default_timeout")]
    pub timeout: HumanDuration,
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

fn default_connect_timeout() -> HumanDuration {
    HumanDuration(Duration::from_secs(5))
}

fn default_timeout() -> HumanDuration {
    HumanDuration(Duration::from_mins(2))
}

impl S3Options {
    fn validate(&self) -> Result<(), String> {
        if self.bucket.is_empty() || self.bucket.contains('/') {
            return Err(format!(
                "files.s3.bucket is `{}`; give the name of a bucket, and what is below it as files.s3.prefix",
                self.bucket
            ));
        }
        if let Some(endpoint) = &self.endpoint {
            let is_plain = endpoint.starts_with("http://");
            if !is_plain && !endpoint.starts_with("https://") {
                return Err(format!(
                    "files.s3.endpoint is `{endpoint}`; write it like https://s3.example.org"
                ));
            }
            if is_plain && !self.allow_http {
                return Err(format!(
                    "files.s3.endpoint is `{endpoint}`, which encrypts nothing; use https, or say files.s3.allow_http = true"
                ));
            }
        }
        if self.access_key_id.is_some()
            && self.secret_access_key.is_none()
            && self.secret_access_key_file.is_none()
        {
            return Err("files.s3.access_key_id has no key; give files.s3.secret_access_key_file".to_owned());
        }
        let (secret, file) = (self.secret_access_key.as_ref(), self.secret_access_key_file.as_deref());
        secret_file::validate("files.s3.secret_access_key", secret, file)
    }

    /// Where it is, without secrets.
    pub(crate) fn place(&self) -> String {
        let host = self.endpoint.as_deref().map_or_else(String::new, |endpoint| format!(" at {endpoint}"));
        format!("s3://{}/{}{host}", self.bucket, self.prefix.trim_matches('/'))
    }
}

/// How a file of JSON lines is compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    /// Not at all: `.jsonl`.
    None,
    /// `.jsonl.gz`.
    Gzip,
    /// `.jsonl.zst`.
    #[default]
    Zstd,
}

/// Which date a partition is called after. Days are days in UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartitionDate {
    /// The day on which the article was taken in.
    #[default]
    Ingested,
    /// The day on which it was published; where unknown, on which it was taken in.
    Published,
}

impl Default for FileOptions {
    fn default() -> Self {
        Self {
            compression: Compression::Zstd,
            roll_size: ByteSize(128 << 20),
            roll_after: HumanDuration(Duration::from_mins(5)),
            date: PartitionDate::Ingested,
            remember: 100_000,
            max_waiting: ByteSize(4 << 30),
            max_record_mib: 256,
            s3: None,
        }
    }
}

impl FileOptions {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        let (roll, waiting) = (self.roll_size.0, self.max_waiting.0);
        if roll < 1 << 10 || roll > 2 << 30 {
            return Err(format!("files.roll_size is {}; give 1KiB to 2GiB", self.roll_size));
        }
        if waiting < roll.saturating_mul(2) {
            return Err(format!(
                "files.max_waiting is {} and files.roll_size {}; room for two of them is needed, one to fill and one to make files of",
                self.max_waiting, self.roll_size
            ));
        }
        if self.roll_after.0 < Duration::from_millis(100) {
            return Err(format!("files.roll_after is {}; give at least 100ms", self.roll_after));
        }
        self.s3.as_ref().map_or(Ok(()), S3Options::validate)
    }

    /// Largest record as JSON, in bytes.
    pub(super) fn max_record(&self) -> usize {
        self.max_record_mib as usize * (1 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(options: &FileOptions, says: &str) {
        let fault = options.validate().err().unwrap_or_default();
        assert_eq!(fault.is_empty(), says.is_empty(), "{fault}");
        assert!(fault.contains(says), "{fault}");
    }

    #[test]
    fn faults_are_named() {
        let default = FileOptions::default;
        check(&default(), "");
        check(&FileOptions { roll_size: ByteSize(0), ..default() }, "roll_size");
        check(&FileOptions { max_waiting: ByteSize(128 << 20), ..default() }, "room for two");
        check(&FileOptions { roll_after: HumanDuration(Duration::ZERO), ..default() }, "roll_after");
        let bucket = |text: &str| FileOptions { s3: Some(toml::from_str(text).unwrap()), ..default() };
        check(&bucket("bucket = 'news'"), "");
        check(&bucket("bucket = 'news/archive'"), "files.s3.prefix");
        check(&bucket("bucket = 'news'\nendpoint = 's3.example.org'"), "write it like");
        check(&bucket("bucket = 'news'\nendpoint = 'http://s3.example.org'"), "allow_http");
        check(&bucket("bucket = 'news'\naccess_key_id = 'me'"), "secret_access_key_file");
    }
}
