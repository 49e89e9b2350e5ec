//! The pipeline as an inline SVG picture, wide for a desk and tall for a phone.
//!
//! The same boxes are laid out twice; a style sheet shows one of the two. No inline
//! styles: colours come from classes and states, so that both follow the colour
//! scheme and the live figures. Everything in the picture also stands in the tables
//! of the page, for those who do not see it.

use super::figures::GAUGE;
use super::{ENRICHED, Figures, RAW};
use maud::{Markup, html};

/// How the boxes are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// From left to right.
    Wide,
    /// From top to bottom.
    Tall,
}

/// What a box stands for; its shape and its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Outside,
    Stage,
    Stream,
    Store,
    Dead,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Stage => "stage",
            Self::Stream => "stream",
            Self::Store => "store",
            Self::Dead => "dead",
        }
    }
}

/// A box: a name, one large figure with its caption, one small line.
struct Part {
    kind: Kind,
    title: &'static str,
    /// The figure's name.
    figure: &'static str,
    caption: &'static str,
    /// Names of figures, and words between them.
    small: &'static [&'static str],
    /// Whose state colours it.
    state: Option<&'static str>,
    /// Whose fill its gauge shows.
    gauge: Option<&'static str>,
}

const fn part(kind: Kind, title: &'static str, figure: &'static str, caption: &'static str) -> Part {
    Part { kind, title, figure, caption, small: &[], state: None, gauge: None }
}

/// The way of an article.
const WAY: [Part; 7] = [
    part(Kind::Outside, "Sources", "rate.accepted", "coming in"),
    part(Kind::Stage, "producer", "articles.in", "articles in"),
    Part {
        small: &["DATELINE_RAW.size"],
        gauge: Some("DATELINE_RAW.fill"),
        ..part(Kind::Stream, RAW, "enricher.waiting", "waiting")
    },
    Part {
        small: &["enricher.pace"],
        state: Some("enricher"),
        ..part(Kind::Stage, "enricher", "enricher.working", "in work")
    },
    Part {
        small: &["DATELINE_ENRICHED.size"],
        gauge: Some("DATELINE_ENRICHED.fill"),
        ..part(Kind::Stream, ENRICHED, "sink.waiting", "waiting")
    },
    Part {
        small: &["sink.pace"],
        state: Some("sink"),
        ..part(Kind::Stage, "sink", "sink.working", "in work")
    },
    Part { small: &["store.named"], ..part(Kind::Store, "Store", "store.articles", "articles") },
];

/// Where articles go that a stage gives up on.
const DEAD: Part =
    Part { state: Some("dead"), ..part(Kind::Dead, "Dead letters", "dead.count", "given up, kept whole") };

/// Places of [`WAY`] that can give up.
const GIVES_UP: [usize; 3] = [1, 3, 5];

/// Height of the lane to the dead letters in the wide picture, its distance from the
/// left in the tall one.
const WIDE_LANE: u32 = 151;
const TALL_LANE: u32 = 340;

/// Where a box stands.
#[derive(Debug, Clone, Copy)]
struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Area {
    fn middle(self) -> (u32, u32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }

    fn right(self) -> u32 {
        self.x + self.width
    }

    fn bottom(self) -> u32 {
        self.y + self.height
    }
}

impl Layout {
    fn class(self) -> &'static str {
        match self {
            Self::Wide => "picture wide",
            Self::Tall => "picture tall",
        }
    }

    fn view_box(self) -> &'static str {
        match self {
            Self::Wide => "0 0 1200 270",
            Self::Tall => "0 0 360 834",
        }
    }

    /// Areas of [`WAY`].
    fn way(self) -> [Area; WAY.len()] {
        let mut next = 4;
        WAY.map(|part| {
            let at = next;
            let long = if part.kind == Kind::Stream { 182 } else { 128 };
            match self {
                Self::Wide => {
                    next += long + 31;
                    Area { x: at, y: 4, width: long, height: 122 }
                }
                Self::Tall => {
                    next += 106;
                    Area { x: 4, y: at, width: 306, height: 78 }
                }
            }
        })
    }

    /// Where the words below (beside, where there is little height) the large figure
    /// begin, counted from the corner of the box.
    fn words(self) -> (u32, u32) {
        match self {
            Self::Wide => (14, 78),
            Self::Tall => (150, 39),
        }
    }

    fn dead(self) -> Area {
        match self {
            Self::Wide => Area { x: 502, y: 176, width: 194, height: 90 },
            Self::Tall => Area { x: 4, y: 750, width: 306, height: 78 },
        }
    }
}

