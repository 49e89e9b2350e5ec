//! What names of classes, ids and roles say about an element: words that page
//! builders all over the world use for the parts of a page.

use crate::html::Tag;
use crate::html::attributes::Attributes;
use crate::quick_hash::QuickMap;
use std::sync::LazyLock;

macro_rules! parts {
    ($($part:ident: $words:literal),+ $(,)?) => {
        /// A part of a page that names tell.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Part { $(#[doc = $words] $part),+ }

        const WORDS: &[(Part, &str)] = &[$((Part::$part, $words)),+];
        /// How many parts are told apart.
        pub(crate) const PARTS: usize = WORDS.len();
    };
}

// The words of a part; a name counts when one of its words is among them.
parts! {
    Nav: "nav navigation navbar menu menubar submenu megamenu navi topbar toolbar",
    Breadcrumb: "breadcrumb breadcrumbs crumb crumbs pagination pager paging pagenav",
    Header: "header masthead banner topnav siteheader hero jumbotron",
    Footer: "footer foot bottom colophon imprint copyright legal",
    Sidebar: "sidebar aside rail sidecol complementary secondary widget widgets tertiary sticky rightcol",
    Related: "related recommended recommendations recommend more similar readmore trending popular latest upnext next previous prev recirculation recirc outbrain taboola teaser teasers suggested suggestions further also morefrom alsoread siblings",
    Comment: "comment comments disqus discussion reply replies respond commentlist coral viafoura",
    Share: "share sharing social socials sharebar addtoany addthis sharedaddy follow twitter facebook whatsapp linkedin pinterest",
    Promo: "promo promotion newsletter subscribe subscription signup optin cta paywall piano membership donate donation donations support appeal banner callout offer upsell register leadgen mailchimp hubspot convertkit",
    Cookie: "cookie cookies consent gdpr ccpa cmp onetrust didomi usercentrics quantcast privacy",
    Ad: "ad ads advert advertisement advertorial sponsor sponsored sponsors adslot dfp gpt affiliate commercial adsense",
    Caption: "caption figcaption credit credits photo image img media gallery slideshow carousel slide slider lightbox thumbnail thumb imagecaption photocredit",
    Author: "author authors byline bylines bio contributor contributors writer avatar profile biography vcard reviewer",
    Meta: "meta date time timestamp posted published dateline info datetime postmeta entrymeta readtime metadata details kicker eyebrow",
    Tags: "tags tag topics topic category categories keywords taxonomy labels label",
    Contents: "toc contents tableofcontents jumplinks jump anchorlinks outline inpage",
    Hidden: "hidden hide invisible sr screenreader visuallyhidden offscreen collapse collapsed assistive accessibility",
    Popup: "modal popup overlay dialog lightbox dropdown tooltip popover drawer flyout toast alert notification",
    Article: "article story post entry hentry blogpost newsarticle storytext articletext singlepost",
    Body: "body content articlebody storybody entrycontent postcontent maincontent richtext rte wysiwyg prose text copy bodytext articlecontent postbody markdown editorial fulltext longform",
    Main: "main maincol primary page single",
    Title: "title headline heading subtitle",
    Intro: "intro lead lede standfirst summary excerpt abstract deck dek subhead subheading description chapo teasertext",
    Card: "card cards tile tiles grid item items list listing feed archive loop row collection results blogroll",
    References: "references footnote footnotes citations citation reference bibliography sources endnotes reflist",
    Product: "product price buy shop cart deal pricing rating stars review checkout woocommerce",
    Form: "form input search login signin search searchform field survey poll quiz calculator",
    Player: "video player audio podcast playlist embed tweet instagram youtube iframe brightcove jwplayer",
    Faq: "faq faqs accordion question answer questions qa tabs tab panel toggle",
    Live: "live liveblog liveupdates ticker breaking keyevents",
    Correction: "correction note disclaimer disclosure editornote editorsnote notice",
    Block: "wp elementor block paragraph gutenberg component module section column container wrapper inner",
}

/// The parts that each word names, as bits.
struct Words {
    parts: QuickMap<&'static str, u32>,
    /// The lengths of the words that begin with a letter, as bits: most names
    /// of a page are told from them without a look-up.
    lengths: [u32; 256],
}

static BY_WORD: LazyLock<Words> = LazyLock::new(|| {
    let mut found = Words { parts: QuickMap::default(), lengths: [0; 256] };
    for (part, words) in WORDS {
        for word in words.split(' ') {
            *found.parts.entry(word).or_default() |= bit(*part);
            found.lengths[usize::from(word.as_bytes()[0])] |= 1 << word.len();
        }
    }
    found
});

impl Words {
    /// The parts that a word of lower-case letters names.
    fn of(&self, word: &[u8]) -> u32 {
        let lengths = self.lengths[word.first().map_or(0, |letter| usize::from(*letter))];
        if word.len() > 31 || lengths >> word.len() & 1 == 0 {
            return 0;
        }
        std::str::from_utf8(word).ok().and_then(|word| self.parts.get(word)).copied().unwrap_or(0)
    }
}

