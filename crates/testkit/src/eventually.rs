//! Waiting for something to become true instead of sleeping and hoping.

use std::panic::Location;
use std::time::Duration;

use tokio::time::Instant;

/// Long enough for anything a test waits for, on a machine under load.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// First pause between two looks; they grow up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// Looks again and again until there is something, and gives it.
///
/// # Panics
/// After `patience` without result, with the place of the call and `what` was waited for.
#[track_caller]
pub fn eventually<T, F>(
    what: &str,
    patience: Duration,
    mut look: impl FnMut() -> F,
) -> impl Future<Output = T>
where
    F: Future<Output = Option<T>>,
{
    let caller = Location::caller();
    async move {
        let deadline = Instant::now() + patience;
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(Instant::now() < deadline, "{caller}: waited {patience:?} in vain for {what}");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// The same for a plain condition.
///
/// # Panics
/// After [`PATIENCE`].
#[track_caller]
pub fn eventually_true<F>(what: &str, mut look: impl FnMut() -> F) -> impl Future<Output = ()>
where
    F: Future<Output = bool>,
{
    eventually(what, PATIENCE, move || {
        let looked = look();
        async move { looked.await.then_some(()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn gives_what_was_found() {
        let mut looks = 0;
        let found = eventually("three looks", PATIENCE, || {
            looks += 1;
            let found = (looks == 3).then_some(looks);
            async move { found }
        })
        .await;
        assert_eq!(found, 3);
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "waited 20s in vain for rain")]
    async fn says_what_it_waited_for() {
        eventually_true("rain", async || false).await;
    }
}
