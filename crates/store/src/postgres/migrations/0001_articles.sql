-- Articles, their versions, what they name and speak of, and the words to find
-- them by. All tables stand in the schema that the configuration names.

CREATE SEQUENCE article_keys INCREMENT 1000;  -- a writer takes a thousand at once
CREATE SEQUENCE version_keys INCREMENT 1000;

CREATE TABLE articles (
    article       bigint      PRIMARY KEY,  -- short key; later arrivals have larger ones
    id            uuid        NOT NULL,
    current       bigint      NOT NULL,     -- versions.version that readers get
    retracted     boolean     NOT NULL,
    first_created timestamptz NOT NULL,     -- earliest of all versions
    at            timestamptz NOT NULL,     -- publication, ingestion where unknown
    published_at  timestamptz,              -- first instant of the publication date
    published     text,                     -- as far as it is known: 2023, 2023-11, ...
    last_seen     timestamptz NOT NULL,     -- versions.last_seen of the current one
    source        text        NOT NULL,
    source_kind   text        NOT NULL,
    language      text        NOT NULL,     -- lower case, at most 64 characters
    headline      text,
    url           text,
    words         tsvector,                 -- folded by the writer; NULL where retracted
    CONSTRAINT articles_by_id UNIQUE (id)
);

CREATE INDEX articles_by_time     ON articles (at, article);
CREATE INDEX articles_by_source   ON articles (source, at);
CREATE INDEX articles_by_arrival  ON articles (last_seen);
CREATE INDEX articles_retracted   ON articles (article) WHERE retracted;
CREATE INDEX articles_by_word     ON articles USING gin (words);

CREATE TABLE versions (
    version      bigint      PRIMARY KEY,
    article      bigint      NOT NULL,
    content_hash text        COLLATE "C" NOT NULL,
    retracted    boolean     NOT NULL,
    first_seen   timestamptz NOT NULL,      -- earliest ingestedAt with this content
    last_seen    timestamptz NOT NULL,      -- latest one
    made_at      timestamptz NOT NULL,      -- later work on the same content replaces earlier
    record       text        NOT NULL,      -- the whole record as JSON
    CONSTRAINT versions_by_content UNIQUE (article, content_hash, retracted)
);

CREATE TABLE entities (
    entity bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id     uuid     NOT NULL,               -- of kind, name and uri
    kind   text     NOT NULL,
    name   text     NOT NULL,
    uri    text     NOT NULL,               -- empty where not linked
    words  tsvector NOT NULL,               -- of the name
    CONSTRAINT entities_by_id UNIQUE (id)
);

CREATE INDEX entities_by_uri  ON entities USING hash (uri);
CREATE INDEX entities_by_word ON entities USING gin (words);

-- Entities of current versions that are not retracted.
CREATE TABLE mentions (
    article    bigint NOT NULL,
    entity     bigint NOT NULL,
    mentions   bigint NOT NULL,
    salience   real   NOT NULL,
    confidence real   NOT NULL,
    PRIMARY KEY (article, entity)
);

CREATE INDEX mentions_by_entity ON mentions (entity, article);

-- Dates that current versions speak of: half-open intervals.
CREATE TABLE dates (
    article  bigint      NOT NULL,
    begin_at timestamptz NOT NULL,
    end_at   timestamptz NOT NULL,
    value    text        NOT NULL,          -- TIMEX3
    PRIMARY KEY (article, begin_at, end_at)
);

CREATE INDEX dates_by_begin ON dates (begin_at, end_at, article);

CREATE TABLE sources (
    source     text        NOT NULL,
    kind       text        NOT NULL,
    first_seen timestamptz NOT NULL,
    PRIMARY KEY (source, kind)
);

-- One row a batch, in the batch's own transaction.
CREATE TABLE ingest_log (
    batch         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    writer        text        NOT NULL DEFAULT current_setting('application_name'),
    records       integer     NOT NULL,
    inserted      integer     NOT NULL,
    new_versions  integer     NOT NULL,
    old_versions  integer     NOT NULL,
    reenriched    integer     NOT NULL,
    unchanged     integer     NOT NULL,
    refused       integer     NOT NULL
);

CREATE INDEX ingest_log_by_time ON ingest_log USING brin (at);

-- lz4 compresses many times faster; a server built without it keeps its own.
DO $$
BEGIN
    ALTER TABLE versions ALTER COLUMN record SET COMPRESSION lz4;
    ALTER TABLE articles ALTER COLUMN words SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR syntax_error OR invalid_parameter_value THEN
    RAISE NOTICE 'lz4 is not available';
END $$;

-- For people with a SQL prompt: the current record of each article.
CREATE VIEW records AS
SELECT a.id, a.source, a.language, a.headline, a.url, a.published, a.at, v.record::json AS record
  FROM articles a JOIN versions v ON v.version = a.current
 WHERE NOT a.retracted;
