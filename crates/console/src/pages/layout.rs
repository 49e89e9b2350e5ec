//! What is around every page.

use crate::assets::{ICON_PATH, SCRIPT_PATH, STYLE_PATH};
use maud::{DOCTYPE, Markup, html};

/// Which entry of the menu a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Flow,
    Articles,
    Timeline,
    Entities,
    Sources,
    Dead,
    Config,
    /// None of them.
    Elsewhere,
}

const MENU: [(Section, &str, &str); 7] = [
    (Section::Flow, "/", "Flow"),
    (Section::Articles, "/articles", "Articles"),
    (Section::Timeline, "/timeline", "Timeline"),
    (Section::Entities, "/entities", "Entities"),
    (Section::Sources, "/sources", "Sources"),
    (Section::Dead, "/dead", "Dead letters"),
    (Section::Config, "/config", "Config"),
];

/// A whole page.
pub(crate) fn layout(section: Section, title: &str, content: &Markup) -> Markup {
    framed(section, title, content, &search_box())
}

/// The page of the search itself, which has a larger box in its content.
pub(crate) fn search_layout(title: &str, content: &Markup) -> Markup {
    framed(Section::Articles, title, content, &html! {})
}

fn framed(section: Section, title: &str, content: &Markup, search: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Dateline" }
                link rel="icon" href=(*ICON_PATH) type="image/svg+xml";
                link rel="stylesheet" href=(*STYLE_PATH);
                script src=(*SCRIPT_PATH) defer {}
            }
            body {
                a class="skip" href="#content" { "Skip to content" }
                header class="top" {
                    div class="bar" {
                        a class="brand" href="/" { span class="mark" aria-hidden="true" {} "Dateline" }
                        (menu(section))
                        (search)
                    }
                }
                main id="content" tabindex="-1" { (content) }
                footer { "Dateline " (env!("CARGO_PKG_VERSION")) " · times in UTC" }
            }
        }
    }
}

fn menu(section: Section) -> Markup {
    html! {
        nav aria-label="Main" {
            @for (entry, address, name) in MENU {
                a href=(address) aria-current=[(entry == section).then_some("page")] { (name) }
            }
        }
    }
}

fn search_box() -> Markup {
    html! {
        form class="quick" role="search" action="/articles" {
            label class="hidden" for="quick" { "Search articles" }
            input id="quick" type="search" name="q" placeholder="Search articles" autocomplete="off";
        }
    }
}
