-- The words of titles and names, folded as in the word indexes, to find those that are like
-- another one. The trigram index over them is made where the server has pg_trgm.
CREATE TABLE vocabulary (
    word text COLLATE "C" PRIMARY KEY       -- 3 to 40 letters
);

INSERT INTO vocabulary (word)
SELECT u.lexeme FROM entities e, unnest(e.words) AS u WHERE length(u.lexeme) BETWEEN 3 AND 40
UNION
SELECT u.lexeme FROM articles a, unnest(a.words) AS u
 WHERE 'A' = ANY (u.weights) AND length(u.lexeme) BETWEEN 3 AND 40;

-- How often entities that no article named any more were removed: who remembers keys of
-- entities sees by it that some are gone.
CREATE TABLE forgotten (times bigint NOT NULL);
INSERT INTO forgotten (times) VALUES (0);
