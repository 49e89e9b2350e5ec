//! The fields of an item.

use super::{article, atom, check_atom, check_rss, field, rss};

#[test]
fn titles() {
    check_rss("<title>A title</title>", "title", "A title");
    check_rss("<title>A\n  long\ttitle</title>", "title", "A long title");
    check_rss("<TITLE>Loud</TITLE>", "title", "Loud");
    check_rss("<title><![CDATA[Talks <b>resume</b>]]></title>", "title", "Talks resume");
    check_rss("<title>Talks &lt;i&gt;resume&lt;/i&gt;</title>", "title", "Talks resume");
    check_rss("<title>Talks <i>resume</i> today</title>", "title", "Talks resume today");
    check_rss("<title>AT&amp;T &amp;amp; you</title>", "title", "AT&T & you");
    check_rss("<title>Caf&eacute; &nbsp;&#8211; &#x2019;s</title>", "title", "Café – ’s");
    check_rss("<title>Vec&lt;T&gt;</title>", "title", "Vec<T>");
    check_rss("<title/><dc:title>From Dublin</dc:title>", "title", "From Dublin");
    check_rss("<media:title>Media</media:title><title>Own</title>", "title", "Own");
    check_rss("<title> </title><link>https://example.org/a</link>", "title", "-");
    check_atom("<title type='text'>1 &lt; 2</title>", "title", "1 < 2");
    check_atom("<title type='html'>&lt;b&gt;1&lt;/b&gt; &amp;lt; 2</title>", "title", "1 < 2");
    check_atom(
        "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><em>1</em> &lt; 2</div></title>",
        "title",
        "1 < 2",
    );
    check_atom("<title>AT&amp;amp;T</title>", "title", "AT&T");
}

#[test]
fn links() {
    check_rss("<link> https://example.org/a </link>", "url", "https://example.org/a");
    check_rss("<link>/a?b=1&c=2&copy=3</link>", "url", "https://example.org/a?b=1&c=2&copy=3");
    check_rss("<link>https://example.org/?a=1&amp;b=2</link>", "url", "https://example.org/?a=1&b=2");
    check_rss("<link>https://example.org/?a=1&amp;amp;b=2</link>", "url", "https://example.org/?a=1&b=2");
    check_rss("<link><![CDATA[https://example.org/a]]></link>", "url", "https://example.org/a");
    check_rss("<guid>https://example.org/g</guid>", "url", "https://example.org/g");
    check_rss("<guid isPermaLink='true'>/g</guid>", "url", "https://example.org/g");
    check_rss("<guid isPermaLink='false'>https://example.org/g</guid>", "url", "-");
    check_rss(
        "<guid>https://example.org/g</guid><link>https://example.org/a</link>",
        "url",
        "https://example.org/a",
    );
    check_rss(
        "<link>https://example.org/a</link><feedburner:origLink>https://real.org/a</feedburner:origLink>",
        "url",
        "https://real.org/a",
    );
    check_rss("<link href='https://example.org/a'/>", "url", "https://example.org/a");
    check_rss("<atom:link rel='alternate' href='https://example.org/a'/>", "url", "https://example.org/a");
    check_rss("<link></link><guid isPermaLink='false'>7</guid>", "url", "-");
    check_atom("<link href='a'/>", "url", "https://example.org/feeds/a");
    check_atom(
        "<link rel='edit' href='/e'/><link rel='alternate' type='text/html' href='/a'/>",
        "url",
        "https://example.org/a",
    );
    check_atom(
        "<link type='application/pdf' href='/a.pdf'/><link type='text/html' href='/a'/>",
        "url",
        "https://example.org/a",
    );
    check_atom("<link rel='enclosure' href='/a.mp3'/><title>x</title>", "url", "-");
    check_atom(
        "<link rel='http://www.iana.org/assignments/relation/alternate' href='/a'/>",
        "url",
        "https://example.org/a",
    );
    check_atom("<id>https://example.org/i</id>", "url", "https://example.org/i");
    check_atom("<link href='a' xml:base='https://other.org/b/'/>", "url", "https://other.org/b/a");
}

#[test]
fn bases() {
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/x/'><entry xml:base='y/'><link href='z'/></entry></feed>";
    assert_eq!(field(feed, "url"), "https://example.org/x/y/z");
    let rss = "<rss><channel><item xml:base='https://a.org/'><link>b</link></item></channel></rss>";
    assert_eq!(field(rss, "url"), "https://a.org/b");
}

#[test]
fn ids() {
    check_rss("<guid isPermaLink='false'> a-1 </guid>", "guid", "a-1");
    check_rss("<guid>1</guid><guid>2</guid>", "guid", "1");
    check_atom("<id>tag:example.org,2023:1</id>", "guid", "tag:example.org,2023:1");
    check_atom("<id>HTTP://Example.ORG/%7Eann</id>", "guid", "HTTP://Example.ORG/%7Eann");
    let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
        <channel rdf:about='https://example.org/'><title>T</title><items><rdf:Seq><rdf:li resource='https://example.org/1'/></rdf:Seq></items></channel>\
        <item rdf:about='https://example.org/1'><title>One</title></item></rdf:RDF>";
    assert_eq!(field(rdf, "guid"), "https://example.org/1");
    assert_eq!(field(rdf, "url"), "https://example.org/1");
    assert_eq!(field(rdf, "source"), "T");
}

