//! What is built into the program, as a `CycloneDX` 1.5 document: each package with version,
//! licence, checksum and what it needs in turn. Made from cargo's metadata and the lock file.
//!
//! Normal dependencies of `dateline-cli` on the target, and those of their build scripts no
//! more: a generator of code is not in the program. Left out: the toolchain.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde_json::{Value, json};

use crate::graph::output;

/// The package that the program is built from.
const PROGRAM: &str = "dateline-cli";

/// The document for the workspace at `root`.
pub(crate) fn of_workspace(root: &Path, target: &str, version: &str, time: u64) -> anyhow::Result<Vec<u8>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = output(
        Command::new(cargo)
            .args(["metadata", "--format-version=1", "--locked", "--filter-platform", target])
            .current_dir(root),
    )?;
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let lock: toml::Table = lock.parse().context("Cargo.lock has an unknown shape")?;
    let document = document(&serde_json::from_str(&metadata)?, &checksums(&lock), version, time)
        .context("cargo's metadata has an unknown shape")?;
    Ok(format!("{document:#}\n").into_bytes())
}

/// SHA-256 of each package as crates.io has it, by name and version.
fn checksums(lock: &toml::Table) -> BTreeMap<(String, String), String> {
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let entry = |package: &toml::Value| {
        let text = |key: &str| package.get(key)?.as_str().map(str::to_owned);
        Some(((text("name")?, text("version")?), text("checksum")?))
    };
    packages.into_iter().flatten().filter_map(entry).collect()
}

/// `None` where the metadata has another shape than is known.
fn document(
    metadata: &Value,
    checksums: &BTreeMap<(String, String), String>,
    version: &str,
    time: u64,
) -> Option<Value> {
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()?
        .iter()
        .map(|package| Some((package["id"].as_str()?, package)))
        .collect::<Option<_>>()?;
    let needs = needs(metadata)?;
    let program = packages.iter().find(|(_, package)| package["name"] == PROGRAM).map(|(id, _)| *id)?;
    let mut waiting = VecDeque::from([program]);
    let mut reached = BTreeSet::from([program]);
    while let Some(at) = waiting.pop_front() {
        waiting.extend(needs.get(at)?.iter().copied().filter(|next| reached.insert(next)));
    }
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for id in &reached {
        let package = packages.get(id)?;
        dependencies.push(json!({
            "ref": reference(package)?,
            "dependsOn": needs[id].iter().map(|need| reference(packages.get(need)?)).collect::<Option<BTreeSet<_>>>()?,
        }));
        if *id != program {
            components.push(component(package, checksums)?);
        }
    }
    let by_reference = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    components.sort_by_key(|component| by_reference(component, "bom-ref"));
    dependencies.sort_by_key(|dependency| by_reference(dependency, "ref"));
    Some(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": rfc3339(time),
            "component": { "type": "application", "name": "dateline", "version": version,
                "bom-ref": reference(packages[program])?, "licenses": [{ "expression": "Apache-2.0" }] },
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

/// What each package needs at run time.
fn needs(metadata: &Value) -> Option<BTreeMap<&str, BTreeSet<&str>>> {
    let mut all = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array()? {
        let mut needed = BTreeSet::new();
        for need in node["deps"].as_array()? {
            if need["dep_kinds"].as_array()?.iter().any(|kind| kind["kind"].is_null()) {
                needed.insert(need["pkg"].as_str()?);
            }
        }
        all.insert(node["id"].as_str()?, needed);
    }
    Some(all)
}

fn reference(package: &Value) -> Option<String> {
    Some(format!("pkg:cargo/{}@{}", package["name"].as_str()?, package["version"].as_str()?))
}

fn component(package: &Value, checksums: &BTreeMap<(String, String), String>) -> Option<Value> {
    let (name, version) = (package["name"].as_str()?, package["version"].as_str()?);
    let reference = reference(package)?;
    let mut component = json!({ "type": "library", "name": name, "version": version, "bom-ref": reference,
        "purl": reference, "scope": "required" });
    if let Some(licence) = package["license"].as_str() {
        // The old slash means OR.
        component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    }
    if let Some(checksum) = checksums.get(&(name.to_owned(), version.to_owned())) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(address) = package["repository"].as_str() {
        component["externalReferences"] = json!([{ "type": "vcs", "url": address }]);
    }
    Some(component)
}

/// Seconds since 1970 as a date of the civil calendar, by the algorithm that counts from
/// 1 March of the year 0 (Hinnant, "chrono-compatible low-level date algorithms").
fn rfc3339(time: u64) -> String {
    let (days, second) = (time / 86_400 + 719_468, time % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year_of_era + era * 400 + next_year;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Value {
        let package = |id: &str, name: &str, licence: &str| json!({ "id": id, "name": name, "version": "1.2.3", "license": licence, "repository": null });
        let need = |to: &str, kind: Value| json!({ "pkg": to, "dep_kinds": [{ "kind": kind }] });
        json!({
            "packages": [package("4", "zebra", "MIT/Apache-2.0"), package("1", PROGRAM, "Apache-2.0"),
                package("2", "apple", "MIT"), package("3", "generator", "MIT"), package("5", "tester", "MIT")],
            "resolve": { "nodes": [
                { "id": "1", "deps": [need("4", Value::Null), need("2", Value::Null), need("5", json!("dev"))] },
                { "id": "2", "deps": [need("3", json!("build"))] },
                { "id": "3", "deps": [] },
                { "id": "4", "deps": [need("2", Value::Null)] },
                { "id": "5", "deps": [] },
            ] },
        })
    }

    #[test]
    fn what_is_built_in_is_listed_in_order_and_nothing_else() {
        let sums = BTreeMap::from([(("apple".to_owned(), "1.2.3".to_owned()), "ab12".to_owned())]);
        let document = document(&metadata(), &sums, "0.1.0+abc", 0).unwrap();
        let names: Vec<&str> = document["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["apple", "zebra"]);
        assert_eq!(document["components"][0]["hashes"][0]["content"], "ab12");
        assert_eq!(document["components"][1]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(document["components"][1].get("hashes"), None);
        assert_eq!(document["metadata"]["component"]["version"], "0.1.0+abc");
        let needs = |reference: &str| {
            let all = document["dependencies"].as_array().unwrap();
            all.iter().find(|one| one["ref"] == reference).unwrap()["dependsOn"].clone()
        };
        assert_eq!(needs("pkg:cargo/zebra@1.2.3"), json!(["pkg:cargo/apple@1.2.3"]));
        assert_eq!(needs("pkg:cargo/apple@1.2.3"), json!([]), "what its build script needs is not built in");
    }

    #[test]
    fn a_changed_shape_is_noticed() {
        assert!(document(&json!({ "packages": [] }), &BTreeMap::new(), "1", 0).is_none());
    }

    #[test]
    fn times_are_dates() {
        for (time, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_700_000_000, "2023-11-14T22:13:20Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(time), expected);
        }
    }
}
