//! Drawings made on the server as inline SVG, coloured by the style sheet: bars by a library,
//! the map by hand, for no library draws one without tiles. Each has a text beside it that says
//! the same.

mod bars;
mod map;

pub(crate) use bars::{Bar, bars};
pub(crate) use map::{Spot, map};
