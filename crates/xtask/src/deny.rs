//! `cargo xtask deny`: licences, sources and bans of everything that is built in, read from
//! cargo's metadata. Left out: known vulnerabilities, which need a database from the network
//! (`cargo audit` where there is one).

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

/// Licences (SPDX) under which code may be part of Dateline, which is Apache-2.0 itself.
const LICENCES: &[&str] = &[
    "Apache-2.0",
    "MIT",
    "MIT-0",
    "0BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    // Data, not code: the root certificates of webpki-root-certs.
    "CDLA-Permissive-2.0",
    "ISC",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
/// Where code may come from: crates.io. Our own packages have no source.
const SOURCES: &[&str] = &["registry+https://github.com/rust-lang/crates.io-index"];
/// Packages that may not creep in, each with the reason.
const BANNED: &[(&str, &str)] = &[
    ("openssl-sys", "TLS is rustls with ring: one stack, nothing of the system's"),
    ("native-tls", "TLS is rustls with ring"),
    ("aws-lc-sys", "needs cmake to build; ring is what everything here uses"),
    ("cmake", "a build of Dateline needs a C compiler and no more"),
    ("prost-build", "needs protoc to build"),
    ("backoff", "unmaintained (RUSTSEC-2025-0012); dateline_runtime::backoff is there"),
    ("serde_yaml", "unmaintained"),
];

/// Checks every package; gives a line for each that may not be.
pub(crate) fn run(root: &Path) -> anyhow::Result<Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output =
        Command::new(cargo).args(["metadata", "--format-version=1", "--locked"]).current_dir(root).output();
    let output = output.context("could not run cargo")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo's metadata has an unknown shape")?;
    let faults: Vec<String> = packages.iter().flat_map(faults_of).collect();
    if faults.is_empty() {
        println!("{} packages, all of known licences and sources", packages.len());
    }
    Ok(faults)
}

fn faults_of(package: &Value) -> Vec<String> {
    let text = |key: &str| package[key].as_str();
    let name = text("name").unwrap_or_default();
    let mut faults = Vec::new();
    if let Some((_, why)) = BANNED.iter().find(|(banned, _)| *banned == name) {
        faults.push(format!("{name} is banned: {why}"));
    }
    if let Some(source) = text("source").filter(|source| !SOURCES.contains(source)) {
        faults.push(format!("{name} comes from {source}"));
    }
    match text("license") {
        Some(expression) if allowed(expression) => {}
        Some(expression) => faults.push(format!("{name} is under {expression}")),
        None => faults.push(format!("{name} states no licence")),
    }
    faults
}

/// Whether an SPDX expression can be satisfied with what is allowed. The old slash means OR.
fn allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let satisfied = any_of(&mut words);
    satisfied && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words<'_>) -> bool {
    let mut satisfied = all_of(words);
    while words.next_if_eq(&"OR").is_some() {
        satisfied |= all_of(words);
    }
    satisfied
}

fn all_of(words: &mut Words<'_>) -> bool {
    let mut satisfied = one(words);
    while words.next_if_eq(&"AND").is_some() {
        satisfied &= one(words);
    }
    satisfied
}

/// A licence, with its exception, which only ever permits more; or an expression in parentheses.
fn one(words: &mut Words<'_>) -> bool {
    let satisfied = match words.next() {
        Some("(") => any_of(words) & words.next_if_eq(&")").is_some(),
        Some(licence) => LICENCES.contains(&licence),
        None => false,
    };
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    satisfied
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn expressions_are_understood() {
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("GPL-3.0-only OR MIT", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR GPL-3.0-only) AND Unicode-3.0", true),
            ("(GPL-3.0-only OR LGPL-2.1-only) AND MIT", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true),
            ("MIT OR", true),
            ("(MIT", false),
            ("", false),
        ] {
            assert_eq!(allowed(expression), expected, "{expression}");
        }
    }

    #[test]
    fn each_fault_is_named() {
        let check = |package: Value, expected: &str| {
            let faults: Vec<String> = faults_of(&package);
            let faults = faults.iter().map(|fault| fault.split(':').next().unwrap()).collect::<Vec<_>>();
            assert_eq!(faults.join(", "), expected);
        };
        check(json!({"name": "fine", "license": "MIT", "source": SOURCES[0]}), "");
        check(json!({"name": "ours", "license": "Apache-2.0", "source": null}), "");
        check(json!({"name": "cmake", "license": "MIT", "source": null}), "cmake is banned");
        check(
            json!({"name": "git", "license": "MIT", "source": "git+https://example.org/x"}),
            "git comes from git+https",
        );
        check(json!({"name": "odd", "license": "SSPL-1.0", "source": null}), "odd is under SSPL-1.0");
        check(json!({"name": "none", "license": null, "source": null}), "none states no licence");
    }
}
