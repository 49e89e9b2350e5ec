//! One address for one article, however it was linked to.

use url::Url;

/// Parameters that only say how a reader came to the page.
const TRACKING: [&str; 38] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "ysclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "__hsfp",
    "hsctatracking",
    "oly_anon_id",
    "oly_enc_id",
    "vero_id",
    "vero_conv",
    "s_cid",
    "cmpid",
    "ncid",
    "ocid",
    "smid",
    "sr_share",
    "xtor",
    "wt_mc",
    "guccounter",
];

/// Families of such parameters, by their beginning.
const TRACKING_PREFIXES: [&str; 6] = ["utm_", "at_medium", "at_campaign", "pk_", "mtm_", "ns_"];

/// The canonical form of a web address: scheme and host in lower case, no
/// default port, no credentials, no fragment, no tracking parameters; the
/// others keep their order. `None` when it is no http(s) address.
#[must_use]
pub fn canonical_url(url: &str) -> Option<String> {
    let mut url = Url::parse(url.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    url.set_fragment(None);
    // Both fail only for addresses without a host, which were refused above.
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    let kept = url.query().map(|query| {
        query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect::<Vec<_>>().join("&")
    });
    url.set_query(kept.as_deref().filter(|query| !query.is_empty()));
    Some(url.into())
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    TRACKING.contains(&name.as_str()) || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Option<&str>) {
        assert_eq!(canonical_url(url).as_deref(), expected, "{url}");
    }

    #[test]
    fn one_address_for_one_article() {
        check("https://example.org/a", Some("https://example.org/a"));
        check("HTTPS://Example.ORG:443/A", Some("https://example.org/A"));
        check("http://example.org:80", Some("http://example.org/"));
        check("http://example.org:8080/", Some("http://example.org:8080/"));
        check(" https://example.org/a#top ", Some("https://example.org/a"));
        check("https://example.org/a?utm_source=x&id=7&fbclid=y", Some("https://example.org/a?id=7"));
        check("https://example.org/a?UTM_Medium=x", Some("https://example.org/a"));
        check("https://example.org/a?b=2&a=1", Some("https://example.org/a?b=2&a=1"));
        check("https://example.org/a?", Some("https://example.org/a"));
        check("https://example.org/a?&&id=1&", Some("https://example.org/a?id=1"));
        check("https://example.org/a?q=%C3%A9", Some("https://example.org/a?q=%C3%A9"));
        check("https://u:p@example.org/a", Some("https://example.org/a"));
        check("https://example.org/a/../b", Some("https://example.org/b"));
        check(
            "https://пример.рф/новости",
            Some("https://xn--e1afmkfd.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
        );
        check("https://example.org/a?idutm_x=1", Some("https://example.org/a?idutm_x=1"));
    }

    #[test]
    fn only_web_addresses() {
        check("", None);
        check("example.org/a", None);
        check("ftp://example.org/a", None);
        check("mailto:desk@example.org", None);
        check("urn:newsml:example.org:1", None);
        check("file:///etc/passwd", None);
        check("javascript:alert(1)", None);
        check("http://", None);
    }
}
