//! Section `[store.postgres]`.

use dateline_runtime::secret::Secret;
use dateline_runtime::units::HumanDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use tokio_postgres::config::Host;

/// Section `[store.postgres]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PostgresOptions {
    /// Where the server is: `postgres://user@host:port/database`, or
    /// `host=/run/postgresql user=dateline dbname=news` for a socket.
    pub url: String,
    /// Password of the user; better given as `DATELINE_STORE__POSTGRES__PASSWORD_FILE`.
    pub password: Option<Secret>,
    /// Schema of the tables; created where it is missing.
    pub schema: String,
    /// Whether the connection is encrypted.
    pub tls: TlsRule,
    /// PEM file of the authority that signed the server's certificate; without
    /// it those that the system trusts.
    pub tls_ca_file: Option<PathBuf>,
    /// How long the server may take to accept a connection.
    pub connect_timeout: HumanDuration,
    /// How long a search may take.
    pub read_timeout: HumanDuration,
    /// Connections that answer searches.
    pub readers: usize,
    /// Largest record as JSON, in MiB; a larger one is refused.
    pub max_record_mib: u32,
}

/// When the connection is encrypted. Certificates are always verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TlsRule {
    /// Unless the server is on this machine.
    #[default]
    Remote,
    /// Always.
    Always,
    /// Never: the network itself must be safe.
    Never,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            url: "host=/run/postgresql dbname=dateline".to_owned(),
            password: None,
            schema: "dateline".to_owned(),
            tls: TlsRule::Remote,
            tls_ca_file: None,
            connect_timeout: HumanDuration(Duration::from_secs(5)),
            read_timeout: HumanDuration(Duration::from_secs(10)),
            readers: 4,
            max_record_mib: 256,
        }
    }
}

impl PostgresOptions {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        let config = self.parse().map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            format!("postgres.url is no address of a server ({error}: {cause}); write it like postgres://user@host:5432/database")
        })?;
        if config.get_password().is_some() {
            return Err(
                "postgres.url holds a password, which is printed with the configuration; give it as postgres.password (DATELINE_STORE__POSTGRES__PASSWORD_FILE)"
                    .to_owned(),
            );
        }
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.schema.is_empty() || self.schema.len() > 63 || !self.schema.chars().all(is_name) {
            return Err(format!("postgres.schema is `{}`; give 1 to 63 of a-z, 0-9 and `_`", self.schema));
        }
        Ok(())
    }

    pub(super) fn parse(&self) -> Result<tokio_postgres::Config, tokio_postgres::Error> {
        self.url.parse()
    }

    /// Server, database and schema, without secrets.
    pub(crate) fn place(&self) -> String {
        let Ok(config) = self.parse() else { return self.schema.clone() };
        let host = config.get_hosts().first().map_or_else(String::new, |host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
        format!("{host}:{port}/{database} (schema {})", self.schema)
    }

    pub(super) fn is_encrypted(&self, config: &tokio_postgres::Config) -> bool {
        match self.tls {
            TlsRule::Always => true,
            TlsRule::Never => false,
            TlsRule::Remote => !config.get_hosts().iter().all(is_here),
        }
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> PostgresOptions {
        PostgresOptions { url: url.into(), ..PostgresOptions::default() }
    }

    #[track_caller]
    fn encrypted(url: &str, tls: TlsRule, expected: bool) {
        let options = PostgresOptions { tls, ..at(url) };
        assert_eq!(options.is_encrypted(&options.parse().unwrap()), expected, "{url}");
    }

    #[test]
    fn remote_servers_are_talked_to_in_secret() {
        encrypted("postgres://db.example.org/news", TlsRule::Remote, true);
        encrypted("postgres://db.example.org/news", TlsRule::Never, false);
        encrypted("postgres://localhost/news", TlsRule::Remote, false);
        encrypted("postgres://[::1]/news", TlsRule::Remote, false);
        encrypted("postgres://127.0.0.1,db.example.org/news", TlsRule::Remote, true);
        encrypted("host=/run/postgresql", TlsRule::Remote, false);
        encrypted("host=/run/postgresql", TlsRule::Always, true);
    }

    #[test]
    fn places_hold_no_secrets() {
        assert_eq!(at("postgres://u@h:1/news").place(), "h:1/news (schema dateline)");
        assert_eq!(at("host=/run/x user=u").place(), "/run/x:5432/u (schema dateline)");
    }

    #[test]
    fn faults_are_named() {
        PostgresOptions::default().validate().unwrap();
        let fault = |options: PostgresOptions| options.validate().unwrap_err();
        assert!(fault(at("postgres://u:secret@h/d")).contains("PASSWORD_FILE"));
        assert!(fault(at("mysql://h")).contains("no address"));
        assert!(fault(PostgresOptions { schema: "a\"b".into(), ..at("host=h") }).contains("a-z"));
    }
}
