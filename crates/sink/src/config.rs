//! The `[sink]` section: how records are written, and into which stores
//! beside the first one.

use dateline_runtime::units::HumanDuration;
use dateline_store::StoreConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::time::Duration;

/// How records are written.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SinkConfig {
    /// Most records of one transaction.
    pub batch: usize,
    /// How long a record waits for others to come into its batch, where few come. Under load it is up
    /// to five times that.
    pub linger: HumanDuration,
    /// Records taken from the broker and not yet stored, at most.
    pub in_flight: usize,
    /// Further stores, each fed by a sink of its own.
    pub also: Vec<SideSink>,
}

impl Default for SinkConfig {
    fn default() -> Self {
        let pace = Pace::default();
        Self { batch: pace.batch, linger: pace.linger, in_flight: pace.in_flight, also: Vec::new() }
    }
}

/// `[[sink.also]]`: one more store. It gets every record that the first one
/// gets, at its own speed, and holds up nobody when it is away.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SideSink {
    /// What it is called; its durable consumer is `sink-NAME`. Lower-case
    /// letters, digits, `-` and `_`.
    pub name: String,
    /// Where its records go.
    pub store: StoreConfig,
    /// Most records of one transaction.
    #[serde(default = "default_batch")]
    pub batch: usize,
    /// How long a record waits for others to come into its batch, where few come. Under load it is up
    /// to five times that.
    #[serde(default = "default_linger")]
    pub linger: HumanDuration,
    /// Records taken from the broker and not yet stored, at most.
    #[serde(default = "default_in_flight")]
    pub in_flight: usize,
}

fn default_batch() -> usize {
    Pace::default().batch
}

fn default_linger() -> HumanDuration {
    Pace::default().linger
}

fn default_in_flight() -> usize {
    Pace::default().in_flight
}

/// How much a sink takes at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Most records of one transaction.
    pub batch: usize,
    /// How long a record waits for others to come into its batch, where few come. Under load it is up
    /// to five times that.
    pub linger: HumanDuration,
    /// Records taken from the broker and not yet stored, at most.
    pub in_flight: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { batch: 250, linger: HumanDuration(Duration::from_millis(15)), in_flight: 500 }
    }
}

impl Pace {
    fn validate(self, section: &str) -> Result<(), String> {
        if self.batch == 0 || self.in_flight < self.batch {
            return Err(format!(
                "{section}.batch is {} and {section}.in_flight {}; a batch has at least 1 record and fits into what is in flight",
                self.batch, self.in_flight
            ));
        }
        Ok(())
    }
}

impl SideSink {
    /// How much it takes at once.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace { batch: self.batch, linger: self.linger, in_flight: self.in_flight }
    }
}

impl SinkConfig {
    /// How much the first sink takes at once.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace { batch: self.batch, linger: self.linger, in_flight: self.in_flight }
    }

    /// What is wrong across fields, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        self.pace().validate("sink")?;
        let mut names = HashSet::new();
        for side in &self.also {
            let name = side.name.as_str();
            let is_token = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
            if name.is_empty() || name.len() > 64 || !name.chars().all(is_token) {
                return Err(format!(
                    "sink.also.name is `{name}`; give 1 to 64 of a-z, 0-9, `-` and `_`: a consumer is called after it"
                ));
            }
            if !names.insert(name) {
                return Err(format!(
                    "two sinks of sink.also are called `{name}`; give each a name of its own"
                ));
            }
            side.pace().validate(&format!("sink.also.{name}"))?;
            side.store.validate().map_err(|fault| format!("sink.also.{name}.store: {fault}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(name: &str) -> SideSink {
        let Pace { batch, linger, in_flight } = Pace::default();
        SideSink { name: name.into(), store: StoreConfig::default(), batch, linger, in_flight }
    }

    #[track_caller]
    fn check(config: &SinkConfig, says: &str) {
        let fault = config.validate().err().unwrap_or_default();
        assert_eq!(fault.is_empty(), says.is_empty(), "{fault}");
        assert!(fault.contains(says), "{fault}");
    }

    #[test]
    fn names_and_numbers_are_checked() {
        let with = |also: Vec<SideSink>| SinkConfig { also, ..SinkConfig::default() };
        check(&SinkConfig::default(), "");
        check(&with(vec![side("archive"), side("search_2")]), "");
        check(&with(vec![side("a"), side("a")]), "of its own");
        check(&with(vec![side("")]), "give 1 to 64");
        check(&with(vec![side("a.b >")]), "give 1 to 64");
        check(&SinkConfig { batch: 0, ..SinkConfig::default() }, "sink.batch is 0");
        check(&with(vec![SideSink { in_flight: 1, ..side("a") }]), "sink.also.a.in_flight 1");
    }
}
