//! Rates of the last minutes, for the spark lines.

use super::history::Rates;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::Arc;

/// Looks, which come once a second, that make one point.
const STEP: u64 = 2;
/// Points that are kept: two minutes.
const POINTS: usize = 60;
/// Size of the drawing.
pub(crate) const WIDTH: f64 = 240.0;
pub(crate) const HEIGHT: f64 = 44.0;

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

    /// The points of a poly-line for one of the three, all on the same scale.
    pub(crate) fn points(&self, which: usize) -> String {
        let most = self.0.iter().flatten().copied().fold(1.0_f64, f64::max);
        let missing = POINTS - self.0.len().min(POINTS);
        let mut points = String::with_capacity(POINTS * 11);
        for (index, rates) in self.0.iter().enumerate() {
            let x = step(missing + index);
            let y = HEIGHT - 2.0 - rates[which] / most * (HEIGHT - 6.0);
            write!(points, "{x:.1},{y:.1} ").expect("writing to a string does not fail");
        }
        points
    }

    /// The same as an area down to the base line.
    pub(crate) fn area(&self, which: usize) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let first = step(POINTS - self.0.len().min(POINTS));
        format!("{first:.1},{HEIGHT} {}{WIDTH},{HEIGHT}", self.points(which))
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most a few dozen points")]
fn step(index: usize) -> f64 {
    index as f64 * WIDTH / (POINTS - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_minutes_are_kept_on_one_scale() {
        let mut trail = Trail::default();
        assert_eq!((trail.points(0), trail.area(0)), (String::new(), String::new()));
        for look in 1..=1000 {
            trail.add(look, &Rates { accepted: Some(10.0), enriched: None, stored: Some(5.0) });
        }
        let points = trail.points(0);
        assert_eq!(points.split_whitespace().count(), POINTS);
        assert!(points.starts_with("0.0,4.0 ") && points.ends_with("240.0,4.0 "), "{points}");
        assert!(trail.points(1).ends_with("240.0,42.0 "), "{}", trail.points(1));
        assert!(trail.points(2).ends_with("240.0,23.0 "), "{}", trail.points(2));
        assert!(trail.area(0).starts_with("0.0,44 ") && trail.area(0).ends_with(" 240,44"));
    }
}
