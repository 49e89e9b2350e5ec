//! Sitemaps, news sitemaps and their indexes.

use super::{articles, read};
use dateline_extract::feed::FeedFormat;
use dateline_model::{ArticleKind, ClaimOrigin, ClaimRole};

#[test]
fn news() {
    let items = articles(
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'
        xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'><url><loc>https://example.org/a</loc><lastmod>2023-11-08</lastmod>
        <news:news><news:publication><news:name>The Wire</news:name><news:language>en</news:language></news:publication>
        <news:publication_date>2023-11-07T10:00:00Z</news:publication_date><news:title>Talks &amp; more</news:title></news:news>
        <image:image><image:loc>https://example.org/a.jpg</image:loc><image:title>No</image:title></image:image></url></urlset>",
    );
    let item = &items[0];
    assert_eq!((items.len(), item.kind), (1, Some(ArticleKind::Sitemap)));
    assert_eq!(
        (item.url.as_deref(), item.title.as_deref()),
        (Some("https://example.org/a"), Some("Talks & more"))
    );
    assert_eq!((item.source_title.as_deref(), item.language.as_deref()), (Some("The Wire"), Some("en")));
    let claims: Vec<_> =
        item.claims.iter().map(|claim| (claim.role, claim.from, claim.raw.as_str())).collect();
    assert_eq!(
        claims,
        [
            (ClaimRole::Published, ClaimOrigin::Sitemap, "2023-11-07T10:00:00Z"),
            (ClaimRole::Updated, ClaimOrigin::Sitemap, "2023-11-08")
        ]
    );
}

#[test]
fn plain_ones_and_indexes() {
    let items = articles(
        "<urlset><url><loc>https://example.org/a</loc><lastmod>2023-11-08</lastmod></url><url><loc>https://example.org/b</loc></url></urlset>",
    );
    assert_eq!(items.len(), 2);
    assert_eq!(
        (items[0].kind, items[0].text.as_str(), items[0].claims.len()),
        (Some(ArticleKind::Sitemap), "", 1)
    );
    let index = read(
        "<sitemapindex><sitemap><loc>/news.xml.gz</loc><lastmod>2023-11-08</lastmod></sitemap></sitemapindex>",
    );
    assert_eq!(index.info.format, Some(FeedFormat::SitemapIndex));
    let child = index.items[0].as_ref().unwrap();
    assert_eq!(
        (child.kind, child.url.as_deref()),
        (Some(ArticleKind::SitemapIndex), Some("https://example.org/news.xml.gz"))
    );
}
