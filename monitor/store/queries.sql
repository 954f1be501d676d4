-- Every statement that runs, each with a name and a sentence. Optional filters are written out; nothing is ever joined
-- together from strings. Lists come in as JSON.

-- Feeds ---------------------------------------------------------------------------------------------------------------

-- name: retire_feeds
-- Make every feed inactive; those still listed are made active again in the same transaction.
UPDATE feeds SET active = 0;

-- name: list_feed
-- A feed of the configuration: a new one is due, one with another address also forgets what belonged to the old one.
INSERT INTO feeds (id, active, url, due_ms, failures, baselined, title)
VALUES (:id, 1, :url, :now, 0, 0, '')
ON CONFLICT (id) DO UPDATE SET
    active = 1,
    due_ms = CASE WHEN url = excluded.url THEN due_ms ELSE excluded.due_ms END,
    etag = CASE WHEN url = excluded.url THEN etag END,
    last_modified = CASE WHEN url = excluded.url THEN last_modified END,
    floor_ms = CASE WHEN url = excluded.url THEN floor_ms END,
    problem = CASE WHEN url = excluded.url THEN problem END,
    failures = CASE WHEN url = excluded.url THEN failures ELSE 0 END,
    url = excluded.url;

-- name: due_feeds
-- Feeds whose time has come, oldest debt first.
SELECT * FROM feeds
WHERE active = 1 AND due_ms <= :now
ORDER BY due_ms, id
LIMIT :limit;

-- name: claim_feed
-- Move a feed out of reach for the length of a lease, and mark it asked.
UPDATE feeds SET due_ms = :until, asked_ms = :now WHERE id = :id;

-- name: next_due
-- The earliest due feed or waiting delivery.
SELECT min(due_ms) AS due_ms FROM (
    SELECT min(due_ms) AS due_ms FROM feeds WHERE active = 1
    UNION ALL
    SELECT min(due_ms) FROM deliveries WHERE state = 'waiting'
);

-- name: keep_feed
-- What a turn leaves of its feed. One never listed is remembered, inactive; one that was given another address while the
-- turn was on its way keeps what that address needs.
INSERT INTO feeds (id, active, url, due_ms, etag, last_modified, asked_ms, ok_ms, fresh_ms, floor_ms, failures, problem,
                   baselined, title)
VALUES (:id, 0, :url, :due_ms, :etag, :last_modified, :asked_ms, :ok_ms, :fresh_ms, :floor_ms, :failures, :problem,
        :baselined, :title)
ON CONFLICT (id) DO UPDATE SET
    due_ms = excluded.due_ms,
    etag = excluded.etag,
    last_modified = excluded.last_modified,
    asked_ms = excluded.asked_ms,
    ok_ms = excluded.ok_ms,
    fresh_ms = excluded.fresh_ms,
    floor_ms = excluded.floor_ms,
    failures = excluded.failures,
    problem = excluded.problem,
    baselined = excluded.baselined,
    title = excluded.title
WHERE url = excluded.url;

-- name: active_feeds
-- Every listed feed.
SELECT * FROM feeds WHERE active = 1 ORDER BY id;

-- Items ---------------------------------------------------------------------------------------------------------------

-- name: known
-- Versions remembered of ids. fading: the feed was asked a day or more after this was last marked as listed.
SELECT seen.id, seen.version, feeds.asked_ms - seen.last_ms >= :day AS fading
FROM seen LEFT JOIN feeds ON feeds.id = seen.feed
WHERE seen.id IN (SELECT value FROM json_each(:ids));

-- name: touch
-- Mark ids as still listed when their feed was last asked.
UPDATE seen SET last_ms = (SELECT asked_ms FROM feeds WHERE feeds.id = seen.feed)
WHERE id IN (SELECT value FROM json_each(:ids))
  AND (SELECT asked_ms FROM feeds WHERE feeds.id = seen.feed) - last_ms >= :day;

-- name: keep_seen
-- Remember an id and a version as listed now.
INSERT INTO seen (id, version, feed, last_ms) VALUES (:id, :version, :feed, :at_ms)
ON CONFLICT (id, version) DO UPDATE SET last_ms = max(last_ms, excluded.last_ms);

-- name: keep_item
-- Store one version of an item; one already there stays as it is.
INSERT INTO items (id, version, feed, seen_ms, published_ms, words, title, link, canonical_link, author, tags, language,
                   summary, content)
