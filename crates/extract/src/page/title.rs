//! The headline: what a reader sees above the text, told from the names of the
//! site and of its sections around it.

use super::facts::Facts;
use super::facts::head::one_line;

/// Signs with which sites part headline, section and name.
const SEPARATORS: [&str; 11] = [" | ", " - ", " – ", " — ", " • ", " · ", " :: ", " » ", " « ", " › ", " / "];
/// Signs that stand in headlines themselves.
const ALSO_IN_HEADLINES: [&str; 4] = [" - ", " – ", " — ", " / "];
/// How like an `h1` must be to what the metadata say.
const ALIKE: f32 = 0.5;

/// The headline of a page. `heading` is the text's own heading, if it has one.
pub(super) fn of(facts: &Facts<'_>, heading: Option<&str>) -> Option<String> {
    let names = SiteNames::of(facts);
    let stated = stated(facts);
    let heading = heading.map(one_line);
    let shown = facts.markup.headings.iter().map(|stated| stated.value.as_str()).chain(heading.as_deref());
    let mut best: Option<(f32, &str)> = None;
    for candidate in shown.filter(|text| !names.has(text) && text.len() < 400) {
        let alike = stated.iter().map(|title| likeness(candidate, title)).fold(0.0, f32::max);
        if alike >= ALIKE && best.is_none_or(|(most, _)| alike > most + 0.05) {
            best = Some((alike, candidate));
        }
    }
    if let Some((_, heading)) = best {
        return Some(names.strip(heading));
    }
    let marked = facts.markup.headlines.first().map(|stated| stated.value.as_str());
    let best = marked
        .filter(|text| text.len() < 400)
        .or_else(|| stated.iter().copied().find(|title| !names.has(title)))
        .or_else(|| stated.first().copied())
        .or_else(|| facts.markup.headings.first().map(|stated| stated.value.as_str()))?;
    Some(names.strip(best))
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