/// The parts that an element's tag, classes, id and role name, as bits.
pub(crate) fn of_element(tag: Tag, attributes: Attributes<'_>) -> u32 {
    let mut bits = of_tag(tag);
    if attributes.0.is_empty() {
        return bits;
    }
    for (name, value) in attributes {
        match name.len() {
            5 if name.eq_ignore_ascii_case("class") => bits |= of_names(value),
            2 if name.eq_ignore_ascii_case("id") => bits |= of_names(value),
            4 if name.eq_ignore_ascii_case("role") => bits |= of_names(value),
            6 if name.eq_ignore_ascii_case("hidden") => bits |= bit(Part::Hidden),
            5 if name.eq_ignore_ascii_case("style") && hides(value) => bits |= bit(Part::Hidden),
            11 if name.eq_ignore_ascii_case("aria-hidden") && value == "true" => bits |= bit(Part::Hidden),
            8 if name.eq_ignore_ascii_case("itemprop") => bits |= of_property(value),
            11 if name.eq_ignore_ascii_case("data-testid") => bits |= of_names(value),
            10 if name.eq_ignore_ascii_case("aria-label") && value.len() < 40 => bits |= of_names(value),
            _ => {}
        }
    }
    bits
}

/// The bit of a part.
pub(crate) const fn bit(part: Part) -> u32 {
    1 << (part as u8)
}

fn of_tag(tag: Tag) -> u32 {
    match tag {
        Tag::Nav => bit(Part::Nav),
        Tag::Header => bit(Part::Header),
        Tag::Footer => bit(Part::Footer),
        Tag::Aside => bit(Part::Sidebar),
        Tag::Figure | Tag::Figcaption | Tag::Picture => bit(Part::Caption),
        Tag::Article => bit(Part::Article),
        Tag::Main => bit(Part::Main),
        Tag::Form | Tag::Search => bit(Part::Form),
        Tag::Dialog => bit(Part::Popup),
        Tag::Video | Tag::Audio => bit(Part::Player),
        Tag::Time => bit(Part::Meta),
        _ => 0,
    }
}

fn of_property(value: &str) -> u32 {
    match value {
        "articleBody" | "text" => bit(Part::Body),
        "headline" | "name" => bit(Part::Title),
        "author" => bit(Part::Author),
        "datePublished" | "dateModified" => bit(Part::Meta),
        "description" => bit(Part::Intro),
        "comment" => bit(Part::Comment),
        _ => 0,
    }
}

fn hides(style: &str) -> bool {
    let mut plain = style.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let mut text = [0u8; 160];
    for slot in &mut text {
        *slot = plain.next().unwrap_or(b';').to_ascii_lowercase();
    }
    let has = |needle: &[u8]| text.windows(needle.len()).any(|window| window == needle);
    has(b"display:none") || has(b"visibility:hidden")
}

/// The parts that the words of names say. Words are parted by anything but
/// letters, and by capitals (`articleBody`); the joined pairs count too, so
/// that `read-more` is `readmore`.
fn of_names(names: &str) -> u32 {
    let mut bits = 0;
    for name in names.split_ascii_whitespace().take(24) {
        bits |= of_name(name);
    }
    bits
}

fn of_name(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let mut lower = [0u8; 64];
    let bytes = &bytes[..bytes.len().min(64)];
    let mut words = [(0usize, 0usize); 12];
    let (mut count, mut start, mut length) = (0, 0, 0);
    for (at, &byte) in bytes.iter().enumerate() {
        let capital = byte.is_ascii_uppercase() && at > 0 && bytes[at - 1].is_ascii_lowercase();
        if (!byte.is_ascii_alphabetic() || capital) && length > start {
            if count < words.len() {
                words[count] = (start, length);
                count += 1;
            }
            start = length;
        }
        if byte.is_ascii_alphabetic() {
            lower[length] = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    if length > start && count < words.len() {
        words[count] = (start, length);
        count += 1;
    }
    let known = &*BY_WORD;
    let single = words[..count].iter().fold(0, |bits, &(from, to)| bits | known.of(&lower[from..to]));
    let pairs = words[..count].windows(2).fold(0, |bits, pair| bits | known.of(&lower[pair[0].0..pair[1].1]));
    single | pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, expected: &[Part]) {
        let bits = expected.iter().fold(0, |bits, part| bits | bit(*part));
        assert_eq!(of_element(Tag::Div, Attributes(tag)), bits, "{tag}");
    }

    #[test]
    fn names() {
        check(" class=\"site-nav\"", &[Part::Nav]);
        check(" class=articleBody", &[Part::Article, Part::Body]);
        check(" id=read-more", &[Part::Related]);
        check(" class='x1 y2'", &[]);
        check(" style='display : none'", &[Part::Hidden]);
        check(" itemprop=articleBody", &[Part::Body]);
        check(" class=shadow", &[]);
        check(" hidden", &[Part::Hidden]);
    }
}