VALUES (:id, :version, :feed, :seen_ms, :published_ms, :words, :title, :link, :canonical_link, :author, :tags,
        :language, :summary, :content)
ON CONFLICT (id, version) DO NOTHING;

-- name: item
-- The newest version of an item.
SELECT * FROM newest WHERE id = :id;

-- name: items_by_prefix
-- Items whose id begins with these digits: from the prefix to just before what follows it.
SELECT * FROM newest
WHERE id >= :prefix AND id < :beyond
ORDER BY seen_ms DESC, seq DESC
LIMIT :limit;

-- name: items_by_link
-- Items with this link, written like this or in its lasting form, in any version.
SELECT * FROM newest
WHERE id IN (
    SELECT id FROM items WHERE link <> '' AND link = :link
    UNION
    SELECT id FROM items WHERE canonical_link <> '' AND canonical_link = :canonical
)
ORDER BY seen_ms DESC, seq DESC
LIMIT :limit;

-- name: items_by_words
-- Items with all these words in the headline of any version.
SELECT * FROM newest
WHERE id IN (
    SELECT id FROM items
    WHERE NOT EXISTS (SELECT 1 FROM json_each(:words) AS word WHERE instr(items.words, word.value) = 0)
)
ORDER BY seen_ms DESC, seq DESC
LIMIT :limit;

-- name: items_between
-- The newest version of every item seen since then: the next so many before a place, newest first.
SELECT * FROM newest
WHERE seen_ms >= :since AND (seen_ms, seq) < (:before, :seq)
ORDER BY seen_ms DESC, seq DESC
LIMIT :limit;

-- Stories -------------------------------------------------------------------------------------------------------------

-- name: keep_placement
-- Where placement put an item; the first time counts.
INSERT INTO placements (item, version, story, kind, evidence, at_ms)
VALUES (:item, :version, :story, :kind, :evidence, :at_ms)
ON CONFLICT (item, version) DO NOTHING;

-- name: window
-- The newest items placed since then, in the order of placement.
SELECT items.*, placements.story, placements.kind, placements.evidence
FROM placements JOIN items ON items.id = placements.item AND items.version = placements.version
WHERE placements.at_ms >= :since
  AND placements.seq > coalesce(
      (SELECT seq FROM placements WHERE at_ms >= :since ORDER BY seq DESC LIMIT 1 OFFSET :limit), 0)
ORDER BY placements.seq;

-- name: story_items
-- The items of a story, in the order of placement.
SELECT items.*, placements.story, placements.kind, placements.evidence
FROM placements JOIN items ON items.id = placements.item AND items.version = placements.version
WHERE placements.story = :story
ORDER BY placements.seq;

-- name: keep_story
-- The new value of a story.
INSERT INTO stories (id, lead, headline, first_seen_ms, last_seen_ms, items, feeds)
VALUES (:id, :lead, :headline, :first_seen_ms, :last_seen_ms, :items, :feeds)
ON CONFLICT (id) DO UPDATE SET
    lead = excluded.lead,
    headline = excluded.headline,
    first_seen_ms = excluded.first_seen_ms,
    last_seen_ms = excluded.last_seen_ms,
    items = excluded.items,
    feeds = excluded.feeds;

-- name: story
-- One story.
SELECT * FROM stories WHERE id = :id;

-- name: stories
-- Stories last seen since then, oldest first.
SELECT * FROM stories WHERE last_seen_ms >= :since ORDER BY last_seen_ms, id;

-- name: keep_told
-- The new value of what a topic said of a story.
INSERT INTO told (topic, story, outcome, alert, revision, at_ms)
VALUES (:topic, :story, :outcome, :alert, :revision, :at_ms)
ON CONFLICT (topic, story) DO UPDATE SET
    outcome = excluded.outcome,
    alert = excluded.alert,
    revision = excluded.revision,
    at_ms = excluded.at_ms;

-- name: told
-- What topics said since then, or of stories that were seen since then; oldest first.
SELECT told.* FROM told LEFT JOIN stories ON stories.id = told.story
WHERE told.at_ms >= :since OR stories.last_seen_ms >= :since
ORDER BY told.at_ms, told.topic, told.story;

-- Verdicts ------------------------------------------------------------------------------------------------------------

