//! robots.txt: what a site lets a crawler fetch (RFC 9309).
//!
//! Pure: bytes in, answers out. Fetching the file, keeping it for a day and
//! what to do when the site does not answer are the poller's business.

mod pattern;

use pattern::Pattern;
use std::time::Duration;

/// Bytes that are read of a file, as RFC 9309 asks for at least.
const MOST_BYTES: usize = 512 << 10;
/// Lines that are looked at; more are no rules but an attack.
const MOST_LINES: usize = 50_000;
/// A longer delay would never let a page be fetched.
const LONGEST_DELAY: Duration = Duration::from_hours(24);

/// The rules of one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

/// Rules for the agents that are named above them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Group {
    /// In lower case; `*` is everyone.
    agents: Vec<String>,
    rules: Vec<Rule>,
    delay: Option<Duration>,
    /// The first line for these agents was read: no more of them join.
    closed: bool,
}

impl Group {
    fn add(&mut self, key: Key, value: &str) {
        self.closed = true;
        if key == Key::CrawlDelay {
            self.delay = delay(value).or(self.delay);
            return;
        }
        let allow = key == Key::Allow;
        self.rules.push(Rule { allow, pattern: Pattern::new(value) });
        // The page of a folder stands for the folder, as the largest crawler
        // has it.
        if let Some((folder, page)) = value.rsplit_once('/')
            && allow
            && page.starts_with("index.htm")
        {
            self.rules.push(Rule { allow, pattern: Pattern::new(&format!("{folder}/$")) });
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    pattern: Pattern,
}

impl Robots {
    /// Reads a file. Never fails: lines that say nothing are passed over, and
    /// a file without rules lets everything be fetched.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let bytes = &bytes[..bytes.len().min(MOST_BYTES)];
        let mut robots = Self::default();
        let mut group = Group::default();
        for line in bytes.split(|&byte| matches!(byte, b'\n' | b'\r')).take(MOST_LINES) {
            let line = String::from_utf8_lossy(line);
            let Some((key, value)) = key_and_value(&line) else { continue };
            match key {
                Key::UserAgent => {
                    // Agents after rules begin the next group.
                    if group.closed {
                        robots.groups.push(std::mem::take(&mut group));
                    }
                    group.agents.push(agent(value));
                }
                Key::Sitemap => robots.sitemaps.push(value.to_owned()),
                // For nobody.
                _ if group.agents.is_empty() => {}
                Key::Allow | Key::Disallow | Key::CrawlDelay => group.add(key, value),
            }
        }
        robots.groups.push(group);
        robots
    }

    /// True when the agent may fetch the path.
    ///
    /// `agent` is the product token of the crawler (`DatelineBot`) or a user
    /// agent that begins with it (`DatelineBot/1.0 (...)`). `path` is the path of the
    /// address with its query, percent-encoded; a whole address is taken too.
    #[must_use]
    pub fn allows(&self, agent: &str, path: &str) -> bool {
        let path = path_of(path);
        if path == "/robots.txt" {
            return true;
        }
        let mut best: Option<(usize, bool)> = None;
        for rule in self.groups_for(agent).flat_map(|group| &group.rules) {
            let Some(length) = rule.pattern.matches(path) else { continue };
            // The longest pattern decides; of two of one length, the kinder.
            let better = best.is_none_or(|(known, allow)| length > known || (length == known && !allow));
            if length > 0 && better {
                best = Some((length, rule.allow));
            }
        }
        best.is_none_or(|(_, allow)| allow)
    }

    /// The time that the agent should leave between two fetches, if the site
    /// asks for one (`crawl-delay`, no part of RFC 9309 but widely used).
    #[must_use]
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        self.groups_for(agent).filter_map(|group| group.delay).max()
    }

    /// The sitemaps that the file names, in order, as written.
    #[must_use]
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// The groups that name the agent; where none does, those for everyone.
    fn groups_for(&self, agent: &str) -> impl Iterator<Item = &Group> {
        let token = agent.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let named = !token.is_empty() && self.groups.iter().any(|group| group.agents.contains(&token));
        let wanted = if named { token } else { "*".to_owned() };
        self.groups.iter().filter(move |group| group.agents.contains(&wanted))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    UserAgent,
    Allow,
    Disallow,
    CrawlDelay,
    Sitemap,
}

/// `key: value`; some write a blank for the colon. Comments are left out.
fn key_and_value(line: &str) -> Option<(Key, &str)> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let (key, value) = line.split_once(':').or_else(|| {
        let (key, value) = line.split_once(char::is_whitespace)?;
        // With a blank, only what cannot be anything else.
        (!value.trim().contains(char::is_whitespace)).then_some((key, value))
    })?;
    let key = match key.trim().to_ascii_lowercase().as_str() {
        "user-agent" | "useragent" | "user agent" => Key::UserAgent,
        "allow" => Key::Allow,
        "disallow" | "dissallow" | "dissalow" | "disalow" | "diasllow" | "disallaw" => Key::Disallow,
        "crawl-delay" | "crawldelay" => Key::CrawlDelay,
        "sitemap" | "site-map" => Key::Sitemap,
        _ => return None,
    };
    Some((key, value.trim()))
}

