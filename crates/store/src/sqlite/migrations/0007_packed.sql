-- The record as a zstd frame; `record` is empty then. Records were two thirds of a file and of
-- what was written to its log. Those that are there stay as they are until they are written anew.
ALTER TABLE versions ADD COLUMN packed BLOB;

-- Read out of the JSON of records, which SQL sees no more.
DROP VIEW texts;
DROP VIEW records;
CREATE VIEW records AS
SELECT a.id, a.source, a.language, a.headline, a.url, a.published,
       datetime(a.at, 'unixepoch') AS at,
       nullif(v.record, '') AS record   -- only where it is not compressed
  FROM articles a JOIN versions v ON v.version = a.current
 WHERE NOT a.retracted;