-- name: keep_verdict
-- Add a verdict, once. (Not "ON CONFLICT DO NOTHING": that would use up a sequence number.)
INSERT INTO verdicts (item, version, topic, outcome, reason, at_ms, story, alert, revision, hits, evidence)
SELECT :item, :version, :topic, :outcome, :reason, :at_ms, :story, :alert, :revision, :hits, :evidence
WHERE NOT EXISTS (
    SELECT 1 FROM verdicts
    WHERE item = :item AND version = :version AND coalesce(topic, '') = coalesce(:topic, '') AND at_ms = :at_ms
);

-- name: verdicts
-- Every verdict of an item, oldest first.
SELECT * FROM verdicts WHERE item = :item ORDER BY at_ms, seq;

-- name: held
-- Verdicts that told nobody, with their items: the newest so many, oldest first.
SELECT verdict.*, items.id, items.feed, items.seen_ms, items.published_ms, items.title, items.link,
       items.canonical_link, items.author, items.tags, items.language, items.summary, items.content
FROM (
    SELECT * FROM verdicts
    WHERE outcome NOT IN ('alerted', 'update', 'unmatched')
      AND seq > :after
      AND (:since IS NULL OR at_ms >= :since)
      AND (:until IS NULL OR at_ms < :until)
      AND (:topic IS NULL OR topic = :topic)
    ORDER BY seq DESC
    LIMIT :last
) AS verdict
JOIN items ON items.id = verdict.item AND items.version = verdict.version
ORDER BY verdict.seq;

-- name: outcomes
-- How many verdicts of each outcome each topic got since then.
SELECT topic, outcome, count(*) AS verdicts FROM verdicts WHERE at_ms >= :since GROUP BY topic, outcome;

-- name: lags
-- How late the newest items that somebody was told of since then were seen; those dated later than seen say nothing.
SELECT seen_ms, published_ms FROM (
    SELECT items.seen_ms, items.published_ms, max(verdicts.seq) AS newest
    FROM verdicts JOIN items ON items.id = verdicts.item AND items.version = verdicts.version
    WHERE verdicts.outcome IN ('alerted', 'update') AND verdicts.at_ms >= :since
      AND items.published_ms <= items.seen_ms
    GROUP BY items.seq
    ORDER BY newest DESC
    LIMIT :limit
)
ORDER BY newest;

-- name: totals
-- How much is stored.
SELECT (SELECT count(*) FROM items) AS items, (SELECT count(*) FROM stories) AS stories;

-- Alerts and deliveries -----------------------------------------------------------------------------------------------

-- name: keep_alert
-- Add a revision of an alert, once. (Not "ON CONFLICT DO NOTHING": that would use up a sequence number.)
INSERT INTO alerts (id, revision, topic, story, item, outcome, priority, at_ms, message, channels)
SELECT :id, :revision, :topic, :story, :item, :outcome, :priority, :at_ms, :message, :channels
WHERE NOT EXISTS (SELECT 1 FROM alerts WHERE id = :id AND revision = :revision);

-- name: alerts
-- The stream of alerts: the newest so many, oldest first.
SELECT * FROM (
    SELECT * FROM alerts
    WHERE seq > :after
      AND (:since IS NULL OR at_ms >= :since)
      AND (:until IS NULL OR at_ms < :until)
      AND (:topic IS NULL OR topic = :topic)
    ORDER BY seq DESC
    LIMIT :last
)
ORDER BY seq;

-- name: last_alerts
-- When each topic last had an alert.
SELECT topic, max(at_ms) AS at_ms FROM alerts GROUP BY topic;

-- name: keep_delivery
-- Promise to deliver; a promise made before stays as it is.
INSERT INTO deliveries (alert, revision, channel, state, created_ms, due_ms, attempts, last_answer, ended_ms)
VALUES (:alert, :revision, :channel, :state, :created_ms, :due_ms, :attempts, :last_answer, :ended_ms)
ON CONFLICT (alert, revision, channel) DO NOTHING;

-- name: deliveries
-- Every delivery of an alert, oldest first.
SELECT * FROM deliveries WHERE alert = :alert ORDER BY created_ms, revision, seq;

-- name: due_deliveries
-- Waiting deliveries whose time has come, of channels not busy, oldest first, each with its alert.
SELECT deliveries.alert, deliveries.revision, deliveries.channel, deliveries.state, deliveries.created_ms,
       deliveries.due_ms, deliveries.attempts, deliveries.last_answer, deliveries.ended_ms,
       alerts.id, alerts.topic, alerts.story, alerts.item, alerts.outcome, alerts.priority, alerts.at_ms,
       alerts.message, alerts.channels
