-- The words of titles and names, folded as in the word indexes, to find those that are like
-- another one.
CREATE TABLE vocabulary (
    key  INTEGER PRIMARY KEY,
    word TEXT NOT NULL UNIQUE           -- 3 to 40 letters
) STRICT;

-- Their trigrams, with a space before and behind each word.
CREATE VIRTUAL TABLE vocabulary_parts USING fts5 (
    part, content = '', columnsize = 0, tokenize = "trigram case_sensitive 1"
);

-- How often entities that no article named any more were removed: who remembers keys of
-- entities sees by it that some are gone.
ALTER TABLE removed ADD COLUMN entities INTEGER NOT NULL DEFAULT 0;
