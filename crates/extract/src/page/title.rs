//! The headline: what a reader sees above the text, told from the names of the
//! site and of its sections around it.

use super::facts::Facts;
use super::facts::head::one_line;
use crate::html::NodeId;

/// Signs with which sites part headline, section and name.
const SEPARATORS: [&str; 11] = [" | ", " - ", " – ", " — ", " • ", " · ", " :: ", " » ", " « ", " › ", " / "];
/// Signs that stand in headlines themselves.
const ALSO_IN_HEADLINES: [&str; 4] = [" - ", " – ", " — ", " / "];
/// How like an `h1` must be to what the metadata say.
const ALIKE: f32 = 0.5;

/// The headline of a page. `heading` is the text's own heading, if it has one;
/// `text_begins` is where the running text does.
pub(super) fn of(facts: &Facts<'_>, heading: Option<&str>, text_begins: Option<NodeId>) -> Option<String> {
    let names = SiteNames::of(facts);
    let stated = stated(facts);
    let heading = heading.map(one_line);
    let usable = |text: &&str| !names.has(text) && text.len() < 400;
    let first_level: Vec<&str> =
        facts.markup.headings.iter().map(|stated| stated.value.as_str()).filter(usable).collect();
    let near: Vec<&str> = heading.as_deref().into_iter().filter(usable).collect();
    let shown = most_alike(&first_level, &stated)
        .or_else(|| only_headline(facts, &first_level, text_begins))
        .or_else(|| most_alike(&near, &stated));
    if let Some(heading) = shown {
        let heading = names.strip(heading);
        let stated = || stated.iter().map(|title| names.strip(title));
        // "15 Replies to ...", a date or a label before what the page calls itself.
        let inner = stated().find(|title| is_end_of(title, &heading));
        let whole = stated().any(|title| squeeze(&title) == squeeze(&heading));
        return Some(inner.filter(|_| !whole).unwrap_or(heading));
    }
    let marked = facts.markup.headlines.first().map(|stated| stated.value.as_str());
    let best = marked
        .filter(|text| text.len() < 400)
        .or_else(|| stated.iter().copied().find(|title| !names.has(title)))
        .or_else(|| stated.first().copied())
        .or_else(|| facts.markup.headings.first().map(|stated| stated.value.as_str()))?;
    Some(names.strip(best))
}

/// The heading that is most like what the metadata say, the first of equals.
fn most_alike<'t>(headings: &[&'t str], stated: &[&str]) -> Option<&'t str> {
    let mut best: Option<(f32, &str)> = None;
    for &candidate in headings {
        let alike = stated.iter().map(|title| likeness(candidate, title)).fold(0.0, f32::max);
        if alike >= ALIKE && best.is_none_or(|(most, _)| alike > most + 0.05) {
            best = Some((alike, candidate));
        }
    }
    best.map(|(_, heading)| heading)
}

/// The only heading of the first level, where it is long enough for a headline
/// and stands above the text: what the metadata say is then written for search
/// engines.
fn only_headline<'t>(
    facts: &Facts<'_>,
    headings: &[&'t str],
    text_begins: Option<NodeId>,
) -> Option<&'t str> {
    const LEAST_WORDS: usize = 4;
    let (&first, rest) = headings.split_first()?;
    let stated = facts.markup.headings.iter().find(|stated| stated.value == first)?;
    let is_above = text_begins.is_none_or(|begins| stated.node < begins);
    let is_only = rest.iter().all(|other| *other == first);
    (is_only && is_above && words(first).len() >= LEAST_WORDS).then_some(first)
}

/// True for a title of some length that a heading ends with.
fn is_end_of(title: &str, heading: &str) -> bool {
    let (title, heading) = (squeeze(title), squeeze(heading));
    title.len() >= 16 && title.len() < heading.len() && heading.ends_with(&title)
}

/// The headline as data for machines state it, most trusted first.
fn stated<'f>(facts: &'f Facts<'_>) -> Vec<&'f str> {
    const NAMES: [&str; 9] = [
        "og:title",
        "twitter:title",
        "dc.title",
        "dcterms.title",
        "citation_title",
        "parsely-title",
        "sailthru.title",
        "headline",
        "title",
    ];
    let linked = facts.data.titles.iter().map(String::as_str);
    let metas = NAMES.iter().filter_map(|name| facts.head.first(&[name]));
    linked.chain(metas).chain(facts.head.title.as_deref()).filter(|title| !title.is_empty()).collect()
}