#[test]
fn dates_are_handed_on_as_written() {
    check_rss(
        "<pubDate> Tue, 07 Nov 2023\n10:00:00 GMT</pubDate>",
        "published",
        "Tue, 07 Nov 2023 10:00:00 GMT",
    );
    check_rss("<dc:date>2023-11-07</dc:date>", "published", "2023-11-07");
    check_rss("<dc:date>2023-11-06</dc:date><pubDate>2023-11-07</pubDate>", "published", "2023-11-07");
    check_rss("<dcterms:issued>2023-11-07</dcterms:issued>", "published", "2023-11-07");
    check_rss("<dcterms:modified>2023-11-07</dcterms:modified>", "updated", "2023-11-07");
    check_rss("<pubdate>2023-11-07</pubdate>", "published", "2023-11-07");
    check_rss("<title>None</title>", "published", "-");
    check_rss("<title>None</title><pubDate/>", "published", "-");
    check_atom("<updated>2023-11-07T10:00:00Z</updated>", "updated", "2023-11-07T10:00:00Z");
    check_atom("<updated>2023-11-07T10:00:00Z</updated>", "published", "-");
    check_atom("<published>2023-11-07T10:00:00Z</published>", "published", "2023-11-07T10:00:00Z");
    check_atom("<created>2023-11-05</created><issued>2023-11-06</issued>", "published", "2023-11-06");
    check_atom("<modified>2023-11-06</modified>", "updated", "2023-11-06");
}

#[test]
fn authors() {
    check_rss("<author>ann@example.org (Ann Lee)</author>", "byline", "Ann Lee");
    check_rss("<author>ann@example.org</author><dc:creator>Ann Lee</dc:creator>", "byline", "Ann Lee");
    check_rss("<dc:creator><![CDATA[Ann Lee]]></dc:creator>", "byline", "Ann Lee");
    check_rss(
        "<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator><dc:creator>Ann</dc:creator>",
        "byline",
        "Ann, Bob",
    );
    check_rss("<itunes:author>Ann &amp; Bob</itunes:author>", "byline", "Ann & Bob");
    check_rss("<author><name>Ann</name></author>", "byline", "Ann");
    check_atom("<author><name>Ann</name><email>a@example.org</email><uri>/a</uri></author>", "byline", "Ann");
    check_atom("<author><email>a@example.org</email></author>", "byline", "a@example.org");
    check_atom("<author><name>Ann</name></author><author><name>Bob</name></author>", "byline", "Ann, Bob");
    check_atom("<author>Ann</author>", "byline", "Ann");
    check_atom("<contributor><name>Bob</name></contributor><title>x</title>", "byline", "-");
    check_atom("<author><name/></author><title>x</title>", "byline", "-");
}

#[test]
fn languages_and_publications() {
    check_rss("<title>x</title><dc:language>pt_BR</dc:language>", "language", "pt-BR");
    check_rss("<title>x</title><source url='https://s.org/f'>The Source</source>", "source", "The Source");
    check_rss("<title>x</title>", "source", "T");
    check_atom(
        "<title>x</title><source><id>1</id><title>The Source</title></source>",
        "source",
        "The Source",
    );
    check_atom("<title xml:lang='de'>x</title>", "language", "-");
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'><entry xml:lang='de-AT'><title>x</title></entry></feed>";
    assert_eq!(field(feed, "language"), "de-AT");
    assert_eq!(field(&feed.replace(" xml:lang='de-AT'", ""), "language"), "fr");
}

#[test]
fn what_stands_in_other_elements_is_not_the_items() {
    check_rss(
        "<image><title>No</title><link>https://no.org/</link></image><title>Yes</title>",
        "title",
        "Yes",
    );
    check_rss(
        "<image><link>https://no.org/</link></image><link>https://yes.org/</link>",
        "url",
        "https://yes.org/",
    );
    check_rss("<own:box xmlns:own='urn:own'><title>No</title></own:box><title>Yes</title>", "title", "Yes");
    check_rss("<media:group><media:title>No</media:title></media:group><title>Yes</title>", "title", "Yes");
    check_rss(
        "<media:content url='x'><media:description>Caption</media:description></media:content><title>x</title>",
        "text",
        "-",
    );
    check_rss("<box xmlns='urn:own'><title>No</title></box><title>Yes</title>", "title", "Yes");
}

#[test]
fn an_item_says_where_it_stood_and_what_it_is() {
    let item = article(&rss("<title>x</title>"));
    assert_eq!((item.origin.path.as_str(), item.origin.index), ("-", 0));
    assert_eq!(serde_json::to_value(&item).unwrap()["kind"], "feed-item");
    assert!(item.warnings.is_empty());
    assert_eq!(article(&atom("<title>x</title>")).source_title.as_deref(), Some("T"));
}