/// Draws the pipeline.
pub(crate) fn picture(layout: Layout, figures: &Figures) -> Markup {
    let areas = layout.way();
    html! {
        svg class=(layout.class()) viewBox=(layout.view_box()) role="img" aria-label=(LABEL) {
            @for (index, pair) in areas.windows(2).enumerate() {
                (way_on(layout, pair[0], pair[1], WAY[index + 1].state.or(WAY[index].state), figures))
            }
            @for index in GIVES_UP { (way_out(layout, areas[index])) }
            (lane(layout))
            @for (part, area) in WAY.iter().zip(areas) { (draw(layout, part, area, figures)) }
            (draw(layout, &DEAD, layout.dead(), figures))
        }
    }
}

/// Read out instead of the picture.
const LABEL: &str = "The pipeline: sources, producer, raw stream, enricher, enriched stream, sink, store; \
     dead letters beside. The tables below hold the same figures.";

/// From one box to the next; it moves while the stage beside it works.
fn way_on(layout: Layout, from: Area, to: Area, state: Option<&str>, figures: &Figures) -> Markup {
    let ((from_x, from_y), (to_x, to_y)) = match layout {
        Layout::Wide => ((from.right(), from.middle().1), (to.x, to.middle().1)),
        Layout::Tall => ((from.middle().0, from.bottom()), (to.middle().0, to.y)),
    };
    let head = match layout {
        Layout::Wide => format!("M{} {}l-9 -5v10z", to_x - 2, to_y),
        Layout::Tall => format!("M{} {}l-5 -9h10z", to_x, to_y - 2),
    };
    let line = match layout {
        Layout::Wide => format!("M{} {from_y}H{}", from_x + 3, to_x - 10),
        Layout::Tall => format!("M{from_x} {}V{}", from_y + 3, to_y - 10),
    };
    html! {
        path class="way" d=(line) data-live-state=[state] data-state=[state.map(|state| figures.state(state))] {}
        path class="head" d=(head) {}
    }
}

/// From a stage to the lane of what it gives up on.
fn way_out(layout: Layout, from: Area) -> Markup {
    let line = match layout {
        Layout::Wide => format!("M{} {}V{WIDE_LANE}", from.middle().0, from.bottom() + 3),
        Layout::Tall => format!("M{} {}H{TALL_LANE}", from.right() + 3, from.middle().1),
    };
    html! { path class="out" d=(line) {} }
}

/// The lane, from the stages to the dead letters.
fn lane(layout: Layout) -> Markup {
    let (dead, way) = (layout.dead(), layout.way());
    let (x, y) = dead.middle();
    let (first, last) = (way[GIVES_UP[0]].middle(), way[GIVES_UP[2]].middle());
    let (line, head) = match layout {
        Layout::Wide => (
            format!("M{} {WIDE_LANE}H{}M{x} {WIDE_LANE}V{}", first.0, last.0, dead.y - 10),
            format!("M{x} {}l-5 -9h10z", dead.y - 2),
        ),
        Layout::Tall => (
            format!("M{TALL_LANE} {}V{y}H{}", first.1, dead.right() + 10),
            format!("M{} {y}l9 -5v10z", dead.right() + 2),
        ),
    };
    html! {
        path class="out" d=(line) {}
        path class="head" d=(head) {}
    }
}

