-- Words that stand in many articles: pairs of them that stand side by side are terms of the
-- word index, of the articles from `since` on.
CREATE TABLE common_words (
    number integer PRIMARY KEY,
    word   text COLLATE "C" NOT NULL UNIQUE,
    since  bigint NOT NULL                  -- articles.article
);

-- The keys of the entities that an article names are terms, too, so that the rarest of all
-- that is asked leads a search.
UPDATE articles a SET words = a.words || named.terms
  FROM (SELECT m.article, array_to_tsvector(array_agg(chr(57344) || m.entity)) AS terms
          FROM mentions m GROUP BY m.article) AS named
 WHERE a.article = named.article AND a.words IS NOT NULL;
