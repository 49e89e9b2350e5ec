//! Rates of the last minutes, for the spark lines.

use super::history::Rates;
use crate::chart::spark_line;
use std::collections::VecDeque;
use std::sync::Arc;

/// Looks, which come once a second, that make one point.
const STEP: u64 = 2;
/// Points that are kept: two minutes.
const POINTS: usize = 60;

/// Rates accepted, enriched, stored, oldest first. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail(Arc<VecDeque<[f64; 3]>>);

impl Trail {
    /// Adds the rates of a look, where it is time for a point.
    pub(crate) fn add(&mut self, look: u64, rates: &Rates) {
        let all = [rates.accepted, rates.enriched, rates.stored];
        let point = all.map(|rate| rate.unwrap_or(0.0));
        let points = Arc::make_mut(&mut self.0);
        match points.back_mut() {
            Some(last) if !look.is_multiple_of(STEP) => *last = point,
            _ => points.push_back(point),
        }
        while points.len() > POINTS {
            points.pop_front();
        }
    }

    /// A drawing of one of the three; all have the same scale.
    pub(crate) fn drawing(&self, which: usize) -> String {
        let most = self.0.iter().flatten().copied().fold(1.0_f64, f64::max);
        let values: Vec<f64> = self.0.iter().map(|rates| rates[which]).collect();
        spark_line(&values, POINTS, most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_minutes_are_kept_on_one_scale() {
        let mut trail = Trail::default();
        for look in 1..=1000 {
            trail.add(look, &Rates { accepted: Some(10.0), enriched: None, stored: Some(5.0) });
        }
        let line = |which| {
            let drawing = trail.drawing(which);
            let (_, line) = drawing.split_once("<polyline").unwrap_or_else(|| panic!("{drawing}"));
            let (_, line) = line.split_once("points=\"").unwrap();
            line.split_once('"').unwrap().0.trim().to_owned()
        };
        let full = line(0);
        assert_eq!(full.split_whitespace().count(), POINTS);
        assert!(full.starts_with("0,12 ") && full.ends_with(" 959,12"), "{full}");
        assert!(line(1).ends_with(" 959,175"), "{}", line(1));
        assert!(line(2).ends_with(" 959,94"), "{}", line(2));
    }
}
