//! Descriptions and contents as plain text.

use super::{article, check_atom, check_rss, field, rss};

#[test]
fn the_longest_text_is_the_text() {
    check_rss("<description>Short.</description>", "text", "Short.");
    check_rss("<description>Short.</description>", "summary", "Short.");
    let both = "<description>Short.</description><content:encoded>It is longer.</content:encoded>";
    check_rss(both, "text", "It is longer.");
    check_rss(both, "summary", "Short.");
    let swapped = "<description>It is longer.</description><content:encoded>Short.</content:encoded>";
    check_rss(swapped, "text", "It is longer.");
    check_rss(swapped, "summary", "Short.");
    let same = "<description>Same.</description><content:encoded>&lt;p&gt;Same.&lt;/p&gt;</content:encoded>";
    check_rss(same, "summary", "-");
    check_rss("<description>A</description><summary>Another</summary>", "text", "Another");
    check_rss("<itunes:summary>Pod</itunes:summary>", "text", "Pod");
    check_rss("<media:description>Pod</media:description><description>Own</description>", "text", "Own");
    let long = "word ".repeat(300);
    check_rss(&format!("<description>{long}</description>"), "summary", "-");
    check_rss(&format!("<description>{long}</description>"), "text", long.trim());
}

#[test]
fn markup_becomes_paragraphs() {
    check_rss(
        "<description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;</description>",
        "text",
        "One\n\nTwo",
    );
    check_rss("<description><![CDATA[<p>One</p><p>Two]]></description>", "text", "One\n\nTwo");
    check_rss("<description><p>One</p><br><p>Two</description>", "text", "One\n\nTwo");
    check_rss("<description>1 &amp;lt; 2 &amp;amp; 3</description>", "text", "1 < 2 & 3");
    check_rss("<description>One<![CDATA[<br>]]>Two</description>", "text", "One\nTwo");
    check_rss("<description>&lt;script&gt;no()&lt;/script&gt;Yes</description>", "text", "Yes");
    check_rss(
        "<content:encoded><![CDATA[<!-- no --><h2>One</h2>Two<img alt=no>]]></content:encoded>",
        "text",
        "One\n\nTwo",
    );
    check_rss("<body xmlns='http://www.w3.org/1999/xhtml'><p>One</p><p>Two</p></body>", "text", "One\n\nTwo");
}

#[test]
fn types_of_atom() {
    check_atom("<content type='text'>1 &lt; 2</content>", "text", "1 < 2");
    check_atom("<content>One\n two\n\nThree</content>", "text", "One two\n\nThree");
    check_atom("<content type='html'>&lt;p&gt;1&lt;p&gt;2</content>", "text", "1\n\n2");
    check_atom(
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>the &lt;b> tag</p></div></content>",
        "text",
        "the <b> tag",
    );
    check_atom("<content type='xhtml'>&lt;p&gt;escaped&lt;/p&gt;</content>", "text", "escaped");
    check_atom("<content type='html'><p>not escaped</p></content>", "text", "not escaped");
    check_atom("<content type='text/html' mode='base64'>PHA+aGk8L3A+</content>", "text", "hi");
    check_atom("<content type='image/png'>iVBORw0KGgo=</content><title>x</title>", "text", "-");
    check_atom("<content type='html' src='https://example.org/a'/><summary>s</summary>", "text", "s");
}

#[test]
fn characters() {
    check_rss("<title>a\u{1}b\u{8}\0c</title>", "title", "abc");
    check_rss("<title>don\u{92}t &#146;</title>", "title", "don’t ’");
    check_rss("<description>&bogus; &amp; R&D</description>", "text", "&bogus; & R&D");
    check_rss("<title>日本語 &#x65E5;</title>", "title", "日本語 日");
}

#[test]
fn entities_are_never_fetched_nor_multiplied() {
    let with = |subset: &str| format!("<!DOCTYPE rss [{subset}]>{}", rss("<title>&a;</title>"));
    assert_eq!(field(&with("<!ENTITY a 'The Wire'>"), "title"), "The Wire");
    assert_eq!(field(&with("<!ENTITY a SYSTEM 'file:///etc/passwd'>"), "title"), "&a;");
    let bomb = "<!ENTITY b 'xxxxxxxxxx'><!ENTITY a '&b;&b;&b;&b;&b;&b;'>";
    assert_eq!(field(&with(bomb), "title"), "&b;&b;&b;&b;&b;&b;");
}

#[test]
fn the_opening_of_the_text_is_read() {
    let item = article(&rss("<description>KYIV, Nov 7 (AP) - They met.</description>"));
    assert_eq!((item.located.as_deref(), item.agency.as_deref()), (Some("Kyiv"), Some("AP")));
}
