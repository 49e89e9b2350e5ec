//! Who may connect, and what protects the connection.

use crate::support::config;
use dateline_bus::{Bus, BusError, NatsConfig, Topology};
use dateline_runtime::Disposition;
use dateline_runtime::secret::Secret;
use dateline_testkit::NatsServer;
use nkeys::KeyPair;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

async fn connect(config: &NatsConfig) -> Result<Bus, BusError> {
    Bus::connect(config, "test", Topology::built_in()).await
}

/// It connects with the first configuration and prepares everything; with the others it does not
/// connect, and says nothing secret.
async fn check(right: NatsConfig, wrong: &[NatsConfig], secret: &str) {
    right.validate().unwrap();
    connect(&right).await.unwrap().prepare().await.unwrap();
    for config in wrong {
        let error = connect(config).await.unwrap_err();
        assert!(matches!(error, BusError::Connect { .. }), "{error:?}");
        assert!(!format!("{error:?} {config:?}").contains(secret), "{error:?}");
    }
}

#[tokio::test]
async fn a_password_is_asked_for_and_taken() {
    let server =
        NatsServer::builder().extra_config("authorization { user: dateline, password: s3cret }").start();
    let with = |password: &str| NatsConfig {
        user: Some("dateline".to_owned()),
        password: Some(Secret::new(password)),
        ..config(&server)
    };
    check(with("s3cret"), &[config(&server), with("guess-s3cret")], "s3cret").await;
}

#[tokio::test]
async fn a_token_is_asked_for_and_taken() {
    let server = NatsServer::builder().extra_config("authorization { token: s3cret }").start();
    let with = |token: &str| NatsConfig { token: Some(Secret::new(token)), ..config(&server) };
    check(with("s3cret"), &[config(&server), with("guess-s3cret")], "s3cret").await;
}

#[tokio::test]
async fn an_nkey_is_asked_for_and_taken() {
    let (folder, user) = (tempfile::tempdir().unwrap(), KeyPair::new_user());
    let authorization = format!("authorization {{ users: [{{ nkey: {} }}] }}", user.public_key());
    let server = NatsServer::builder().extra_config(&authorization).start();
    let with = |name: &str, key: &KeyPair| {
        let path = written(&folder, name, &format!("{}\n", key.seed().unwrap()));
        NatsConfig { nkey_file: Some(path), ..config(&server) }
    };
    let (right, stranger) = (with("user.nk", &user), with("stranger.nk", &KeyPair::new_user()));
    check(right, &[config(&server), stranger], &user.seed().unwrap()).await;
}

#[tokio::test]
async fn a_credentials_file_is_asked_for_and_taken() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::new();
    let server = NatsServer::builder().extra_config(&keys.server_config()).start();
    let path = written(&folder, "dateline.creds", &keys.credentials(&keys.user));
    let with = |path: &Path| NatsConfig { credentials_file: Some(path.to_owned()), ..config(&server) };
    let forged = written(&folder, "forged.creds", &keys.credentials(&KeyPair::new_user()));
    check(with(&path), &[config(&server), with(&forged)], &keys.user.seed().unwrap()).await;
}

