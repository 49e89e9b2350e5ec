//! Places on a map of the world, drawn without tiles from elsewhere.
//!
//! The outline is Natural Earth's land at 1:110 million (public domain), by way of the npm
//! package world-atlas 2.0.2 (ISC), simplified; equirectangular, a tenth of a degree a unit,
//! from 84 degrees north to 60 south.

use maud::{Markup, html};

/// The land as one SVG path.
const LAND: &str = include_str!("../assets/world.path");
/// Size of the map.
const WIDTH: f64 = 3600.0;
const HEIGHT: f64 = 1440.0;
/// The northern border in degrees.
const NORTH: f64 = 84.0;

/// A place on the map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spot {
    /// What is read out for it.
    pub(crate) title: String,
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    /// Its weight against the others; the area of its circle.
    pub(crate) weight: u64,
    /// The one that the page is about.
    pub(crate) main: bool,
}

/// The map with its places, the heavier ones below.
pub(crate) fn map(spots: &[Spot]) -> Markup {
    let most = spots.iter().map(|spot| spot.weight).max().unwrap_or(1).max(1);
    let mut order: Vec<&Spot> = spots.iter().collect();
    order.sort_by_key(|spot| (spot.main, std::cmp::Reverse(spot.weight)));
    html! {
        svg class="map" viewBox=(view(spots)) role="img" aria-label="Places on a map; the list beside it names them" {
            path class="land" d=(LAND.trim_end()) {}
            @for spot in order {
                @let (x, y) = place(spot);
                circle class=(if spot.main { "spot main" } else { "spot" }) cx=(format!("{x:.0}")) cy=(format!("{y:.0}"))
                    r=(format!("{:.0}", radius(spot.weight, most))) { title { (spot.title) } }
            }
        }
    }
}

fn place(spot: &Spot) -> (f64, f64) {
    (((spot.lon + 180.0) * 10.0).clamp(0.0, WIDTH), ((NORTH - spot.lat) * 10.0).clamp(0.0, HEIGHT))
}

#[expect(clippy::cast_precision_loss, reason = "places on a screen")]
fn radius(weight: u64, most: u64) -> f64 {
    12.0 + 26.0 * (weight as f64 / most as f64).sqrt()
}

/// The part of the world that holds all places, with room around them, at the shape of the
/// whole map and no smaller than a quarter of it.
fn view(spots: &[Spot]) -> String {
    let places: Vec<(f64, f64)> = spots.iter().map(place).collect();
    let bounds = |values: &dyn Fn(&(f64, f64)) -> f64| {
        let low = places.iter().map(values).fold(f64::MAX, f64::min);
        let high = places.iter().map(values).fold(f64::MIN, f64::max);
        (low, high)
    };
    let ((left, right), (top, bottom)) = (bounds(&|place| place.0), bounds(&|place| place.1));
    if places.is_empty() {
        return format!("0 0 {WIDTH} {HEIGHT}");
    }
    let share = ((right - left + 500.0) / WIDTH).max((bottom - top + 300.0) / HEIGHT).clamp(0.25, 1.0);
    let (width, height) = (WIDTH * share, HEIGHT * share);
    let x = (left.midpoint(right) - width / 2.0).clamp(0.0, WIDTH - width);
    let y = (top.midpoint(bottom) - height / 2.0).clamp(0.0, HEIGHT - height);
    format!("{x:.0} {y:.0} {width:.0} {height:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(lat: f64, lon: f64) -> Spot {
        Spot { title: "here".into(), lat, lon, weight: 1, main: false }
    }

    #[test]
    fn places_stand_where_they_are() {
        assert_eq!(place(&spot(84.0, -180.0)), (0.0, 0.0));
        assert_eq!(place(&spot(0.0, 0.0)), (1800.0, 840.0));
        assert_eq!(place(&spot(-90.0, 180.0)), (WIDTH, HEIGHT));
    }

    #[test]
    fn the_view_holds_all_places_and_stays_on_the_map() {
        for spots in [
            vec![],
            vec![spot(0.0, 0.0)],
            vec![spot(80.0, -179.0)],
            vec![spot(-59.0, 179.0), spot(80.0, -179.0)],
            vec![spot(48.9, 2.4), spot(35.7, 139.7)],
        ] {
            let view: Vec<f64> = view(&spots).split(' ').map(|side| side.parse().unwrap()).collect();
            assert!(view[0] >= 0.0 && view[0] + view[2] <= WIDTH + 1.0, "{view:?}");
            assert!(view[1] >= 0.0 && view[1] + view[3] <= HEIGHT + 1.0, "{view:?}");
            for (x, y) in spots.iter().map(place) {
                assert!((view[0]..=view[0] + view[2]).contains(&x), "{x} {view:?}");
                assert!((view[1]..=view[1] + view[3]).contains(&y), "{y} {view:?}");
            }
        }
    }

    #[test]
    fn the_outline_is_a_closed_path_within_the_map() {
        assert!(LAND.starts_with('M') && LAND.trim_end().ends_with('z') && LAND.is_ascii());
    }
}
