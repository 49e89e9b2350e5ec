//! The elements that a reader of pages tells apart.

macro_rules! tags {
    ($($variant:ident $name:literal),+ $(,)?) => {
        /// An element's name. Names that nothing here depends on are [`Tag::Other`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Tag {
            /// A run of text, no element.
            Text,
            /// The root above `html`.
            Document,
            /// An element of another name.
            Other,
            $(#[doc = $name] $variant),+
        }

        impl Tag {
            /// The element of a lower-case name.
            fn of_lower(name: &[u8]) -> Self {
                $(if name == $name.as_bytes() { return Self::$variant; })+
                Self::Other
            }

            /// The name; empty for what is no known element.
            #[cfg(test)]
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ _ => "" }
            }
        }
    };
}

tags! {
    Div "div", Span "span", A "a", P "p", Li "li", Img "img", Svg "svg", Path "path", Script "script",
    Br "br", Ul "ul", Ol "ol", Td "td", Tr "tr", Th "th", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5",
    H6 "h6", I "i", B "b", Em "em", Strong "strong", Meta "meta", Link "link", Style "style", Input "input",
    Button "button", Section "section", Article "article", Header "header", Footer "footer", Nav "nav",
    Aside "aside", Main "main", Figure "figure", Figcaption "figcaption", Picture "picture",
    Source "source", Time "time", Label "label", Form "form", Noscript "noscript", Iframe "iframe",
    Table "table", Tbody "tbody", Thead "thead", Tfoot "tfoot", Caption "caption", Colgroup "colgroup",
    Col "col", Blockquote "blockquote", Pre "pre", Code "code", Hr "hr", Dl "dl", Dt "dt", Dd "dd",
    Sup "sup", Sub "sub", Small "small", U "u", S "s", Q "q", Abbr "abbr", Cite "cite", Mark "mark",
    Address "address", Center "center", Font "font", Html "html", Head "head", Body "body",
    Title "title", Base "base", Option "option", Optgroup "optgroup", Select "select",
    Textarea "textarea", Details "details", Summary "summary", Dialog "dialog", Menu "menu",
    Fieldset "fieldset", Legend "legend", Template "template", Object "object", Embed "embed",
    Param "param", Video "video", Audio "audio", Track "track", Canvas "canvas", Area "area", Map "map",
    Wbr "wbr", Xmp "xmp", Noembed "noembed", Noframes "noframes", Math "math", Search "search",
    Hgroup "hgroup", Marquee "marquee", Applet "applet", Dir "dir", Listing "listing", Ins "ins",
    Del "del", Strike "strike", Big "big", Tt "tt", Var "var", Samp "samp", Kbd "kbd", Rp "rp", Rt "rt",
    Nobr "nobr", Data "data", Output "output", Progress "progress", Meter "meter", Slot "slot",
}

impl Tag {
    /// The element of a name in any case.
    pub(crate) fn of(name: &str) -> Self {
        let mut lower = [0u8; 12];
        let Some(buffer) = lower.get_mut(..name.len()) else { return Self::Other };
        buffer.copy_from_slice(name.as_bytes());
        buffer.make_ascii_lowercase();
        Self::of_lower(buffer)
    }

    /// Never has content nor an end tag.
    pub(crate) fn is_void(self) -> bool {
        use Tag::{Area, Base, Br, Col, Embed, Hr, Img, Input, Link, Meta, Param, Source, Track, Wbr};
        matches!(
            self,
            Area | Base | Br | Col | Embed | Hr | Img | Input | Link | Meta | Param | Source | Track | Wbr
        )
    }

    /// Its content is text up to its end tag, whatever stands in it.
    pub(crate) fn is_raw_text(self) -> bool {
        use Tag::{Iframe, Noembed, Noframes, Noscript, Script, Style, Textarea, Title, Xmp};
        matches!(self, Iframe | Noembed | Noframes | Noscript | Script | Style | Textarea | Title | Xmp)
    }

    /// A heading of any level.
    pub(crate) fn is_heading(self) -> bool {
        matches!(self, Self::H1 | Self::H2 | Self::H3 | Self::H4 | Self::H5 | Self::H6)
    }

    /// A reader sees a new line before and after it.
    pub(crate) fn is_block(self) -> bool {
        use Tag::{
            Address, Article, Aside, Blockquote, Body, Button, Caption, Center, Dd, Details, Dialog, Dir,
            Div, Dl, Dt, Fieldset, Figcaption, Figure, Footer, Form, Header, Hgroup, Hr, Legend, Li, Listing,
            Main, Menu, Nav, Ol, Optgroup, Option, P, Pre, Search, Section, Select, Summary, Table, Tbody,
            Td, Tfoot, Th, Thead, Tr, Ul, Video, Xmp,
        };
        self.is_heading()
            || matches!(
                self,
                Address
                    | Article
                    | Aside
                    | Blockquote
                    | Body
                    | Button
                    | Caption
                    | Center
                    | Dd
                    | Details
                    | Dialog
                    | Dir
                    | Div
                    | Dl
                    | Dt
                    | Fieldset
                    | Figcaption
                    | Figure
                    | Footer
                    | Form
                    | Header
                    | Hgroup
                    | Hr
                    | Legend
                    | Li
                    | Listing
                    | Main
                    | Menu
                    | Nav
                    | Ol
                    | Optgroup
                    | Option
                    | P
                    | Pre
                    | Search
                    | Section
                    | Select
                    | Summary
                    | Table
                    | Tbody
                    | Td
                    | Tfoot
                    | Th
                    | Thead
                    | Tr
                    | Ul
                    | Video
                    | Xmp
            )
    }

    /// Its start tag ends an open paragraph.
    pub(crate) fn closes_paragraph(self) -> bool {
        use Tag::{Button, Caption, Legend, Option, Tbody, Td, Tfoot, Th, Thead, Tr, Video};
        self.is_block()
            && !matches!(
                self,
                Button | Caption | Legend | Option | Tbody | Td | Tfoot | Th | Thead | Tr | Video
            )
    }

    /// End tags outside do not reach elements inside it.
    pub(crate) fn is_scope(self) -> bool {
        use Tag::{Applet, Caption, Html, Marquee, Object, Table, Td, Template, Th};
        matches!(self, Applet | Caption | Html | Marquee | Object | Table | Td | Template | Th)
    }

    /// Belongs into the head when it stands before the body.
    pub(crate) fn is_head_only(self) -> bool {
        use Tag::{Base, Link, Meta, Noscript, Script, Style, Template, Title};
        matches!(self, Base | Link | Meta | Noscript | Script | Style | Template | Title)
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;

    #[test]
    fn names_in_any_case() {
        assert_eq!(Tag::of("DIV"), Tag::Div);
        assert_eq!(Tag::of("figCaption"), Tag::Figcaption);
        assert_eq!(Tag::of("x-card"), Tag::Other);
        assert_eq!(Tag::of("averyveryverylongname"), Tag::Other);
        assert_eq!(Tag::of("h2").name(), "h2");
    }
}
