//! Durations and sizes as a person writes them in a configuration file.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A length of time written as a whole number and a unit: `250ms`, `30s`, `5m`, `2h`, `7d`.
/// Units are ns, us, ms, s, m, h and d; printing uses the largest unit that keeps the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HumanDuration(pub Duration);

/// A number of bytes written as a whole number and a unit: `64KiB`, `10MB`, `1GiB`, `512B`.
/// KiB, MiB, GiB and TiB are powers of 1024, KB, MB, GB and TB powers of 1000; a number
/// without a unit counts bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSize(pub u64);

/// Why a text is not a duration or a size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// No whole number at the start.
    #[error("`{text}` does not start with a whole number; write it like `{example}`")]
    NoNumber {
        /// The text as it was given.
        text: String,
        /// A value that would be right.
        example: &'static str,
    },
    /// A missing or unknown unit after the number.
    #[error("`{text}` has no known unit; write it like `{example}` (units: {units})")]
    NoUnit {
        /// The text as it was given.
        text: String,
        /// A value that would be right.
        example: &'static str,
        /// All the units there are.
        units: String,
    },
    /// More than fits.
    #[error("`{text}` is too large")]
    TooLarge {
        /// The text as it was given.
        text: String,
    },
}

/// A family of units, in descending order of size.
struct Scale {
    units: &'static [(&'static str, u64)],
    example: &'static str,
}

/// Factors in nanoseconds.
const DURATIONS: Scale = Scale {
    units: &[
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ],
    example: "30s",
};

/// Factors in bytes.
const SIZES: Scale = Scale {
    units: &[
        ("TiB", 1 << 40),
        ("TB", 1_000_000_000_000),
        ("GiB", 1 << 30),
        ("GB", 1_000_000_000),
        ("MiB", 1 << 20),
        ("MB", 1_000_000),
        ("KiB", 1 << 10),
        ("KB", 1_000),
        ("B", 1),
    ],
    example: "64KiB",
};

impl Scale {
    /// Reads `text` as a number of the smallest unit.
    fn parse(&self, text: &str) -> Result<u128, UnitError> {
        let trimmed = text.trim();
        let split = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
        let (digits, unit) = trimmed.split_at(split);
        if digits.is_empty() {
            return Err(UnitError::NoNumber { text: text.to_owned(), example: self.example });
        }
        let factor = self.factor(unit.trim_start()).ok_or_else(|| self.no_unit(text))?;
        let number: u64 = digits.parse().map_err(|_| UnitError::TooLarge { text: text.to_owned() })?;
        Ok(u128::from(number) * u128::from(factor))
    }

    fn factor(&self, unit: &str) -> Option<u64> {
        self.units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|&(_, factor)| factor)
    }

    fn no_unit(&self, text: &str) -> UnitError {
        let units: Vec<&str> = self.units.iter().rev().map(|&(name, _)| name).collect();
        UnitError::NoUnit { text: text.to_owned(), example: self.example, units: units.join(", ") }
    }

    /// The largest unit that divides `amount`, and the quotient.
    fn largest(&self, amount: u128) -> (u128, &'static str) {
        self.units
            .iter()
            .map(|&(name, factor)| (name, u128::from(factor)))
            .find(|(_, factor)| amount.is_multiple_of(*factor))
            .map_or((amount, ""), |(name, factor)| (amount / factor, name))
    }
}

impl FromStr for HumanDuration {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        const NANOS: u128 = 1_000_000_000;
        let total = DURATIONS.parse(text)?;
        let seconds =
            u64::try_from(total / NANOS).map_err(|_| UnitError::TooLarge { text: text.to_owned() })?;
        let nanos = u32::try_from(total % NANOS).expect("a remainder of a division by 10^9 fits 32 bits");
        Ok(Self(Duration::new(seconds, nanos)))
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_zero() {
            return formatter.write_str("0s");
        }
        let (amount, unit) = DURATIONS.largest(self.0.as_nanos());
        write!(formatter, "{amount}{unit}")
    }
}

impl From<Duration> for HumanDuration {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl From<HumanDuration> for Duration {
    fn from(duration: HumanDuration) -> Self {
        duration.0
    }
}

impl FromStr for ByteSize {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        if let Ok(bytes) = text.trim().parse() {
            return Ok(Self(bytes));
        }
        let bytes = SIZES.parse(text)?;
        u64::try_from(bytes).map(Self).map_err(|_| UnitError::TooLarge { text: text.to_owned() })
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return formatter.write_str("0B");
        }
        let (amount, unit) = SIZES.largest(u128::from(self.0));
        write!(formatter, "{amount}{unit}")
    }
}

