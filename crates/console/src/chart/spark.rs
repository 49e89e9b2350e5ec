//! A spark line: what was lately, without axes, as small as a word. Drawn by plotters.

use super::{Drawing, float, inner};
use maud::{Markup, PreEscaped, html};
use plotters::prelude::{AreaSeries, ChartBuilder, Color, IntoDrawingArea, SVGBackend};
use plotters::style::BLACK;

/// Size of the drawing in its own units, which are finer than what is seen: plotters draws on
/// whole ones.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 176;
/// Room above the highest point, for the half of its line.
const TOP: u32 = 12;

/// The frame of a spark line, with `name` for those who do not see it; `live` is the name under
/// which the script puts in newer drawings.
pub(crate) fn spark(drawing: &str, name: &str, live: &str) -> Markup {
    html! {
        svg class="spark" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" role="img"
            aria-label=(name) data-live-drawing=(live) { (PreEscaped(drawing)) }
    }
}

/// A line through the values with the area under it, up to `most` high; where there are fewer
/// than `places` values, the left stays free.
pub(crate) fn spark_line(values: &[f64], places: usize, most: f64) -> String {
    line(values, places, most).unwrap_or_default()
}

fn line(values: &[f64], places: usize, most: f64) -> Drawing {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        let last = float(places.max(2) - 1);
        let mut chart = ChartBuilder::on(&root).margin_top(TOP).build_cartesian_2d(0.0..last, 0.0..most)?;
        let first = places.saturating_sub(values.len());
        let points = values.iter().enumerate().map(|(index, value)| (float(first + index), *value));
        chart.draw_series(AreaSeries::new(points, 0.0, BLACK.filled()).border_style(BLACK))?;
        root.present()?;
    }
    Ok(inner(&svg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_and_its_area_end_at_the_right() {
        let drawn = spark_line(&[0.0, 5.0, 10.0], 5, 10.0);
        let points = |element: &str| {
            let from = drawn.find(element).unwrap_or_else(|| panic!("no {element} in {drawn}"));
            drawn[from..].split_once("points=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
        };
        assert_eq!(points("<polyline").trim(), "479,175 719,94 959,12");
        assert!(points("<polygon").contains("719,94 959,12"), "{drawn}");
    }

    #[test]
    fn nothing_known_is_nothing_drawn() {
        for drawn in [spark_line(&[], 60, 1.0), spark_line(&[], 0, 1.0)] {
            assert_eq!(drawn.matches("points=\"\"").count(), 2, "{drawn}");
        }
    }
}
