use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::ErrorChain;
use crate::secret::Secret;
use crate::units::{ByteSize, HumanDuration};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Root {
    nats: Nats,
    http: Http,
    sources: Vec<Source>,
    labels: BTreeMap<String, String>,
    feeds: BTreeMap<String, Source>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Nats {
    servers: Vec<String>,
    max_pending: u32,
    ratio: f64,
    wait: HumanDuration,
    tls: bool,
    user: Option<String>,
}

impl Default for Nats {
    fn default() -> Self {
        Self {
            servers: vec!["nats://127.0.0.1:4222".to_owned()],
            max_pending: 1000,
            ratio: 0.5,
            wait: HumanDuration(std::time::Duration::from_secs(30)),
            tls: false,
            user: None,
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Http {
    token: Secret,
    body: ByteSize,
    mode: Mode,
}

impl PartialEq for Http {
    fn eq(&self, other: &Self) -> bool {
        self.token.expose() == other.token.expose() && self.body == other.body && self.mode == other.mode
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Open,
    Closed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Source {
    Files { path: String },
    Feed { url: String, every: HumanDuration },
}

/// Loads a file of this text and these variables (`NAME=text`, separated by spaces).
fn load_text(text: &str, env: &str) -> Result<Loaded<Root>, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dateline.toml");
    fs::write(&path, text).unwrap();
    let pairs = env.split_whitespace().map(|pair| pair.split_once('=').unwrap());
    load(Some(&path), pairs.map(|(name, text)| (name.to_owned(), text.to_owned())))
}

/// The faults without the folder of the file.
fn faults(text: &str, env: &str) -> Vec<String> {
    let error = load_text(text, env).unwrap_err();
    let problems = error.problems().iter().map(Problem::to_string);
    problems
        .map(|line| line.split_once("dateline.toml: ").map_or(line.clone(), |(_, rest)| rest.to_owned()))
        .collect()
}

#[test]
fn nothing_set_gives_the_defaults() {
    let loaded: Loaded<Root> = load(None, std::iter::empty()).unwrap();
    assert_eq!(loaded.value, Root::default());
    assert_eq!(loaded.origin("nats.servers"), Origin::Default);
}

#[test]
fn faults_in_the_file_name_line_and_remedy() {
    let check = |text: &str, expected: &str| assert_eq!(faults(text, ""), [expected], "{text}");
    check(
        "\n[nats]\nserverz = []",
        "unknown key `serverz` in [nats], line 3 column 1; did you mean `servers`?",
    );
    check("[natz]", "unknown key `natz` at the top level, line 1 column 2; did you mean `nats`?");
    check(
        "[zebra]",
        "unknown key `zebra` at the top level, line 1 column 2; known here: `nats`, `http`, `sources`, `labels`, `feeds`",
    );
    check(
        "[nats]\n  max_pending = 'many'",
        "wrong value for `max_pending` in [nats]: a whole number from 0 to 4294967295 is expected here, not \"many\", line 2 column 17",
    );
    check(
        "[nats]\nmax_pending = -1",
        "wrong value for `max_pending` in [nats]: a whole number from 0 to 4294967295 is expected here, not -1, line 2 column 15",
    );
    check(
        "nats.wait = '30'",
        "wrong value for `wait` in [nats]: `30` has no known unit; write it like `30s` (units: ns, us, ms, s, m, h, d), line 1 column 13",
    );
    check(
        "[http]\nmode = 'opne'",
        "unknown value `opne` for `mode` in [http], line 2 column 8; did you mean `open`?",
    );
    check(
        "[http]\ntoken = 12345",
        "wrong value for `token` in [http]: a secret is text in quotes, line 2 column 9",
    );
    check(
        "nats = 3",
        "wrong value for `nats` at the top level: a section is expected here, not 3, line 1 column 8",
    );
    check("[nats]\nmax_pending = 99999999999999999999", "the number does not fit 64 bits, line 2 column 15");
    check(
        "http.mode = 3",
        "wrong value for `mode` in [http]: one of these is expected here: \"open\", \"closed\", line 1 column 13",
    );
    check(
        "nats.servers = 'a'",
        "wrong value for `servers` in [nats]: a list is expected here, not \"a\", line 1 column 16",
    );
    check(
        "nats.servers = ['a', 4]",
        "wrong value for `1` in [nats.servers]: text in quotes is expected here, not 4, line 1 column 22",
    );
    check(
        "[nats]\ntls = 'on'",
        "wrong value for `tls` in [nats]: true or false is expected here, not \"on\", line 2 column 7",
    );
    check(
        "[[sources]]\nkind = 'files'\npath = 'a'\n[[sources]]\nkind = 'feed'\nurl = 'u'",
        "the key `every` is missing in [sources.1], line 4 column 1",
    );
    check(
        "[feeds.bbc]\nkind = 'files'\npaht = 'a'",
        "unknown key `paht` in [feeds.bbc], line 3 column 1; did you mean `path`?",
    );
    check(
        "[labels]\nähnlich = 1",
        "not valid TOML: invalid unquoted key, expected letters, numbers, `-`, `_`, line 2 column 1",
    );
}

#[test]
fn several_faults_are_told_at_once() {
    let text = "[nats]\nserverz = []\ntls = 'yes'\nwait = 'soon'\n[http]\nmode = 'x'";
    let found = faults(text, "DATELINE_HTTP__BODY=much DATELINE_NATS__SERVRES=a");
    assert_eq!(found.len(), 6, "{found:#?}");
    let error = load_text(text, "").unwrap_err().to_string();
    assert!(error.starts_with("4 faults in the configuration:\n  "), "{error}");
}

#[test]
fn syntax_errors_are_told_at_once() {
    let found = faults("[nats\nservers = [\n[http]\nbody = = 3\n", "");
    assert!(found.len() >= 2 && found.iter().all(|line| line.starts_with("not valid TOML")), "{found:#?}");
}

#[test]
fn the_environment_overrides_with_the_type_that_is_asked_for() {
    let check = |env: &str, expected: fn(&mut Root)| {
        let mut root = Root::default();
        expected(&mut root);
        assert_eq!(load_text("", env).unwrap().value, root, "{env}");
    };
    check("DATELINE_NATS__MAX_PENDING=5", |root| root.nats.max_pending = 5);
    check("DATELINE_NATS__TLS=true", |root| root.nats.tls = true);
    check("DATELINE_NATS__RATIO=0.25", |root| root.nats.ratio = 0.25);
    check("DATELINE_NATS__RATIO=1", |root| root.nats.ratio = 1.0);
    check("DATELINE_NATS__USER=007", |root| root.nats.user = Some("007".to_owned()));
    check("DATELINE_NATS__USER=", |root| root.nats.user = None);
    check("DATELINE_NATS__SERVERS=a,b", |root| root.nats.servers = vec!["a".to_owned(), "b".to_owned()]);
    check("DATELINE_NATS__SERVERS=", |root| root.nats.servers.clear());
    check("DATELINE_HTTP__TOKEN=123", |root| root.http.token = Secret::new("123"));
    check("DATELINE_HTTP__BODY=64KiB", |root| root.http.body = ByteSize(65_536));
    check("DATELINE_HTTP__BODY=512", |root| root.http.body = ByteSize(512));
    check("DATELINE_HTTP__MODE=closed", |root| root.http.mode = Mode::Closed);
    check("DATELINE_LABELS__TEAM=desk", |root| {
        root.labels.insert("team".to_owned(), "desk".to_owned());
    });
    check("DATELINE_NATS_SERVERS=x PATH=/bin DATELINE_LOG=info", |_| {});
}

#[test]
fn the_environment_wins_over_the_file() {
    let loaded = load_text("[nats]\nmax_pending = 7\ntls = true", "DATELINE_NATS__MAX_PENDING=8").unwrap();
    assert_eq!((loaded.value.nats.max_pending, loaded.value.nats.tls), (8, true));
    assert_eq!(loaded.origin("nats.max_pending").to_string(), "env DATELINE_NATS__MAX_PENDING");
    assert!(matches!(loaded.origin("nats.tls"), Origin::File { line: 3, column: 7, .. }));
}

#[test]
fn a_hyphen_in_a_key_answers_to_an_underscore() {
    let loaded =
        load_text("[feeds.bbc-world]\nkind = 'files'\npath = 'a'", "DATELINE_FEEDS__BBC_WORLD__PATH=b")
            .unwrap();
    assert_eq!(loaded.value.feeds["bbc-world"], Source::Files { path: "b".to_owned() });
}

#[test]
fn faults_in_the_environment_name_the_variable() {
    let check = |env: &str, expected: &str| assert_eq!(faults("", env), [expected], "{env}");
    check(
        "DATELINE_NATS__SERVERZ=x",
        "unknown key `serverz` in [nats], set by DATELINE_NATS__SERVERZ; did you mean DATELINE_NATS__SERVERS?",
    );
    check(
        "DATELINE_NAT__SERVERS=x",
        "unknown key `nat` at the top level, set by DATELINE_NAT__SERVERS; did you mean DATELINE_NATS__SERVERS?",
    );
    check(
        "DATELINE_NATS__MAX_PENDING=many",
        "wrong value for `max_pending` in [nats]: a whole number from 0 to 4294967295 is expected here, not \"many\", set by DATELINE_NATS__MAX_PENDING",
    );
    check("DATELINE_NATS__=x", "a level of the name is empty, set by DATELINE_NATS__");
    check(
        "DATELINE_NATS__TLS__CERT=x",
        "wrong value for `tls` in [nats]: true or false is expected here, not a section, set by DATELINE_NATS__TLS__CERT",
    );
    assert_eq!(
        faults("nats = 3", "DATELINE_NATS__TLS=true")[0],
        "`nats` is not a section, set by DATELINE_NATS__TLS"
    );
}

#[test]
fn a_variable_can_name_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "s3cret\n").unwrap();
    let env = format!("DATELINE_HTTP__TOKEN_FILE={}", path.display());
    let loaded = load_text("[http]\ntoken = 'other'", &env).unwrap();
    assert_eq!(loaded.value.http.token.expose(), "s3cret");
    assert!(matches!(loaded.origin("http.token"), Origin::EnvironmentFile { .. }));

    let both = faults("", &format!("{env} DATELINE_HTTP__TOKEN=x"));
    assert!(both[0].starts_with("DATELINE_HTTP__TOKEN is set as well; keep one of the two"), "{both:?}");
    let missing = faults("", "DATELINE_HTTP__TOKEN_FILE=/nowhere/token");
    assert!(
        missing[0].starts_with("cannot read the file") && missing[0].ends_with("from /nowhere/token"),
        "{missing:?}"
    );
    let endless = faults("", "DATELINE_HTTP__TOKEN_FILE=/dev/zero");
    assert!(endless[0].starts_with("cannot read the file: the file is larger than 64KiB"), "{endless:?}");
    let unknown = faults("", "DATELINE_HTTP__COLOUR_FILE=/nowhere/token");
    assert!(unknown[0].starts_with("unknown key `colour_file` in [http]"), "{unknown:?}");
}

#[test]
fn a_missing_file_is_an_error() {
    let error = load::<Root>(Some(Path::new("/nowhere/dateline.toml")), std::iter::empty()).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the configuration file /nowhere/dateline.toml");
    let error = load::<Root>(Some(Path::new("/dev/zero")), std::iter::empty()).unwrap_err();
    assert!(ErrorChain(&error).to_string().ends_with("larger than 1MiB"), "{}", ErrorChain(&error));
}

#[test]
fn printing_tells_origins_and_no_secrets() {
    let text = "[nats]\nservers = [\"a\"]\n[http]\ntoken = 'hunter2'\n[[sources]]\nkind = 'files'\npath = 'x'\n[labels]\n'a b' = 'c'";
    let printed = load_text(text, "DATELINE_NATS__WAIT=5m").unwrap().print();
    let has = |line: &str| {
        let found = printed.lines().any(|found| {
            let place = found.find("  # ").map_or(found, |at| &found[..at]);
            let comment = found.rsplit('/').next().unwrap();
            format!("{place} {comment}") == line || found == line
        });
        assert!(found, "no {line} in\n{printed}");
    };
    has("[nats]");
    has("servers = [\"a\"] dateline.toml:2");
    has("max_pending = 1000  # default");
    has("wait = \"5m\"  # env DATELINE_NATS__WAIT");
    has("token = \"[redacted]\" dateline.toml:4");
    has("[[sources]]");
    has("path = \"x\" dateline.toml:7");
    has("\"a b\" = \"c\" dateline.toml:9");
    assert!(!printed.contains("hunter2"));
    let again: Root = toml::from_str(&printed).unwrap();
    assert_eq!(again.nats.servers, ["a"]);
}

/// A value of every shape that the file can hold.
fn any_root() -> impl Strategy<Value = Root> {
    let source = prop_oneof![
        any::<String>().prop_map(|path| Source::Files { path }),
        (any::<String>(), any::<u32>()).prop_map(|(url, seconds)| {
            let every = HumanDuration(std::time::Duration::from_secs(seconds.into()));
            Source::Feed { url, every }
        }),
    ];
    let nats = (any::<Vec<String>>(), any::<u32>(), -1e9..1e9, any::<bool>(), any::<Option<String>>())
        .prop_map(|(servers, max_pending, ratio, tls, user)| Nats {
            servers,
            max_pending,
            ratio,
            tls,
            user,
            ..Nats::default()
        });
    let labels = proptest::collection::btree_map(any::<String>(), any::<String>(), 0..4);
    let sources = proptest::collection::vec(source, 0..3);
    (nats, sources, labels).prop_map(|(nats, sources, labels)| Root {
        nats,
        sources,
        labels,
        ..Root::default()
    })
}

/// Secrets are not printed, and so cannot be compared.
fn without_secrets(loaded: Loaded<Root>) -> Root {
    Root { http: Http::default(), ..loaded.value }
}

proptest! {
    #[test]
    fn what_is_written_is_read(root in any_root()) {
        let text = toml::to_string(&root).unwrap();
        prop_assert_eq!(without_secrets(load_text(&text, "").unwrap()), root);
    }

    #[test]
    fn what_is_printed_is_read(root in any_root()) {
        let printed = Loaded { value: root.clone(), origins: BTreeMap::new() }.print();
        prop_assert_eq!(without_secrets(load_text(&printed, "").unwrap()), root, "{}", printed);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place(text in r##"([\[\]{}=.,'"#\n a-c0-9_-]|nats|wait|tls){0,40}"##) {
        if let Err(error) = load_text(&text, "") {
            for problem in error.problems() {
                let Origin::File { line, .. } = problem.origin() else { panic!("no place: {problem}") };
                prop_assert!((1..=text.matches('\n').count() + 1).contains(line), "{}", problem);
            }
        }
    }

    #[test]
    fn any_variable_is_taken_or_refused(name in "(_|__|NATS|HTTP|WAIT|TOKEN|FILE|LABELS|0|é){0,8}", text: String) {
        let name = format!("DATELINE_{name}");
        if let Err(error) = load::<Root>(None, std::iter::once((name.clone(), text))) {
            prop_assert!(error.to_string().contains(&name), "{}", error);
        }
    }
}