FROM deliveries JOIN alerts ON alerts.id = deliveries.alert AND alerts.revision = deliveries.revision
WHERE deliveries.state = 'waiting' AND deliveries.due_ms <= :now
  AND deliveries.channel NOT IN (SELECT value FROM json_each(:busy))
ORDER BY deliveries.due_ms, deliveries.created_ms, alerts.seq, deliveries.seq
LIMIT :limit;

-- name: lease_delivery
-- Nobody else may send this before the lease ends.
UPDATE deliveries SET leased = 1, due_ms = :until
WHERE alert = :alert AND revision = :revision AND channel = :channel;

-- name: settle_delivery
-- What became of an attempt; a delivery that already ended stays as it is.
UPDATE deliveries SET
    state = :state,
    created_ms = :created_ms,
    due_ms = :due_ms,
    attempts = :attempts,
    last_answer = :last_answer,
    ended_ms = :ended_ms,
    leased = 0,
    settled = (SELECT max(settled) FROM deliveries) + 1
WHERE alert = :alert AND revision = :revision AND channel = :channel AND state = 'waiting';

-- name: release_leases
-- What a dead process was sending is due now.
UPDATE deliveries SET leased = 0, due_ms = :now WHERE leased = 1 AND state = 'waiting';

-- name: channels
-- How each channel stands, with what it answered last.
SELECT channel,
       sum(state = 'waiting') AS waiting,
       sum(state = 'waiting' AND attempts > 0) AS failing,
       sum(state = 'given_up') AS given_up,
       sum(state = 'done') AS done,
       min(CASE WHEN state = 'waiting' THEN created_ms END) AS oldest_waiting_ms,
       min(CASE WHEN state = 'waiting' THEN due_ms END) AS next_ms,
       (SELECT last.last_answer FROM deliveries AS last
        WHERE last.channel = deliveries.channel
        ORDER BY last.settled DESC, last.seq DESC LIMIT 1) AS last_answer
FROM deliveries
GROUP BY channel
ORDER BY channel;

-- The service ---------------------------------------------------------------------------------------------------------

-- name: beat
-- The daemon's last word on itself.
INSERT INTO service (one, started_ms, beat_ms, pid, version, config, stopped_ms, reload_problem)
VALUES (1, :started_ms, :beat_ms, :pid, :version, :config, :stopped_ms, :reload_problem)
ON CONFLICT (one) DO UPDATE SET
    started_ms = excluded.started_ms,
    beat_ms = excluded.beat_ms,
    pid = excluded.pid,
    version = excluded.version,
    config = excluded.config,
    stopped_ms = excluded.stopped_ms,
    reload_problem = excluded.reload_problem;

-- name: service
-- The daemon's last word on itself.
SELECT * FROM service;

-- name: data_version
-- Moves when another connection has committed.
PRAGMA data_version;

-- Forgetting ----------------------------------------------------------------------------------------------------------

-- name: forget_items
-- Old items; their placements and verdicts go with them.
DELETE FROM items WHERE seen_ms < :before;

-- name: forget_stories
-- Stories that nothing joined any more.
DELETE FROM stories WHERE last_seen_ms < :before;

-- name: forget_told
-- What was said of stories that are gone. While a story lives, what was said of it must not be forgotten.
DELETE FROM told WHERE at_ms < :before AND NOT EXISTS (SELECT 1 FROM stories WHERE stories.id = told.story);

-- name: forget_alerts
-- Alerts of stories that are gone, unless one still waits to be delivered; their deliveries go with them.
DELETE FROM alerts
WHERE at_ms < :before
  AND NOT EXISTS (SELECT 1 FROM stories WHERE stories.id = alerts.story)
  AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.alert = alerts.id AND deliveries.state = 'waiting');

-- name: forget_seen
-- Ids that went unlisted for long: of feeds no longer asked, and of those that were read since and listed them no more.
-- Age alone is not enough: a feed that stood still for months still lists everything it has.
DELETE FROM seen WHERE (id, version) IN (
    SELECT old.id, old.version
    FROM seen AS old
    JOIN (SELECT feed, max(last_ms) AS read_ms FROM seen GROUP BY feed) AS listing ON listing.feed = old.feed
    LEFT JOIN feeds ON feeds.id = old.feed AND feeds.active = 1
    WHERE old.last_ms < :before AND (feeds.id IS NULL OR old.last_ms < listing.read_ms - :slack)
);