/// The agent of a line: `*`, or its product token.
fn agent(value: &str) -> String {
    let star =
        value.strip_prefix('*').is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
    if star { "*".to_owned() } else { product_token(value) }
}

/// The letters, hyphens and underscores at the start, in lower case.
fn product_token(agent: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
    let end = agent.find(|c| !is_token(c)).unwrap_or(agent.len());
    agent[..end].to_ascii_lowercase()
}

/// Seconds, in tenths too.
fn delay(value: &str) -> Option<Duration> {
    let delay = Duration::try_from_secs_f64(value.parse().ok()?).ok()?;
    Some(delay.min(LONGEST_DELAY)).filter(|delay| !delay.is_zero())
}

/// Path and query of an address; `/` where there is none.
fn path_of(address: &str) -> &str {
    let after_host = match address.split_once("//") {
        Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') => {
            rest.find(['/', '?', '#']).map_or("", |at| &rest[at..])
        }
        _ => address,
    };
    let path = after_host.split('#').next().unwrap_or_default();
    if path.starts_with('/') { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(robots: &str, agent: &str, path: &str, expected: bool) {
        assert_eq!(
            Robots::parse(robots.as_bytes()).allows(agent, path),
            expected,
            "{robots:?} {agent} {path}"
        );
    }

    #[test]
    fn groups() {
        let file = "user-agent: *\ndisallow: /\nuser-agent: a\nuser-agent: B/2.1\nallow: /\nuser-agent: c\ndisallow:\n";
        check(file, "Other", "/x", false);
        check(file, "A", "/x", true);
        check(file, "b", "/x", true);
        check(file, "B/1.0 (+https://e.org)", "/x", true);
        check(file, "c", "/x", true);
        // Two groups for one agent are one.
        check(
            "user-agent: a\ndisallow: /x\n\nuser-agent: b\ndisallow: /\n\nuser-agent: a\ndisallow: /y",
            "a",
            "/y",
            false,
        );
        // A rule that stands above every agent is for nobody.
        check("disallow: /\nuser-agent: a\nallow: /x", "a", "/y", true);
        check("", "a", "/", true);
        // Other lines do not part agents from their rules.
        check("user-agent: a\nsitemap: https://e.org/s\nuser-agent: b\ndisallow: /", "a", "/", false);
    }

    #[test]
    fn the_longest_pattern_decides() {
        let file =
            "user-agent: *\ndisallow: /news\nallow: /news/open\ndisallow: /*.pdf$\nallow: /x\ndisallow: /x\n";
        check(file, "a", "/news/closed", false);
        check(file, "a", "/news/open/1", true);
        check(file, "a", "/a.pdf", false);
        check(file, "a", "/a.pdf?download", true);
        check(file, "a", "/x", true);
        check(file, "a", "/robots.txt", true);
        check("user-agent: *\ndisallow: /", "a", "/robots.txt", true);
    }

    #[test]
    fn addresses_and_encodings() {
        let file = "user-agent: *\ndisallow: /é\ndisallow: /%c3%bc\ndisallow: /q?a=1\n";
        check(file, "a", "https://e.org/%C3%A9", false);
        check(file, "a", "https://e.org/%C3%BC", false);
        check(file, "a", "https://e.org/q?a=1&b", false);
        check(file, "a", "https://e.org/q", true);
        check("user-agent: *\ndisallow: /", "a", "https://e.org", false);
        check("user-agent: *\ndisallow: /", "a", "//e.org?x", false);
        check("user-agent: *\ndisallow: /y", "a", "https://e.org/x#/y", true);
    }

    #[test]
    fn careless_files() {
        check("\u{feff}User-Agent : *\r\nDisallow : / # all\r\n", "a", "/x", false);
        check("user-agent *\ndisallow /x", "a", "/x", false);
        check("user-agent: *\nallow: /x/index.html\ndisallow: /", "a", "/x/", true);
        check("user-agent: *\nallow: /x/index.html\ndisallow: /", "a", "/x/y", false);
        check("user-agent: *\nDissallow: /x", "a", "/x", false);
        check("user-agent: *\rdisallow: /x", "a", "/x", false);
        check("<html><body>404</body></html>", "a", "/x", true);
        assert!(Robots::parse(&[0xFF, 0xFE, 0, b'\n', 0x80]).allows("a", "/"));
    }

    #[test]
    fn delays_and_sitemaps() {
        let file = "sitemap: https://e.org/a.xml\nuser-agent: *\ncrawl-delay: 2.5\nuser-agent: a\ncrawl-delay: x\n\
            user-agent: b\ncrawl-delay: 1e9\nuser-agent: c\ncrawl-delay: -1\nSitemap: https://e.org/b.xml # news";
        let robots = Robots::parse(file.as_bytes());
        assert_eq!(robots.crawl_delay("z"), Some(Duration::from_millis(2500)));
        assert_eq!(robots.crawl_delay("a"), None);
        assert_eq!(robots.crawl_delay("b"), Some(LONGEST_DELAY));
        assert_eq!(robots.crawl_delay("c"), None);
        assert_eq!(robots.sitemaps(), ["https://e.org/a.xml", "https://e.org/b.xml"]);
    }
}
