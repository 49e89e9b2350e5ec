//! The W3C trace context that travels with an article.

use opentelemetry::{SpanId, TraceFlags, TraceId};

/// A `traceparent`, read: which trace, below which span, and whether anybody wants it kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
    pub(super) flags: TraceFlags,
}

impl TraceContext {
    /// Reads a `traceparent` header (version 00 and later ones that look like it); `None` for
    /// anything else, the invalid ids of zeros included.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let parts: Vec<&str> = value.trim().split('-').collect();
        let [version, trace, span, flags] = parts.as_slice() else { return None };
        if !is_hex(version, 2) || *version == "ff" {
            return None;
        }
        let valid = is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
        let context = valid.then(|| Self {
            trace: TraceId::from_hex(trace).unwrap_or(TraceId::INVALID),
            span: SpanId::from_hex(span).unwrap_or(SpanId::INVALID),
            flags: TraceFlags::new(u8::from_str_radix(flags, 16).unwrap_or_default()),
        })?;
        (context.trace != TraceId::INVALID && context.span != SpanId::INVALID).then_some(context)
    }

    /// Whether this trace is among the share that is exported: decided by its id alone, so
    /// that every process decides alike, and never for one that its sender does not keep.
    pub(super) fn is_kept(&self, share: f64) -> bool {
        let mut low = [0; 8];
        low[1..].copy_from_slice(&self.trace.to_bytes()[9..]);
        let drawn = u64::from_be_bytes(low);
        #[expect(clippy::cast_precision_loss, reason = "56 bits of chance, of which 52 are plenty")]
        let drawn = drawn as f64 / (1_u64 << 56) as f64;
        self.flags.is_sampled() && drawn < share
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn only_well_formed_contexts_are_read() {
        assert!(TraceContext::parse(GOOD).is_some());
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nX: y",
        ] {
            assert_eq!(TraceContext::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_share_is_a_matter_of_the_id() {
        let kept = |text: &str, share| TraceContext::parse(text).unwrap().is_kept(share);
        assert!(kept(GOOD, 1.0) && !kept(GOOD, 0.0));
        // ce929d0e0e4736: four fifths of the way.
        assert!(!kept(GOOD, 0.8) && kept(GOOD, 0.81));
        assert!(!kept(&GOOD.replace("-01", "-00"), 1.0), "the sender does not keep it");
    }
}