#[tokio::test]
async fn a_missing_file_is_told_by_its_setting_and_not_waited_for() {
    let server = NatsServer::start();
    let missing = Some(PathBuf::from("/nowhere/at-all"));
    let base = config(&server);
    for (what, config) in [
        ("nkey_file", NatsConfig { nkey_file: missing.clone(), ..base.clone() }),
        ("credentials_file", NatsConfig { credentials_file: missing.clone(), ..base.clone() }),
        ("tls_ca_file", NatsConfig { tls_ca_file: missing.clone(), ..base.clone() }),
        ("tls_key_file", NatsConfig { tls_key_file: missing.clone(), ..base }),
    ] {
        let error = connect(&config).await.unwrap_err();
        assert_eq!(error.disposition(), Disposition::Fatal);
        assert!(error.to_string().contains(&format!("check nats.{what}")), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_is_checked() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let server = NatsServer::builder().extra_config(&authority.tls(&folder, "verify: false")).start();
    let with = |authority: &Authority, name: &str| {
        let path = written(&folder, name, &authority.certificate);
        NatsConfig { tls_ca_file: Some(path), ..tls_config(&server) }
    };
    let stranger = with(&Authority::new(), "stranger.pem");
    check(with(&authority, "ca.pem"), &[tls_config(&server), stranger], "PRIVATE KEY").await;
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let server = NatsServer::builder().extra_config(&authority.tls(&folder, "verify: true")).start();
    let ca = written(&folder, "trusted.pem", &authority.certificate);
    let anonymous = NatsConfig { tls_ca_file: Some(ca), ..tls_config(&server) };
    let with = |signer: &Authority, name: &str| {
        let (certificate, key) = signer.sign("dateline");
        NatsConfig {
            tls_cert_file: Some(written(&folder, &format!("{name}.pem"), &certificate)),
            tls_key_file: Some(written(&folder, &format!("{name}.key"), &key)),
            ..anonymous.clone()
        }
    };
    let stranger = with(&Authority::new(), "stranger");
    check(with(&authority, "client"), &[anonymous.clone(), stranger], "PRIVATE KEY").await;
}

#[tokio::test]
async fn another_server_of_the_list_is_taken_when_one_is_gone() {
    let server = NatsServer::start();
    let gone = format!("nats://127.0.0.1:{}", dateline_testkit::free_port());
    let config = NatsConfig { servers: vec![gone, server.url()], ..config(&server) };
    connect(&config).await.unwrap().prepare().await.unwrap();
}

#[test]
fn settings_that_do_not_fit_together_are_refused() {
    let check = |config: NatsConfig, said: &str| {
        let error = config.validate().unwrap_err();
        assert!(error.contains(said), "{error}");
    };
    let default = NatsConfig::default;
    check(NatsConfig { replicas: 2, ..default() }, "1, 3 or 5");
    check(NatsConfig { user: Some("me".into()), ..default() }, "belong together");
    check(NatsConfig { tls_cert_file: Some("x".into()), ..default() }, "belong together");
    check(NatsConfig { servers: vec!["no address at all".into()], ..default() }, "is no address");
    let both = NatsConfig { nkey_file: Some("x".into()), token: Some(Secret::new("t")), ..default() };
    check(both, "only one of");
}

/// The server's address by name: certificates are for names.
fn tls_config(server: &NatsServer) -> NatsConfig {
    NatsConfig { servers: vec![format!("tls://localhost:{}", server.port())], ..config(server) }
}

fn written(folder: &TempDir, name: &str, content: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// A certificate authority of one test.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, rcgen::KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate for this name, and its key.
    fn sign(&self, name: &str) -> (String, String) {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    /// The server's part.
    fn tls(&self, folder: &TempDir, verify: &str) -> String {
        let (certificate, key) = self.sign("localhost");
        format!(
            "tls {{ cert_file: \"{}\", key_file: \"{}\", ca_file: \"{}\", {verify} }}",
            written(folder, "server.pem", &certificate).display(),
            written(folder, "server.key", &key).display(),
            written(folder, "authority.pem", &self.certificate).display(),
        )
    }
}

/// Operator, account and user of a server that reads JWTs (NATS' decentralised authentication).
struct Keys {
    operator: KeyPair,
    system: KeyPair,
    account: KeyPair,
    user: KeyPair,
}

impl Keys {
    fn new() -> Self {
        Self {
            operator: KeyPair::new_operator(),
            system: KeyPair::new_account(),
            account: KeyPair::new_account(),
            user: KeyPair::new_user(),
        }
    }

    fn server_config(&self) -> String {
        let limits = r#"{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,
            "conn":-1,"leaf":-1,"mem_storage":-1,"disk_storage":-1,"streams":-1,"consumer":-1}"#;
        let account = |key: &KeyPair, limits: &str| {
            jwt(&self.operator, key, &format!(r#"{{"type":"account","version":2,"limits":{limits}}}"#))
        };
        let system = limits
            .replace(r#""mem_storage":-1,"disk_storage":-1,"streams":-1,"consumer":-1"#, r#""streams":0"#);
        let operator = jwt(&self.operator, &self.operator, r#"{"type":"operator","version":2}"#);
        format!(
            "operator: {operator}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{ {}: {}, {}: {} }}",
            self.system.public_key(),
            self.system.public_key(),
            account(&self.system, &system),
            self.account.public_key(),
            account(&self.account, limits),
        )
    }

    /// The file that `nsc` writes; `signer` is who claims to be the user.
    fn credentials(&self, signer: &KeyPair) -> String {
        let claims = r#"{"type":"user","version":2,"subs":-1,"data":-1,"payload":-1}"#;
        format!(
            "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
            jwt(&self.account, &self.user, claims),
            signer.seed().unwrap()
        )
    }
}

/// A token of NATS' own kind: claims signed with an Ed25519 nkey.
fn jwt(issuer: &KeyPair, subject: &KeyPair, claims: &str) -> String {
    let header = base64(br#"{"typ":"JWT","alg":"ed25519-nkey"}"#);
    let (issuer_key, subject_key) = (issuer.public_key(), subject.public_key());
    let body = format!(
        r#"{{"jti":"X","iat":1700000000,"iss":"{issuer_key}","name":"test","sub":"{subject_key}","nats":{claims}}}"#
    );
    let signed = format!("{header}.{}", base64(body.as_bytes()));
    let signature = issuer.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", base64(&signature))
}

/// base64url without padding (RFC 4648, section 5).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let block =
            chunk.iter().fold(0_u32, |block, byte| block << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[(block >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    text
}
