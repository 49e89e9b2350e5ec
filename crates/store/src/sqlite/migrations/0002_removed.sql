-- The largest key of an article that was ever removed: keys are given out once,
-- so that whoever reads in order of arrival misses nothing.
CREATE TABLE removed (article INTEGER NOT NULL) STRICT;
INSERT INTO removed (article) VALUES (0);
