//! Which crate may know which. The rules are the tables at the top; the rest applies them.

use std::path::Path;

use crate::graph::{Graph, Kind};

/// What all our packages' names begin with; the tables leave it out.
const PREFIX: &str = "dateline-";

/// The layers from the bottom up. An arrow may only point to a lower one.
const LAYERS: &[&[&str]] = &[
    &["model", "text", "dates", "entities", "extract", "sample"],
    &["runtime"],
    &["bus", "store"],
    &["producer", "enricher", "sink"],
    &["api", "console", "bench", "cli"],
];

/// The only arrows within a layer.
const WITHIN_A_LAYER: &[(&str, &str)] = &[
    ("dates", "text"),
    ("entities", "text"),
    ("extract", "model"),
    ("sample", "model"),
    ("sample", "extract"),
    ("console", "api"),
    ("cli", "console"),
    ("cli", "bench"),
];

/// Crates that serve the developers. They may know everything; only each other and tests may
/// know them.
const DEVELOPMENT: &[&str] = &["fuzz", "testkit", "trainer", "xtask"];

/// Crates that know nothing of news, and so none of the layer that is about it.
const IGNORANT_OF_NEWS: &[&str] = &["runtime"];

/// What the bottom layer may not reach by any way: it has no reactor and no network.
const OUT_OF_REACH_OF_LAYER_0: &[&str] = &["tokio", "async-nats"];

/// Packages of others' that only one of our crates may use.
const WRAPPED: &[(&str, &str)] = &[("async-nats", "bus")];

/// Checks the workspace at `root`; gives a line for each arrow that may not be.
pub(crate) fn run(root: &Path) -> anyhow::Result<Vec<String>> {
    let graph = Graph::of_workspace(root)?;
    let faults = check(&graph);
    if faults.is_empty() {
        println!("{} crates, every dependency points the right way", graph.members.len());
    }
    Ok(faults)
}

fn check(graph: &Graph) -> Vec<String> {
    let mut faults = Vec::new();
    for package in &graph.members {
        let Some(from) = our_name(package) else {
            faults.push(format!("{package}: the name must begin with {PREFIX}"));
            continue;
        };
        if place(from).is_none() {
            faults.push(format!("{from}: no layer is set for it in crates/xtask/src/layers.rs"));
            continue;
        }
        faults
            .extend(graph.dependencies(package).filter_map(|(to, kind)| direct_fault(graph, from, to, kind)));
        if place(from) == Some(Place::Layer(0)) {
            faults.extend(OUT_OF_REACH_OF_LAYER_0.iter().filter_map(|to| reach_fault(graph, package, to)));
        }
    }
    faults
}

/// Where a crate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Layer(usize),
    Development,
}

fn place(name: &str) -> Option<Place> {
    if DEVELOPMENT.contains(&name) {
        return Some(Place::Development);
    }
    LAYERS.iter().position(|layer| layer.contains(&name)).map(Place::Layer)
}

fn our_name(package: &str) -> Option<&str> {
    package.strip_prefix(PREFIX)
}

fn direct_fault(graph: &Graph, from: &str, to: &str, kind: Kind) -> Option<String> {
    let reason = if graph.members.contains(to) {
        inner_fault(from, our_name(to)?, kind)?
    } else {
        let (_, wrapper) = WRAPPED.iter().find(|(wrapped, _)| *wrapped == to)?;
        (from != *wrapper).then(|| format!("only {wrapper} may use it"))?
    };
    let to = our_name(to).unwrap_or(to);
    let arrow = if kind == Kind::Dev { "~> (tests)" } else { "->" };
    Some(format!("{from} {arrow} {to}: {reason}"))
}

/// Why an arrow between two of our crates may not be; `None` where it may. Tests are held to
/// the same directions, but may use the development crates.
fn inner_fault(from: &str, to: &str, kind: Kind) -> Option<String> {
    // A crate's own tests may switch on its own test features.
    if from == to && kind == Kind::Dev {
        return None;
    }
    let (from_layer, to_layer) = match (place(from)?, place(to)?) {
        (Place::Development, _) => return None,
        (Place::Layer(_), Place::Development) => {
            return (kind != Kind::Dev).then(|| "it may be used by tests only".to_owned());
        }
        (Place::Layer(from_layer), Place::Layer(to_layer)) => (from_layer, to_layer),
    };
    if to_layer > from_layer {
        return Some(format!("points up, from layer {from_layer} to layer {to_layer}"));
    }
    if to_layer == from_layer && !WITHIN_A_LAYER.contains(&(from, to)) {
        return Some(format!("points sideways within layer {from_layer}"));
    }
    (to_layer == 0 && IGNORANT_OF_NEWS.contains(&from)).then(|| format!("{from} knows nothing of news"))
}

