//! Places in a write where a test may have the process die, to see that the
//! store is right afterwards. Without the feature `fault-points`, which only
//! tests switch on, they are nothing.

/// Ends the process on the spot, as a kill would, where
/// `DATELINE_STORE_FAULT` names this place.
#[cfg(feature = "fault-points")]
pub(crate) fn point(name: &str) {
    if std::env::var("DATELINE_STORE_FAULT").is_ok_and(|wanted| wanted == name) {
        std::process::abort();
    }
}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn point(_: &str) {}
