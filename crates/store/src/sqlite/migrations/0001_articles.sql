-- Articles, their versions, what they name and speak of, and the words to find
-- them by. Times are Unix times: `*_seen` and `*_created` in microseconds (they
-- order versions), all others in seconds.

CREATE TABLE articles (
    article       INTEGER PRIMARY KEY,  -- short key within this file
    id            TEXT    NOT NULL UNIQUE,
    current       INTEGER NOT NULL,     -- versions.version that readers get
    retracted     INTEGER NOT NULL,
    first_created INTEGER NOT NULL,     -- earliest of all versions
    at            INTEGER NOT NULL,     -- publication, ingestion where unknown
    published_at  INTEGER,              -- first instant of the publication date
    published     TEXT,                 -- as far as it is known: 2023, 2023-11, ...
    last_seen     INTEGER NOT NULL,     -- versions.last_seen of the current one
    source        TEXT    NOT NULL,
    source_kind   TEXT    NOT NULL,
    language      TEXT    NOT NULL,
    headline      TEXT,
    url           TEXT
) STRICT;

CREATE INDEX articles_by_time     ON articles (at);
CREATE INDEX articles_by_source   ON articles (source, at);
CREATE INDEX articles_by_language ON articles (language, at);
CREATE INDEX articles_by_arrival  ON articles (last_seen);
CREATE INDEX articles_retracted   ON articles (article) WHERE retracted;

CREATE TABLE versions (
    version       INTEGER PRIMARY KEY,
    article       INTEGER NOT NULL,
    content_hash  TEXT    NOT NULL,
    retracted     INTEGER NOT NULL,
    first_seen    INTEGER NOT NULL,     -- earliest ingestedAt with this content
    last_seen     INTEGER NOT NULL,     -- latest one
    made_at       INTEGER NOT NULL,     -- microseconds; later work on the same content replaces earlier
    record        TEXT    NOT NULL,     -- the whole record as JSON
    UNIQUE (article, content_hash, retracted)
) STRICT;

CREATE TABLE entities (
    entity INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL,
    name   TEXT NOT NULL,
    uri    TEXT NOT NULL,               -- empty where not linked
    UNIQUE (name, kind, uri)
) STRICT;

CREATE INDEX entities_by_uri ON entities (uri) WHERE uri <> '';

-- Names, to find entities by any of their words.
CREATE VIRTUAL TABLE entity_names USING fts5 (
    name, content = 'entities', content_rowid = 'entity', detail = full,
    tokenize = "unicode61 remove_diacritics 2"
);

-- Entities of current versions that are not retracted.
CREATE TABLE mentions (
    article    INTEGER NOT NULL,
    entity     INTEGER NOT NULL,
    mentions   INTEGER NOT NULL,
    salience   REAL    NOT NULL,
    confidence REAL    NOT NULL,
    PRIMARY KEY (article, entity)
) STRICT, WITHOUT ROWID;

CREATE INDEX mentions_by_entity ON mentions (entity, article);

-- Dates that current versions speak of: half-open intervals in UTC.
CREATE TABLE dates (
    article  INTEGER NOT NULL,
    begin_at INTEGER NOT NULL,
    end_at   INTEGER NOT NULL,
    value    TEXT    NOT NULL,          -- TIMEX3
    PRIMARY KEY (article, begin_at, end_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX dates_by_begin ON dates (begin_at, end_at, article);

-- The current texts, read out of the records: nothing is stored twice.
CREATE VIEW texts (article, headline, summary, body) AS
SELECT a.article,
       json_extract(v.record, '$.headlines[0].value'),
       json_extract(v.record, '$.descriptions[0].value'),
       json_extract(v.record, '$.bodies[0].value')
  FROM articles a JOIN versions v ON v.version = a.current
 WHERE NOT a.retracted;

CREATE VIRTUAL TABLE words USING fts5 (
    headline, summary, body, content = 'texts', content_rowid = 'article',
    tokenize = "unicode61 remove_diacritics 2"
);

-- For people with a SQL prompt: the current record of each article.
CREATE VIEW records AS
SELECT a.id, a.source, a.language, a.headline, a.url, a.published,
       datetime(a.at, 'unixepoch') AS at, v.record
  FROM articles a JOIN versions v ON v.version = a.current
 WHERE NOT a.retracted;
