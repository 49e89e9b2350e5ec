-- Each article has a term for its age: its key by thousands. So the word index can be asked for
-- the latest articles alone. Those with keys from `since` on have it.
CREATE TABLE aged (since bigint NOT NULL);
INSERT INTO aged (since)
SELECT CASE WHEN EXISTS (SELECT 1 FROM articles) THEN nextval('article_keys') ELSE 0 END;