fn draw(layout: Layout, part: &Part, area: Area, figures: &Figures) -> Markup {
    let Area { x, y, width, height } = area;
    let left = x + 14;
    let (words_x, words_y) = layout.words();
    let (words_x, words_y) = (x + words_x, y + words_y);
    html! {
        g class={ "part " (part.kind.class()) } data-live-state=[part.state]
            data-state=[part.state.map(|state| figures.state(state))]
        {
            (shape(part.kind, area))
            @if matches!(part.kind, Kind::Stage) && part.state.is_some() {
                circle class="lamp" cx=(x + width - 16) cy=(y + 20) r="5" {}
            }
            text class="title" x=(left) y=(y + 25) { (part.title) }
            text class="figure" x=(left) y=(y + 58) data-live=(part.figure) { (figures.text(part.figure)) }
            text class="caption" x=(words_x) y=(words_y) { (part.caption) }
            @for name in part.small {
                text class="small" x=(words_x) y=(words_y + 19) data-live=(name) { (figures.text(name)) }
            }
            @if let Some(gauge) = part.gauge {
                svg class="gauge" x=(left) y=(y + height - 12) width=(width - 28) height="4"
                    viewBox={ "0 0 " (GAUGE) " 4" } preserveAspectRatio="none"
                {
                    rect class="room" width=(GAUGE) height="4" {}
                    rect class="fill" height="4" width=(figures.width(gauge)) data-live-width=(gauge) {}
                }
            }
        }
    }
}

fn shape(kind: Kind, area: Area) -> Markup {
    let Area { x, y, width, height } = area;
    html! {
        @match kind {
            Kind::Store => {
                rect class="shape" x=(x) y=(y) width=(width) height=(height) rx="10" {}
                path class="band" d={ "M" (x) " " (y + height - 16) "q" (width / 2) " 14 " (width) " 0" } {}
            }
            Kind::Stream => {
                rect class="shape behind" x=(x + 6) y=(y + 5) width=(width - 6) height=(height - 10) rx="4" {}
                rect class="shape" x=(x) y=(y) width=(width - 5) height=(height) rx="4" {}
            }
            Kind::Outside | Kind::Stage | Kind::Dead => {
                rect class="shape" x=(x) y=(y) width=(width) height=(height) rx="10" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::figures::tests::flow;

    #[test]
    fn boxes_stay_apart_and_inside() {
        for layout in [Layout::Wide, Layout::Tall] {
            let mut areas = layout.way().to_vec();
            areas.push(layout.dead());
            let sides: Vec<u32> = layout.view_box().split(' ').filter_map(|side| side.parse().ok()).collect();
            for (index, area) in areas.iter().enumerate() {
                assert!(area.right() <= sides[2] && area.bottom() <= sides[3], "{layout:?} {area:?}");
                for other in &areas[index + 1..] {
                    let apart = area.right() <= other.x
                        || other.right() <= area.x
                        || area.bottom() <= other.y
                        || other.bottom() <= area.y;
                    assert!(apart, "{layout:?} {area:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn every_element_is_closed() {
        // In HTML, an SVG element that is left open swallows all that follow.
        let drawn = picture(Layout::Wide, &Figures::of(&flow())).into_string();
        for name in ["svg", "g", "path", "rect", "circle", "text"] {
            let (open, closed) = (format!("<{name} "), format!("</{name}>"));
            assert!(drawn.contains(&open), "{name}");
            assert_eq!(drawn.matches(&open).count(), drawn.matches(&closed).count(), "{name}");
        }
    }

    #[test]
    fn every_figure_of_the_picture_is_known() {
        let figures = Figures::of(&flow());
        for part in WAY.iter().chain([&DEAD]) {
            for name in std::iter::once(&part.figure).chain(part.small) {
                assert_ne!(figures.text(name), "–", "{name}");
            }
            assert!(part.gauge.is_none_or(|gauge| figures.width(gauge) != "0"), "{}", part.title);
            assert!(part.state.is_none_or(|state| figures.state(state) != "unknown"), "{}", part.title);
        }
    }
}