impl Serialize for HumanDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for ByteSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// As text with its unit.
fn text_schema(title: &str, pattern: &str) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "title": title, "pattern": pattern })
}

impl schemars::JsonSchema for HumanDuration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        text_schema("a time such as \"500ms\", \"30s\", \"5m\", \"2h\" or \"7d\"", r"^\s*\d+\s*[A-Za-z]+\s*$")
    }
}

impl schemars::JsonSchema for ByteSize {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Size".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema =
            text_schema("a size such as \"64KiB\", \"8MiB\" or \"2GiB\"", r"^\s*\d+\s*[A-Za-z]*\s*$");
        // A bare number counts bytes.
        schema.insert("type".to_owned(), ["string", "integer"].as_slice().into());
        schema
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DurationVisitor;
        impl Visitor<'_> for DurationVisitor {
            type Value = HumanDuration;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a duration such as \"30s\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<HumanDuration, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(DurationVisitor)
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SizeVisitor;
        impl Visitor<'_> for SizeVisitor {
            type Value = ByteSize;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a size such as \"64KiB\" or a number of bytes")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ByteSize, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, bytes: u64) -> Result<ByteSize, E> {
                Ok(ByteSize(bytes))
            }

            fn visit_i64<E: de::Error>(self, bytes: i64) -> Result<ByteSize, E> {
                u64::try_from(bytes).map(ByteSize).map_err(|_| E::custom("a size cannot be negative"))
            }
        }
        deserializer.deserialize_any(SizeVisitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_read_and_print() {
        let check = |text: &str, millis: u64, printed: &str| {
            let duration: HumanDuration = text.parse().unwrap();
            assert_eq!(duration.0, Duration::from_millis(millis), "{text}");
            assert_eq!(duration.to_string(), printed, "{text}");
        };
        check("250ms", 250, "250ms");
        check("30s", 30_000, "30s");
        check("90s", 90_000, "90s");
        check("60s", 60_000, "1m");
        check("5m", 300_000, "5m");
        check("2h", 7_200_000, "2h");
        check("7d", 604_800_000, "7d");
        check(" 7 D ", 604_800_000, "7d");
        check("0ms", 0, "0s");
        check("1500ms", 1_500, "1500ms");
        check("2000000ns", 2, "2ms");
    }

    #[test]
    fn sizes_read_and_print() {
        let check = |text: &str, bytes: u64, printed: &str| {
            let size: ByteSize = text.parse().unwrap();
            assert_eq!(size.0, bytes, "{text}");
            assert_eq!(size.to_string(), printed, "{text}");
        };
        check("64KiB", 65_536, "64KiB");
        check("10MB", 10_000_000, "10MB");
        check("1GiB", 1 << 30, "1GiB");
        check("512", 512, "512B");
        check("1024b", 1_024, "1KiB");
        check("1500B", 1_500, "1500B");
        check("0", 0, "0B");
        check("2 mib", 2 << 20, "2MiB");
        check("18446744073709551615", u64::MAX, "18446744073709551615B");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |text: &str, expected: &str| {
            let duration = text.parse::<HumanDuration>().unwrap_err().to_string();
            assert!(duration.contains(expected), "{text}: {duration}");
        };
        check("", "does not start with a whole number");
        check("soon", "write it like `30s`");
        check("30", "units: ns, us, ms, s, m, h, d");
        check("30 fortnights", "has no known unit");
        check("-5s", "does not start with a whole number");
        check("1.5h", "has no known unit");
        check("99999999999999999999s", "too large");
        assert!("64 parsecs".parse::<ByteSize>().unwrap_err().to_string().contains("KiB"));
        assert!("17179869185TiB".parse::<ByteSize>().unwrap_err().to_string().contains("too large"));
    }

    proptest! {
        #[test]
        fn every_duration_survives_printing(amount: u64, seconds: bool) {
            let duration = if seconds { Duration::from_secs(amount) } else { Duration::from_nanos(amount) };
            prop_assert_eq!(HumanDuration(duration).to_string().parse(), Ok(HumanDuration(duration)));
        }

        #[test]
        fn every_size_survives_printing(bytes: u64) {
            prop_assert_eq!(ByteSize(bytes).to_string().parse(), Ok(ByteSize(bytes)));
        }

        #[test]
        fn no_text_panics(text in ".{0,24}") {
            let parsed: Result<HumanDuration, _> = text.parse();
            let sized: Result<ByteSize, _> = text.parse();
            prop_assert!(parsed.is_err() || text.contains(|c: char| c.is_ascii_digit()));
            prop_assert!(sized.is_err() || text.contains(|c: char| c.is_ascii_digit()));
        }
    }
}
