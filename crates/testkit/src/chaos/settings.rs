//! The files that a newsroom's processes read: waits of seconds instead of minutes, streams and
//! lags that a run of minutes can fill and drain.

use std::path::Path;

/// The definitions that ship with Dateline.
const STREAMS: &str = include_str!("../../../../config/streams.toml");
/// The configuration of the roles, and that of producers which read standard input only.
pub(crate) const CONFIG: &str = "dateline.toml";
pub(crate) const STDIN_CONFIG: &str = "stdin.toml";

/// What all processes have in common.
const COMMON: &str = "[log]\nformat = \"json\"\n[admin]\nlisten = \"127.0.0.1:0\"\n\
    [nats]\ntopology = \"streams.toml\"\nack_timeout = \"2s\"\nwrites_through = true\n\
    [producer]\nhigh_water = 3000\nlow_water = 1000\n";
/// The ways in of the producer that stays; the servers of its feeds are on this machine.
const INTAKE: &str = "[[producer.files.folder]]\npath = \"inbox\"\nsource = \"folder\"\n\
    [producer.feeds]\nfiles = [\"feeds.toml\"]\nrefresh = \"1s\"\nmin_interval = \"1s\"\n\
    max_interval = \"2s\"\nmax_failure_interval = \"2s\"\nlease = \"5s\"\n\
    [producer.feeds.http]\nhost_delay = \"0s\"\nconnect_timeout = \"2s\"\nfirst_byte_timeout = \"3s\"\n\
    timeout = \"4s\"\nallow_networks = [\"127.0.0.0/8\"]\n";
const STDIN: &str = "[producer.push]\nenabled = false\n[producer.feeds]\nenabled = false\n";

/// Writes them all; `feeds` is the list of polled sources, `small` streams run full.
pub(crate) fn write(folder: &Path, feeds: &str, small: bool) {
    std::fs::create_dir_all(folder.join("inbox")).expect("a temporary folder can be written to");
    let config = format!("{COMMON}{INTAKE}");
    let stdin = format!("{COMMON}{STDIN}");
    let files = [
        ("streams.toml", &*streams(small)),
        (CONFIG, &config),
        (STDIN_CONFIG, &stdin),
        ("feeds.toml", feeds),
    ];
    for (name, content) in files {
        std::fs::write(folder.join(name), content).expect("a temporary folder can be written to");
    }
}

/// Changes the configuration of the roles: other amounts in hand, which no promise depends on.
pub(crate) fn rewrite(folder: &Path, in_flight: usize) {
    let amounts = format!("[enricher]\nin_flight = {in_flight}\n[sink]\nin_flight = {in_flight}\n");
    // A role that starts just now must not read half of it.
    let unfinished = folder.join("dateline.toml.new");
    std::fs::write(&unfinished, format!("{COMMON}{INTAKE}{amounts}"))
        .and_then(|()| std::fs::rename(&unfinished, folder.join(CONFIG)))
        .expect("a temporary folder can be written to");
}

fn streams(small: bool) -> String {
    let mut streams = STREAMS.replace("ack_wait = \"30s\"", "ack_wait = \"4s\"");
    streams = streams.replace("ack_wait = \"60s\"", "ack_wait = \"6s\"");
    assert!(!streams.contains("0s\"\nmax_ack"), "config/streams.toml has other ack waits than it had");
    for (limit, full) in [("2GiB", "6MiB"), ("4GiB", "12MiB")] {
        let limit = format!("max_bytes = \"{limit}\"");
        assert!(streams.contains(&limit), "config/streams.toml has other limits than it had");
        let wanted = if small { full } else { "512MiB" };
        streams = streams.replace(&limit, &format!("max_bytes = \"{wanted}\""));
    }
    streams.replace("max_bytes = \"1GiB\"", "max_bytes = \"256MiB\"")
}
