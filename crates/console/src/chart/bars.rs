//! Bars over time.

use maud::{Markup, html};

/// Size of the drawing in its own units.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 150.0;
/// Room under the bars for dates.
const AXIS: f64 = 22.0;
/// Most dates under the bars.
const LABELS: usize = 8;

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
    let most = bars.iter().map(|bar| bar.value).fold(1.0_f64, f64::max);
    let room = HEIGHT - AXIS;
    let step = WIDTH / float(bars.len().max(1));
    let every = bars.len().div_ceil(LABELS).max(1);
    html! {
        svg class="bars" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(name) {
            line class="base" x1="0" x2=(WIDTH) y1=(room) y2=(room) {}
            @for (index, bar) in bars.iter().enumerate() {
                @let height = if bar.value > 0.0 { (bar.value / most * (room - 8.0)).max(2.0) } else { 0.0 };
                @let left = float(index) * step;
                g class="bar" {
                    title { (bar.title) }
                    rect class="room" x=(number(left)) y="0" width=(number(step)) height=(number(room)) {}
                    rect class="fill" x=(number(left + step * 0.08)) y=(number(room - height)) rx="1.5"
                        width=(number(step * 0.84)) height=(number(height)) {}
                }
                @if index.is_multiple_of(every) {
                    text x=(number(left + 2.0)) y=(HEIGHT - 5.0) { (bar.label) }
                }
            }
        }
    }
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

#[expect(clippy::cast_precision_loss, reason = "places on a screen")]
fn float(value: usize) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_the_room_by_their_share() {
        let bar = |value| Bar { label: "2023".into(), title: format!("{value} articles"), value };
        let drawn = bars(&[bar(0.0), bar(5.0), bar(10.0)], "Articles").into_string();
        assert_eq!(drawn.matches("class=\"bar\"").count(), 3);
        for part in [
            "aria-label=\"Articles\"",
            "height=\"0.0\"",
            "height=\"60.0\"",
            "height=\"120.0\"",
            "10 articles",
        ] {
            assert!(drawn.contains(part), "{part} is not in {drawn}");
        }
        assert!(bars(&[], "Nothing").into_string().contains("<svg"));
    }
}
