//! Bars over time: axes and bars by plotters, with a place for the pointer over each bar.
//!
//! Its colours are attributes of the drawing, which the style sheet overrules: light and dark
//! need no second drawing.

use super::{Drawing, float, inner};
use maud::{Markup, PreEscaped, html};
use plotters::prelude::{ChartBuilder, Color, IntoDrawingArea, Rectangle, SVGBackend};
use plotters::style::BLACK;

/// Size of the drawing in its own units.
const WIDTH: u32 = 1000;
const HEIGHT: u32 = 150;
/// Room under the bars for dates, and left of them for numbers.
const AXIS: u32 = 22;
const SCALE: u32 = 40;
/// Room above the highest bar, for half of its number.
const TOP: u32 = 8;
/// Most dates under the bars, about, and numbers beside them.
const DATES: usize = 8;
const NUMBERS: usize = 3;
/// Share of its step that a bar takes.
const FILLED: f64 = 0.84;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    /// What it stands for, as it stands under the axis.
    pub(crate) label: String,
    /// What is read out for it.
    pub(crate) title: String,
    pub(crate) value: f64,
}

/// A bar chart, with `name` for those who do not see it.
pub(crate) fn bars(bars: &[Bar], name: &str) -> Markup {
    let step = float((WIDTH - SCALE) as usize) / float(bars.len().max(1));
    html! {
        svg class="bars" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } data-scale=(SCALE) role="img" aria-label=(name) {
            (PreEscaped(drawing(bars).unwrap_or_default()))
            @for (index, bar) in bars.iter().enumerate() {
                g class="bar" {
                    title { (bar.title) }
                    rect class="room" x=(number(float(SCALE as usize) + float(index) * step)) y=(TOP)
                        width=(number(step)) height=(HEIGHT - AXIS - TOP) {}
                }
            }
        }
    }
}

/// Axes and bars.
fn drawing(bars: &[Bar]) -> Drawing {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        let most = bars.iter().map(|bar| bar.value).fold(1.0_f64, f64::max);
        let mut chart = ChartBuilder::on(&root)
            .margin_top(TOP)
            .x_label_area_size(AXIS)
            .y_label_area_size(SCALE)
            .build_cartesian_2d(0.0..float(bars.len().max(1)), 0.0..most)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .max_light_lines(0)
            .x_labels(DATES)
            .x_label_formatter(&|place| label(bars, *place))
            .y_labels(NUMBERS)
            .y_label_formatter(&|value| format!("{value:.0}"))
            .draw()?;
        let half = (1.0 - FILLED) / 2.0;
        chart.draw_series(bars.iter().enumerate().filter(|(_, bar)| bar.value > 0.0).map(
            |(index, bar)| {
                let left = float(index);
                Rectangle::new([(left + half, 0.0), (left + 1.0 - half, bar.value)], BLACK.filled())
            },
        ))?;
        root.present()?;
    }
    Ok(inner(&svg))
}

/// What stands under the place where a bar begins.
fn label(bars: &[Bar], place: f64) -> String {
    let at = |(index, _): &(usize, &Bar)| (float(*index) - place).abs() < 0.01;
    bars.iter().enumerate().find(at).map(|(_, bar)| bar.label.clone()).unwrap_or_default()
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_drawn_to_scale_and_each_is_told() {
        let bar = |value| Bar { label: "2023".into(), title: format!("{value} articles"), value };
        let drawn = bars(&[bar(0.0), bar(5.0), bar(10.0)], "Articles").into_string();
        assert_eq!(drawn.matches("class=\"bar\"").count(), 3);
        // From the axis up: half of the room, and all of it.
        for part in [
            "aria-label=\"Articles\"",
            "height=\"59\"",
            "height=\"119\"",
            "10 articles",
            ">\n2023\n<",
            ">\n10\n<",
        ] {
            assert!(drawn.contains(part), "{part} is not in {drawn}");
        }
        assert!(bars(&[], "Nothing").into_string().contains("<svg"));
    }
}