/// The share of words that two titles have in common, of the shorter one; a
/// single word in common is little.
fn likeness(one: &str, other: &str) -> f32 {
    let (a, b) = (words(one), words(other));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let common = a.iter().filter(|word| b.contains(word)).count();
    let shorter = a.len().min(b.len());
    let whole = super::content::context::ratio(common, shorter);
    let longer = super::content::context::ratio(common, a.len().max(b.len()));
    // "News" is in every title of a site.
    if shorter < 3 && a != b { whole * 0.4 + longer * 0.5 } else { whole * 0.7 + longer * 0.3 }
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(str::to_lowercase).take(60).collect()
}

/// What the site calls itself.
pub(super) struct SiteNames(Vec<String>);

impl SiteNames {
    /// The names of a page's site, its host among them.
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        let metas = [
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "publisher",
            "dc.publisher",
            "twitter:site",
            "copyright",
        ];
        let stated = metas.iter().filter_map(|name| facts.head.first(&[name])).map(str::to_owned);
        let host = [
            facts.base_url,
            facts.head.first(&["og:url"]),
            facts.head.linked("canonical"),
            facts.data.url.as_deref(),
        ]
        .into_iter()
        .flatten()
        .find_map(host_name);
        let names = stated.chain(facts.data.site.clone()).chain(host);
        Self(names.map(|name| squeeze(&name)).filter(|name| name.len() > 1).collect())
    }

    /// True when the text is one of the names.
    pub(super) fn has(&self, text: &str) -> bool {
        let text = squeeze(text);
        !text.is_empty() && self.0.contains(&text)
    }

    /// A person's name without the site's behind it ("Ann Lee Example News").
    pub(super) fn without_suffix(&self, name: &str) -> String {
        let words: Vec<&str> = name.split(' ').collect();
        // "Ann Lee, editor of Example" keeps it.
        let belongs = |at: usize| ["of", "at", "for", "from", "with"].contains(&words[at - 1]);
        let cut = (2..words.len()).find(|&at| !belongs(at) && self.has(&words[at..].join(" ")));
        cut.map_or_else(
            || name.to_owned(),
            |at| words[..at].join(" ").trim_end_matches([',', ' ']).to_owned(),
        )
    }

    /// True when a part of a title is a name, or one is made of the other.
    fn names(&self, part: &str) -> bool {
        let part = squeeze(part);
        let near = |name: &String| {
            let (short, long) = if name.len() < part.len() { (name, &part) } else { (&part, name) };
            short.len() >= 3
                && long.contains(short.as_str())
                && (short.len() * 3 >= long.len() || part.len() <= name.len())
        };
        self.0.iter().any(near)
    }

    /// A title without the parts that name site or section.
    pub(super) fn strip(&self, title: &str) -> String {
        let mut title = title.trim();
        for _ in 0..3 {
            let Some(shorter) = self.strip_once(title) else { break };
            title = shorter;
        }
        title.to_owned()
    }

    fn strip_once<'t>(&self, title: &'t str) -> Option<&'t str> {
        let last = SEPARATORS.iter().filter_map(|sign| Some((title.rfind(sign)?, *sign))).max();
        if let Some((at, sign)) = last {
            let (rest, part) = (title[..at].trim(), title[at + sign.len()..].trim());
            let bare = !ALSO_IN_HEADLINES.contains(&sign) && words(rest).len() >= 3 && words(part).len() <= 6;
            if (self.names(part) && !rest.is_empty()) || bare {
                return Some(rest);
            }
        }
        let first = SEPARATORS.iter().filter_map(|sign| Some((title.find(sign)?, *sign))).min()?;
        let (part, rest) = (title[..first.0].trim(), title[first.0 + first.1.len()..].trim());
        (self.has(part) && words(rest).len() >= 2).then_some(rest)
    }
}

/// Letters and digits in lower case, nothing else.
fn squeeze(name: &str) -> String {
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    name.strip_prefix("the").filter(|rest| rest.len() > 3).map(str::to_owned).unwrap_or(name)
}

/// The telling part of an address: `example` of `https://www.example.co.uk/`.
fn host_name(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?.trim_start_matches("www.");
    let mut labels = host.split('.').rev().skip(1);
    let name = labels.find(|label| !matches!(*label, "co" | "com" | "org" | "net" | "gov" | "ac" | "edu"))?;
    Some(name.to_owned())
}
