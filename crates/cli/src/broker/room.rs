//! Whether the disk has room for all that the streams may ever hold.
//!
//! A disk with less is no reason not to start: the streams are rarely full. But who runs it
//! should know before the disk is. Left out: watching it later (the alerts of the host).

use dateline_bus::Topology;
use std::path::Path;

/// What to tell a person when the disk of a folder cannot hold the streams and buckets at their
/// largest; nothing where it can, or where the system does not tell.
pub(crate) fn little_room(topology: &Topology, data_dir: &Path) -> Option<String> {
    let disk = rustix::fs::statvfs(data_dir).ok()?;
    sentence(topology.most_bytes(), disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn sentence(most: u64, free: u64) -> Option<String> {
    let mib = |bytes: u64| bytes >> 20;
    (free < most).then(|| {
        format!(
            "the broker's streams may grow to {} MiB and the disk of data_dir has {} MiB free: free some, or lower max_bytes in the file that nats.topology names",
            mib(most),
            mib(free)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_may_run_full_is_told_of() {
        assert_eq!(sentence(2 << 20, 2 << 20), None);
        let told = sentence(3 << 20, 2 << 20).unwrap();
        assert!(told.contains("grow to 3 MiB") && told.contains("2 MiB free"), "{told}");
    }

    #[test]
    fn every_system_disk_has_a_size() {
        let none = Topology { streams: vec![], consumers: vec![], buckets: vec![] };
        assert_eq!(little_room(&none, &std::env::temp_dir()), None);
    }
}
