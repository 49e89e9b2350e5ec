-- Where as many parts of a size wait as are merged at once, FTS5 merges them all within the
-- transaction that finds them, which took seconds in a store of a million articles. With a
-- higher limit each transaction merges a little, in proportion to what it writes.
INSERT INTO words (words, rank) VALUES ('crisismerge', 64);
