//! The workspace's dependencies, as cargo tells them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Normal,
    Build,
    Dev,
}

/// Which package depends on which. Packages go by their names; two versions of one count as one.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// The packages of this workspace.
    pub(crate) members: BTreeSet<String>,
    arrows: BTreeMap<String, BTreeSet<(String, Kind)>>,
}

impl Graph {
    /// Asks cargo for the resolved dependencies of the workspace at `root`, for this machine's
    /// platform only.
    pub(crate) fn of_workspace(root: &Path) -> anyhow::Result<Self> {
        let host = output(Command::new("rustc").arg("-vV"))?;
        let host =
            host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc tells no host")?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let metadata = output(
            Command::new(cargo)
                .args(["metadata", "--format-version=1", "--locked", "--filter-platform", host])
                .current_dir(root),
        )?;
        Self::from_metadata(&serde_json::from_str(&metadata)?)
            .context("cargo's metadata has an unknown shape")
    }

    fn from_metadata(metadata: &Value) -> Option<Self> {
        let packages = metadata["packages"].as_array()?;
        let names: BTreeMap<&str, &str> = packages
            .iter()
            .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
            .collect();
        let mut graph = Self::default();
        for member in metadata["workspace_members"].as_array()? {
            graph.members.insert((*names.get(member.as_str()?)?).to_owned());
        }
        for node in metadata["resolve"]["nodes"].as_array()? {
            let from = names.get(node["id"].as_str()?)?;
            for dependency in node["deps"].as_array()? {
                let to = names.get(dependency["pkg"].as_str()?)?;
                for kind in dependency["dep_kinds"].as_array()? {
                    graph.add(from, to, kind_of(&kind["kind"])?);
                }
            }
        }
        Some(graph)
    }

    pub(crate) fn add(&mut self, from: &str, to: &str, kind: Kind) {
        self.arrows.entry(from.to_owned()).or_default().insert((to.to_owned(), kind));
    }

    /// What `from` depends on directly.
    pub(crate) fn dependencies(&self, from: &str) -> impl Iterator<Item = (&str, Kind)> {
        self.arrows.get(from).into_iter().flatten().map(|(to, kind)| (to.as_str(), *kind))
    }

    /// The shortest way from `from` to `to` over normal dependencies.
    pub(crate) fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut came_from = BTreeMap::from([(from, None)]);
        let mut waiting = VecDeque::from([from]);
        while let Some(at) = waiting.pop_front() {
            if at == to {
                let steps = std::iter::successors(Some(at), |step| came_from[step]);
                let mut way: Vec<String> = steps.map(str::to_owned).collect();
                way.reverse();
                return Some(way);
            }
            for (next, _) in self.dependencies(at).filter(|&(_, kind)| kind == Kind::Normal) {
                came_from.entry(next).or_insert_with(|| {
                    waiting.push_back(next);
                    Some(at)
                });
            }
        }
        None
    }
}

fn kind_of(kind: &Value) -> Option<Kind> {
    match kind.as_str() {
        None => Some(Kind::Normal),
        Some("build") => Some(Kind::Build),
        Some("dev") => Some(Kind::Dev),
        Some(_) => None,
    }
}

/// What a command writes to standard output; an error where it fails.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed:\n{errors}");
    String::from_utf8(output.stdout).with_context(|| format!("{command:?} wrote something other than UTF-8"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_becomes_a_graph() {
        let metadata = json!({
            "packages": [{"id": "1", "name": "ours"}, {"id": "2", "name": "theirs"}, {"id": "3", "name": "deep"}],
            "workspace_members": ["1"],
            "resolve": {"nodes": [
                {"id": "1", "deps": [
                    {"pkg": "2", "dep_kinds": [{"kind": null}, {"kind": "dev"}]},
                    {"pkg": "3", "dep_kinds": [{"kind": "build"}]},
                ]},
                {"id": "2", "deps": [{"pkg": "3", "dep_kinds": [{"kind": null}]}]},
                {"id": "3", "deps": []},
            ]},
        });
        let graph = Graph::from_metadata(&metadata).unwrap();
        assert_eq!(graph.members, BTreeSet::from(["ours".to_owned()]));
        let dependencies: Vec<_> = graph.dependencies("ours").collect();
        assert_eq!(dependencies, [("deep", Kind::Build), ("theirs", Kind::Normal), ("theirs", Kind::Dev)]);
        assert_eq!(graph.way("ours", "deep").unwrap(), ["ours", "theirs", "deep"]);
        assert_eq!(graph.way("deep", "ours"), None);
    }

    #[test]
    fn a_changed_shape_is_noticed() {
        assert!(Graph::from_metadata(&json!({"packages": []})).is_none());
        assert!(Graph::from_metadata(&json!({"packages": [], "workspace_members": ["1"]})).is_none());
    }

    #[test]
    fn a_circle_ends() {
        let mut graph = Graph::default();
        graph.add("a", "b", Kind::Normal);
        graph.add("b", "a", Kind::Normal);
        graph.add("b", "c", Kind::Dev);
        assert_eq!(graph.way("a", "c"), None);
    }
}
