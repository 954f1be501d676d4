-- Version 1 of the memory. Later versions are steps of their own (migrate.py); this file never changes again.
--
-- Columns ending in _ms are times: milliseconds since 1970 in UTC. hits, evidence, tags, feeds, channels, problem and
-- message hold JSON. Text that SQLite could not keep exactly is escaped (codec.py). Nothing here needs more than
-- SQLite 3.24 with its JSON functions.

PRAGMA application_id = 0x57495245;

-- Every feed that was ever listed. Those no longer listed are not active: never due, but remembered.
CREATE TABLE feeds (
    id            TEXT PRIMARY KEY NOT NULL,
    active        INTEGER NOT NULL CHECK (active IN (0, 1)),
    url           TEXT NOT NULL,
    due_ms        INTEGER NOT NULL,
    etag          TEXT,
    last_modified TEXT,
    asked_ms      INTEGER,
    ok_ms         INTEGER,
    fresh_ms      INTEGER,
    floor_ms      INTEGER,
    failures      INTEGER NOT NULL,
    problem       TEXT,
    baselined     INTEGER NOT NULL CHECK (baselined IN (0, 1)),
    title         TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX feeds_due ON feeds (due_ms, id) WHERE active = 1;

-- Ids and versions outlive their items: an item that a feed lists for a year is not news again after a month.
CREATE TABLE seen (
    id      TEXT NOT NULL,
    version TEXT NOT NULL,
    feed    TEXT NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) WITHOUT ROWID;

-- The long texts stand last, so that looking at the other columns does not read them. words: the folded headline, each
-- word between spaces.
CREATE TABLE items (
    seq            INTEGER PRIMARY KEY,
    id             TEXT NOT NULL,
    version        TEXT NOT NULL,
    feed           TEXT NOT NULL,
    seen_ms        INTEGER NOT NULL,
    published_ms   INTEGER,
    words          TEXT NOT NULL,
    title          TEXT NOT NULL,
    link           TEXT NOT NULL,
    canonical_link TEXT NOT NULL,
    author         TEXT NOT NULL,
    tags           TEXT NOT NULL,
    language       TEXT NOT NULL,
    summary        TEXT NOT NULL,
    content        TEXT NOT NULL,
    UNIQUE (id, version)
);
CREATE INDEX items_seen ON items (seen_ms);
CREATE INDEX items_words ON items (words, id);
CREATE INDEX items_link ON items (link) WHERE link <> '';
CREATE INDEX items_canonical_link ON items (canonical_link) WHERE canonical_link <> '';

CREATE VIEW newest AS
SELECT * FROM items
WHERE NOT EXISTS (
    SELECT 1 FROM items AS other
    WHERE other.id = items.id AND (other.seen_ms, other.seq) > (items.seen_ms, items.seq)
);

-- seq is the order of placement: the story index is rebuilt in it.
CREATE TABLE placements (
    seq      INTEGER PRIMARY KEY,
    item     TEXT NOT NULL,
    version  TEXT NOT NULL,
    story    TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('new', 'copy', 'update')),
    evidence TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    UNIQUE (item, version),
    FOREIGN KEY (item, version) REFERENCES items (id, version) ON DELETE CASCADE
);
CREATE INDEX placements_story ON placements (story);

CREATE TABLE stories (
    id            TEXT PRIMARY KEY NOT NULL,
    lead          TEXT NOT NULL,
    headline      TEXT NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms  INTEGER NOT NULL,
    items         INTEGER NOT NULL,
    feeds         TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX stories_last_seen ON stories (last_seen_ms);

-- AUTOINCREMENT here and in alerts: a reader's place in the stream must never come again, whatever was pruned.
CREATE TABLE verdicts (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    item     TEXT NOT NULL,
    version  TEXT NOT NULL,
    topic    TEXT,
    outcome  TEXT NOT NULL,
    reason   TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    story    TEXT,
    alert    TEXT,
    revision INTEGER,
    hits     TEXT NOT NULL,
    evidence TEXT NOT NULL,
    FOREIGN KEY (item, version) REFERENCES items (id, version) ON DELETE CASCADE
);
CREATE UNIQUE INDEX verdicts_once ON verdicts (item, version, coalesce(topic, ''), at_ms);
CREATE INDEX verdicts_at ON verdicts (at_ms, topic, outcome);
CREATE INDEX verdicts_held ON verdicts (seq) WHERE outcome NOT IN ('alerted', 'update', 'unmatched');
CREATE INDEX verdicts_sent ON verdicts (at_ms) WHERE outcome IN ('alerted', 'update');

CREATE TABLE told (
    topic    TEXT NOT NULL,
    story    TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    alert    TEXT,
    revision INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (topic, story)
) WITHOUT ROWID;
CREATE INDEX told_story ON told (story);

CREATE TABLE alerts (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL,
    revision INTEGER NOT NULL,
    topic    TEXT NOT NULL,
    story    TEXT NOT NULL,
    item     TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    priority TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    message  TEXT NOT NULL,
    channels TEXT NOT NULL,
    UNIQUE (id, revision)
);
CREATE INDEX alerts_topic ON alerts (topic, at_ms);

-- The outbox. leased: somebody is sending it, and due_ms says until when nobody else may. settled: the order in which
-- answers came, so that a channel's last answer can be named without trusting a clock.
CREATE TABLE deliveries (
    seq         INTEGER PRIMARY KEY,
    alert       TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    channel     TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'given_up')),
    created_ms  INTEGER NOT NULL,
    due_ms      INTEGER,
    attempts    INTEGER NOT NULL,
    last_answer TEXT NOT NULL,
    ended_ms    INTEGER,
    leased      INTEGER NOT NULL DEFAULT 0 CHECK (leased IN (0, 1)),
    settled     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (alert, revision, channel),
    CHECK (state <> 'waiting' OR due_ms IS NOT NULL),
    FOREIGN KEY (alert, revision) REFERENCES alerts (id, revision) ON DELETE CASCADE
);
CREATE INDEX deliveries_due ON deliveries (due_ms) WHERE state = 'waiting';
CREATE INDEX deliveries_settled ON deliveries (settled);
CREATE INDEX deliveries_channel ON deliveries (channel, settled);

-- What the daemon last said of itself: one row.
CREATE TABLE service (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    started_ms     INTEGER NOT NULL,
    beat_ms        INTEGER NOT NULL,
    pid            INTEGER NOT NULL,
    version        TEXT NOT NULL,
    config         TEXT NOT NULL,
    stopped_ms     INTEGER,
    reload_problem TEXT NOT NULL
);

PRAGMA user_version = 1;
