//! Drawings made on the server as inline SVG, coloured by the style sheet: bars and spark lines
//! by a library, the map by hand, for no library draws one without tiles. Each has a text beside
//! it that says the same.

mod bars;
mod map;
mod spark;

pub(crate) use bars::{Bar, bars};
pub(crate) use map::{Spot, map};
pub(crate) use spark::{spark, spark_line};

use plotters::prelude::DrawingAreaErrorKind;
use std::io;

/// What plotters drew. It draws into memory, which does not fail.
type Drawing = Result<String, DrawingAreaErrorKind<io::Error>>;

/// What is within the `svg` element that plotters writes around its drawing.
fn inner(svg: &str) -> String {
    let inner = svg.find('>').zip(svg.rfind("</svg>")).map(|(begin, end)| svg[begin + 1..end].trim());
    inner.unwrap_or_default().to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "places on a screen")]
fn float(value: usize) -> f64 {
    value as f64
}