fn reach_fault(graph: &Graph, package: &str, to: &str) -> Option<String> {
    let way = graph.way(package, to)?;
    Some(format!("{}: layer 0 may not reach {to}", way.join(" -> ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph from arrows such as `bus -> model, bus ~> testkit, model => build-script`;
    /// `~>` is for tests, `=>` for building. Names in the tables are ours.
    fn graph(arrows: &str) -> Graph {
        let mut graph = Graph::default();
        let full =
            |name: &str| if place(name).is_some() { format!("{PREFIX}{name}") } else { name.to_owned() };
        for arrow in arrows.split(", ").filter(|arrow| !arrow.is_empty()) {
            let [from, sign, to] = arrow.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let kind = match sign {
                "->" => Kind::Normal,
                "=>" => Kind::Build,
                "~>" => Kind::Dev,
                _ => panic!("unknown arrow {sign}"),
            };
            graph.add(&full(from), &full(to), kind);
            graph.members.extend([from, to].into_iter().filter(|name| place(name).is_some()).map(full));
        }
        graph
    }

    fn check_graph(arrows: &str, expected: &[&str]) {
        assert_eq!(check(&graph(arrows)), expected, "{arrows}");
    }

    #[test]
    fn arrows_down_are_right() {
        check_graph("", &[]);
        check_graph("bus -> model, bus -> runtime, bus -> async-nats, bus -> tokio", &[]);
        check_graph("dates -> text, entities -> text, extract -> model", &[]);
        check_graph("enricher -> dates, enricher -> entities, enricher -> bus, sink -> store", &[]);
        check_graph("cli -> producer, cli -> enricher, cli -> sink, cli -> console, cli -> model", &[]);
        check_graph("runtime -> tokio, model -> serde, text -> serde", &[]);
    }

    #[test]
    fn arrows_up_and_sideways_are_refused() {
        check_graph("model -> runtime", &["model -> runtime: points up, from layer 0 to layer 1"]);
        check_graph("bus -> cli", &["bus -> cli: points up, from layer 2 to layer 4"]);
        check_graph("bus => sink", &["bus -> sink: points up, from layer 2 to layer 3"]);
        check_graph("enricher -> sink", &["enricher -> sink: points sideways within layer 3"]);
        check_graph("bus -> store", &["bus -> store: points sideways within layer 2"]);
        check_graph("text -> dates", &["text -> dates: points sideways within layer 0"]);
        check_graph("dates -> model", &["dates -> model: points sideways within layer 0"]);
        check_graph("console -> cli", &["console -> cli: points sideways within layer 4"]);
        check_graph("runtime -> model", &["runtime -> model: runtime knows nothing of news"]);
    }

    #[test]
    fn tests_are_held_to_the_same_directions() {
        check_graph(
            "producer ~> enricher",
            &["producer ~> (tests) enricher: points sideways within layer 3"],
        );
        check_graph("sink ~> bus", &[]);
    }

    #[test]
    fn development_crates_are_for_tests() {
        check_graph("bus ~> testkit, testkit -> bus, trainer -> entities, testkit -> cli", &[]);
        check_graph("sink -> testkit", &["sink -> testkit: it may be used by tests only"]);
        check_graph("cli => xtask", &["cli -> xtask: it may be used by tests only"]);
    }

    #[test]
    fn async_nats_has_one_user() {
        check_graph("sink -> async-nats", &["sink -> async-nats: only bus may use it"]);
        check_graph("cli ~> async-nats", &["cli ~> (tests) async-nats: only bus may use it"]);
    }

    #[test]
    fn layer_0_reaches_no_reactor() {
        check_graph(
            "extract -> html, html -> http, http -> tokio",
            &["dateline-extract -> html -> http -> tokio: layer 0 may not reach tokio"],
        );
        check_graph("extract ~> tokio, extract -> html, html ~> tokio, html => tokio", &[]);
        let twice = check(&graph("dates -> text, text -> tokio"));
        assert_eq!(twice.len(), 2, "{twice:?}");
    }

    #[test]
    fn a_crate_without_a_layer_is_refused() {
        let mut graph = graph("");
        graph.members.extend(["dateline-utils".to_owned(), "other".to_owned()]);
        let faults = check(&graph);
        assert!(faults[0].starts_with("utils: no layer is set for it"), "{faults:?}");
        assert!(faults[1].starts_with("other: the name must begin with"), "{faults:?}");
    }

    #[test]
    fn every_name_in_the_tables_has_a_layer() {
        let named = WITHIN_A_LAYER.iter().flat_map(|&(from, to)| [from, to]);
        for name in named.chain(IGNORANT_OF_NEWS.iter().copied()).chain(WRAPPED.iter().map(|&(_, name)| name))
        {
            assert!(place(name).is_some(), "{name}");
        }
    }
}
