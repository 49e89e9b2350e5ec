-- Words that stand in many articles: pairs of them that stand side by side are terms of the
-- word index, of the articles from `since` on.
CREATE TABLE common_words (
    number INTEGER PRIMARY KEY,
    word   TEXT    NOT NULL UNIQUE,
    since  INTEGER NOT NULL             -- articles.article
) STRICT;

-- The word index, with one more column: the keys of the entities that an article names, and
-- its pairs of common words. So the rarest of all that is asked leads a search, and no other
-- index has to be kept up at as many places as an article names entities.
DROP INDEX mentions_by_entity;
DROP TABLE words;
CREATE VIRTUAL TABLE words USING fts5 (
    headline, summary, body, terms, content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO words (rowid, headline, summary, body, terms)
SELECT article, headline, summary, body,
       (SELECT group_concat(char(57344) || entity, ' ') FROM mentions m WHERE m.article = t.article)
  FROM texts t ORDER BY article;
