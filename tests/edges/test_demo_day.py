from __future__ import annotations

import asyncio
import gzip
import json
import re
import tomllib
from calendar import timegm
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.text import safe
from monitor.demo.config import SECRET_VARIABLE, demo_config
from monitor.demo.day import END, LISTED_MAX, START, DayFeed, DayItem, Expected, Format, load_day
from monitor.demo.render import body, identity, link, render
from monitor.demo.server import DayServer, reply_to

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = load_day()
FEEDS = {feed.id: feed for feed in DAY.feeds}
ITEMS = {item.id: item for item in DAY.items}
QUARTERS = [START + timedelta(minutes=15 * step) for step in range(97)]
CORPUS = Path(__file__).parents[1] / "corpora" / "seed"


# The day itself -------------------------------------------------------------------------------------------------------


def test_there_are_a_dozen_feeds_in_every_format_and_enough_items() -> None:
    assert len(DAY.feeds) == 12
    assert {feed.format for feed in DAY.feeds} == set(Format)
    assert 110 <= len(DAY.items) <= 150
    assert len(ITEMS) == len(DAY.items)
    assert len({feed.path for feed in DAY.feeds}) == 12
    assert {feed.language for feed in DAY.feeds} == {"en", "fr", "ar"}


@pytest.mark.parametrize("feed", DAY.feeds, ids=lambda feed: feed.id)
def test_a_feed_starts_with_yesterday_and_goes_on_through_the_day(feed: DayFeed) -> None:
    mine = [item for item in DAY.items if item.feed == feed.id]
    before = [item for item in mine if item.at < START]
    assert 3 <= len(before) <= 5
    assert {item.expect for item in before} == {Expected.BASELINE}
    assert {item.at.date().isoformat() for item in before} == {"2016-10-17"}
    after = [item for item in mine if item.at >= START]
    assert len(after) >= 3
    assert all(item.at < END and item.expect is not Expected.BASELINE for item in after)


def test_every_kind_of_expectation_occurs() -> None:
    assert {item.expect for item in DAY.items} == set(Expected)


def test_what_an_item_copies_or_carries_on_was_there_before_it() -> None:
    for item in DAY.items:
        if item.expect in (Expected.COPY, Expected.UPDATE):
            assert item.of, item.id
        if item.of:
            assert ITEMS[item.of].at < item.at, item.id
            assert set(ITEMS[item.of].topics) & set(item.topics), item.id


def test_told_items_name_a_topic_of_the_configuration_and_the_others_are_about_something_else() -> None:
    topics = set(tomllib.loads(demo_config("http://127.0.0.1:1", "x"))["topics"])
    assert {topic for item in DAY.items for topic in item.topics} == topics
    for item in DAY.items:
        if item.expect in (Expected.NEW, Expected.FOLLOW_UP, Expected.UPDATE, Expected.COPY, Expected.STALE):
            assert item.topics, item.id
        if item.expect in (Expected.UNRELATED, Expected.OTHER_TOPIC):
            assert not item.topics, item.id
        if item.expect is Expected.PASSING_MENTION:
            assert "aleppo-ceasefire" not in item.topics, item.id
            assert re.search("Alep", item.title + " ".join(item.paragraphs)), item.id


def runs(item: DayItem) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", " ".join(body(FEEDS[item.feed], item)).lower())
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def share_told_before(item: DayItem) -> float:
    told: set[tuple[str, ...]] = set()
    for other in DAY.items:
        if other.at < item.at:
            told |= runs(other.as_of(item.at))
    return len(runs(item) & told) / len(runs(item))


@pytest.mark.parametrize("item", [item for item in DAY.items if item.paragraphs], ids=lambda item: item.id)
def test_the_labels_tell_the_truth_about_the_words(item: DayItem) -> None:
    share = share_told_before(item)
    if item.expect is Expected.COPY:
        assert share > 0.88
    elif item.expect is Expected.UPDATE:
        assert 0.5 < share < 1
    elif item.expect is not Expected.BASELINE:
        assert share < 0.1


def test_the_agency_story_goes_through_six_feeds_under_titles_of_their_own() -> None:
    copies = [item for item in DAY.items if item.of == "mpa-halt" and item.expect is Expected.COPY]
    assert len({item.feed for item in copies}) >= 6
    titles = {item.title for item in copies} | {ITEMS["mpa-halt"].title}
    assert len(titles) == len(copies) + 1
    assert len({tuple(body(FEEDS[item.feed], item)) for item in copies}) >= 5
    cut = [item for item in copies if body(FEEDS[item.feed], item)[-1].endswith("[…]")]
    assert len(cut) == 1
    assert any(set(item.topics) == {"aleppo-ceasefire", "mosul-offensive"} for item in copies)


def test_the_toll_rises_in_a_text_that_otherwise_stays() -> None:
    first, second, third = (ITEMS[f"mpa-toll-{toll}"] for toll in (11, 19, 25))
    for item, toll in ((first, "11"), (second, "19"), (third, "25")):
        assert f"At least {toll} people" in item.paragraphs[0]
        assert toll in item.title
    assert first.paragraphs[1:] == second.paragraphs[1:] == third.paragraphs[1:]


def test_one_item_is_edited_in_place() -> None:
    (edited,) = [item for item in DAY.items if item.edits]
    at = edited.edits[0].at
    before, after = edited.as_of(at - timedelta(seconds=1)), edited.as_of(at)
    feed = FEEDS[edited.feed]
    assert identity(feed, before) == identity(feed, after)
    assert link(feed, before) == link(feed, after)
    assert before.title != after.title
    assert after.paragraphs[0] == before.paragraphs[0]
    assert len(after.paragraphs) > len(before.paragraphs)
    assert after.changed == at


def test_one_item_is_served_again_under_a_new_id_at_the_old_address() -> None:
    again, first = ITEMS["globe-halt-again"], ITEMS["globe-halt"]
    feed = FEEDS[first.feed]
    assert (again.title, again.paragraphs, link(feed, again)) == (first.title, first.paragraphs, link(feed, first))
    assert identity(feed, again) != identity(feed, first)


def test_the_blog_repost_is_doubled_and_never_says_what_it_is_about() -> None:
    blog, clean = ITEMS["notes-refusal"].paragraphs, ITEMS["orontes-refusal"].paragraphs
    assert blog == clean + clean[1:]
    assert len([text for text in clean if text.startswith("## ")]) == 1
    whole = " ".join([ITEMS["notes-refusal"].title, *blog]).lower()
    assert not re.search(r"truce|cease-?fire", whole)
    assert "halt in air strikes" in whole


def test_the_exported_repost_is_the_one_that_the_blog_serves() -> None:
    def lines(item: DayItem) -> list[str]:
        return [text.removeprefix("## ") for text in item.paragraphs]

    repost = (CORPUS / "own-repost.txt").read_text("utf-8").splitlines()
    assert repost == [*lines(ITEMS["notes-refusal"]), "No comments:", "Post a Comment"]
    assert (CORPUS / "own-repost-clean.txt").read_text("utf-8").splitlines() == lines(ITEMS["orontes-refusal"])


def test_the_hostile_headline_is_served_raw_and_harmless_once_made_safe() -> None:
    title = ITEMS["orontes-hostile"].title
    assert {"\x1b", "\u202e", "\x07"} <= set(title)
    served = json.loads(render(FEEDS["radio-orontes"], [ITEMS["orontes-hostile"]])[0])["items"][0]["title"]
    assert served == title
    assert safe(title, 200) == "URGENT [/bold] Aleppo truce: buses turned back gnitset"


def test_no_outlet_of_the_real_world_is_named() -> None:
    real = (
        r"Reuters|Associated Press|\bAP\b|\bAFP\b|\bBBC\b|\bCNN\b|\bSANA\b|\bTASS\b|\bRT\b|Interfax|Sputnik"
        r"|Xinhua|Anadolu|Jazeera|Arabiya|Press ?TV|Rudaw|Kurdistan ?24|Guardian|Telegraph|Independent"
        r"|New York Times|Washington Post|Le Monde|Figaro|Lib[ée]ration|Spiegel|Amaq|Bloomberg|Financial Times"
        r"|\bDPA\b|\bEFE\b|\bANSA\b|Al-?Mayadeen|Asharq|Hurriyet|Haaretz|ReliefWeb|\bOCHA\b|\bNPR\b|\bNBC\b"
        r"|\bABC\b|\bCBS\b|Daily Mail|الجزيرة|العربية\b"
    )
    for feed in DAY.feeds:
        assert not re.search(real, feed.name + feed.tail)
        assert re.fullmatch(r"https?://[a-z.-]+\.example", feed.home)
    for item in DAY.items:
        edits = [text for edit in item.edits for text in (edit.title, *edit.paragraphs)]
        whole = "\n".join([item.title, item.summary, item.author, item.note, *item.paragraphs, *edits])
        assert not re.search(real, whole), item.id
        assert "{" not in whole, item.id


# Written out and read back --------------------------------------------------------------------------------------------


def read_back(document: bytes, content_type: str) -> list[tuple[str, str, str]]:
    """(id, title, link) of each item, by an independent reader."""
    if "json" in content_type:
        return [(row["id"], row["title"], row["url"]) for row in json.loads(document)["items"]]
    parsed = feedparser.parse(document, response_headers={"content-type": content_type})
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [(row.get("id", row.link), row.title, row.link) for row in parsed.entries]


@pytest.mark.parametrize("hour", [5, 9, 13, 17, 21, 26, 29])
@pytest.mark.parametrize("feed", DAY.feeds, ids=lambda feed: feed.id)
def test_a_feed_reads_back_to_the_ids_titles_and_links_that_went_in(feed: DayFeed, hour: int) -> None:
    items = DAY.visible(feed.id, datetime(2016, 10, 18, tzinfo=UTC) + timedelta(hours=hour))
    expected = [(identity(feed, item), item.title, link(feed, item)) for item in items]
    assert len(expected) >= 3
    assert len({row[0] for row in expected}) == len(expected)
    assert read_back(*render(feed, items)) == expected


@pytest.mark.parametrize(
    "feed", [feed for feed in DAY.feeds if feed.format not in (Format.JSON, Format.RSS091)], ids=lambda feed: feed.id
)
def test_texts_and_dates_read_back(feed: DayFeed) -> None:
    items = DAY.visible(feed.id, END)
    document, content_type = render(feed, items)
    parsed = feedparser.parse(document, response_headers={"content-type": content_type})
    for row, item in zip(parsed.entries, items, strict=True):
        when = row.get("published_parsed") or row.get("updated_parsed")
        assert datetime.fromtimestamp(timegm(when), UTC) == item.published
        fullest = max([row.get("summary", ""), *(part.value for part in row.get("content", []))], key=len)
        plain = re.sub(r"<[^>]+>", "", fullest)
        for text in body(feed, item):
            assert text.removeprefix("## ") in plain


@pytest.mark.parametrize("feed", DAY.feeds, ids=lambda feed: feed.id)
def test_a_feed_lists_the_newest_first_and_no_more_than_it_should(feed: DayFeed) -> None:
    mine = [item for item in DAY.items if item.feed == feed.id]
    expected = [identity(feed, item) for item in reversed(mine)][:LISTED_MAX]
    assert [row[0] for row in read_back(*render(feed, mine))] == expected
    assert len(DAY.visible(feed.id, END)) == len(expected)


def test_a_reader_who_asks_every_half_hour_misses_nothing() -> None:
    seen = {item.id for feed in DAY.feeds for at in QUARTERS[::2] for item in DAY.visible(feed.id, at)}
    assert seen == set(ITEMS)


@settings(max_examples=60, deadline=None)
@given(title=st.text(min_size=1, max_size=60), text=st.text(max_size=200), form=st.sampled_from(list(Format)))
def test_any_text_makes_a_document_that_is_still_well_formed(title: str, text: str, form: Format) -> None:
    title, text = (part.encode("utf-8", "replace").decode("utf-8") for part in (title, text))
    feed = DayFeed("x", "X & Y <z>", "/x", "https://x.example", form, ("t",))
    item = DayItem("i", "x", START, title, Expected.NEW, START, START, paragraphs=(text,), summary="]]> & <b>")
    document, content_type = render(feed, [item])
    assert len(read_back(document, content_type)) == 1


# Manners --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", DAY.feeds, ids=lambda feed: feed.id)
def test_the_etag_changes_when_the_content_does_and_only_then(feed: DayFeed) -> None:
    seen: dict[str, bytes] = {}
    before: tuple[DayItem, ...] = ()
    tag = ""
    for at in QUARTERS:
        reply, items = reply_to(feed, DAY, {}, at), DAY.visible(feed.id, at)
        assert (reply.headers["etag"] == tag) == (items == before), at
        assert seen.setdefault(reply.headers["etag"], reply.body) == reply.body
        assert "cache-control" not in reply.headers
        tag, before = reply.headers["etag"], items
    assert len(seen) == len(set(seen.values())) > 2


def test_validators_are_honoured() -> None:
    feed, at = FEEDS["mpa"], START + timedelta(hours=4)
    first = reply_to(feed, DAY, {}, at)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    for known in ({"if-none-match": tag}, {"if-none-match": f'"other", {tag}'}, {"if-modified-since": date}):
        reply = reply_to(feed, DAY, known, at)
        assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)
    for unknown in (
        {"if-none-match": '"other"', "if-modified-since": date},
        {"if-modified-since": "Mon, 17 Oct 2016 00:00:00 GMT"},
        {"if-modified-since": "yesterday"},
    ):
        assert reply_to(feed, DAY, unknown, at).status == 200
    later = reply_to(feed, DAY, {"if-none-match": tag, "if-modified-since": date}, END)
    assert (later.status, later.headers["etag"] == tag) == (200, False)


def test_gzip_is_sent_to_those_who_take_it() -> None:
    feed = FEEDS["mpa"]
    plain = reply_to(feed, DAY, {}, START)
    packed = reply_to(feed, DAY, {"accept-encoding": "br, gzip;q=0.5"}, START)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert reply_to(feed, DAY, {"accept-encoding": "gzip;q=0, identity"}, START).body == plain.body


# Over a socket --------------------------------------------------------------------------------------------------------


class Heard(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


async def say(server: DayServer, raw: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.base_url.rpartition(":")[2]))
    try:
        writer.write(raw)
        await writer.drain()
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def ask(server: DayServer, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Heard:
    rows = {"host": "x", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body:
        rows["content-length"] = str(len(body))
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in rows.items())
    heard = await say(server, head.encode() + b"\r\n" + body)
    start, _, rest = heard.partition(b"\r\n\r\n")
    line, *lines = start.decode().split("\r\n")
    return Heard(int(line.split()[1]), dict(row.split(": ", 1) for row in lines), rest)


def test_feeds_are_served_and_counted() -> None:
    async def story() -> None:
        async with DayServer(Clock()) as server:
            for feed in DAY.feeds:
                heard = await ask(server, feed.path)
                assert heard.status == 200
                assert int(heard.headers["content-length"]) == len(heard.body)
                assert heard.headers["date"] == "Tue, 18 Oct 2016 05:00:00 GMT"
                assert heard.body == render(feed, DAY.visible(feed.id, START))[0]
            again = await ask(
                server, "/mpa/world.rss", if_none_match=(await ask(server, "/mpa/world.rss")).headers["etag"]
            )
            assert (again.status, again.body) == (304, b"")
            assert (await ask(server, "/nowhere")).status == 404
            assert (await ask(server, "/mpa/world.rss", "DELETE")).status == 405
            assert server.requests["/mpa/world.rss"] == 4
            assert server.requests["/barid/atom.xml"] == 1

    asyncio.run(story())


def test_what_is_served_follows_the_clock() -> None:
    async def story() -> None:
        clock = Clock()
        async with DayServer(clock) as server:
            before = (await ask(server, "/mpa/world.rss")).body
            clock.now = ITEMS["mpa-halt"].at
            after = (await ask(server, "/mpa/world.rss")).body
            title = ITEMS["mpa-halt"].title.encode()
            assert title not in before
            assert title in after

    asyncio.run(story())


def test_one_feed_breaks_at_noon_and_recovers_two_hours_later() -> None:
    async def story() -> None:
        clock = Clock()
        async with DayServer(clock) as server:
            heard = []
            for minutes in (359, 360, 419, 420, 479, 480):
                clock.now = START + timedelta(minutes=minutes)
                reply = await ask(server, "/globe-desk/rss")
                heard.append((reply.status, reply.headers["content-type"].partition(";")[0]))
            feed, page = (200, "application/rss+xml"), "text/html"
            assert heard == [feed, (200, page), (200, page), (500, page), (500, page), feed]
            clock.now = START + timedelta(minutes=400)
            assert (await ask(server, "/mpa/world.rss")).status == 200
            clock.now = START + timedelta(minutes=480)
            assert ITEMS["globe-ankara"].title.encode() in (await ask(server, "/globe-desk/rss")).body

    asyncio.run(story())


def test_one_feed_ends_in_the_middle_once() -> None:
    async def story() -> None:
        clock = Clock()
        async with DayServer(clock) as server:
            clock.now = datetime(2016, 10, 18, 15, 19, 59, tzinfo=UTC)
            early = await ask(server, "/tigris-daily/atom")
            assert len(early.body) == int(early.headers["content-length"])
            clock.now = datetime(2016, 10, 18, 17, tzinfo=UTC)
            half = await ask(server, "/tigris-daily/atom", if_none_match=early.headers["etag"])
            assert half.status == 200
            assert len(half.body) == int(half.headers["content-length"]) // 2
            whole = await ask(server, "/tigris-daily/atom")
            assert len(whole.body) == int(whole.headers["content-length"]) == int(half.headers["content-length"])

    asyncio.run(story())


def test_the_receiver_fails_once_and_keeps_what_came() -> None:
    async def story() -> None:
        clock = Clock()
        async with DayServer(clock) as server:
            waiting = asyncio.create_task(server.wait_received(3))
            first = await ask(server, "/hook", "POST", b'{"n": 1}', webhook_id="a-1")
            second = await ask(server, "/hook", "POST", b'{"n": 1}', webhook_id="a-1")
            assert not waiting.done()
            third = await ask(server, "/hook", "POST", b'{"n": 2}', webhook_id="b-1")
            received = await asyncio.wait_for(waiting, 5)
            assert [first.status, second.status, third.status] == [500, 204, 204]
            assert [(one.headers["webhook-id"], one.body, one.status) for one in received] == [
                ("a-1", b'{"n": 1}', 500),
                ("a-1", b'{"n": 1}', 204),
                ("b-1", b'{"n": 2}', 204),
            ]
            assert received[0].at == START
            assert await server.wait_received(1) == received

    asyncio.run(story())


def test_the_receiver_refuses_what_is_no_delivery() -> None:
    async def story() -> None:
        async with DayServer(Clock()) as server:
            assert (await ask(server, "/hook")).status == 405
            assert (await ask(server, "/hook", "POST")).status == 411
            assert (await ask(server, "/hook", "POST", content_length="-1")).status == 411
            assert (await ask(server, "/hook", "POST", content_length="9" * 30)).status == 413
            assert server.received == []

    asyncio.run(story())


def test_bad_requests_end_their_own_connection_only() -> None:
    async def story() -> None:
        async with DayServer(Clock()) as server:
            assert (await say(server, b"hello\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
            assert await say(server, b"GET / HTTP/1.1\r\nx: " + b"y" * 40_000 + b"y" * 40_000) == b""
            assert (await ask(server, "/mpa/world.rss")).status == 200

    asyncio.run(story())


def test_the_server_stops_while_somebody_is_still_connected() -> None:
    async def story() -> None:
        async with DayServer(Clock()) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(server.base_url.rpartition(":")[2]))
            await ask(server, "/mpa/world.rss")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        await writer.wait_closed()

    asyncio.run(story())


# The configuration ----------------------------------------------------------------------------------------------------


def test_the_configuration_names_every_feed_topic_and_channel() -> None:
    folder = r'C:\state "one"' + "\x7f"
    config = tomllib.loads(demo_config("http://127.0.0.1:8123", folder))
    assert config["service"]["state_dir"] == folder
    assert config["feeds"] == {
        feed.id: {"url": f"http://127.0.0.1:8123{feed.path}", "name": feed.name, "tags": list(feed.tags)}
        for feed in DAY.feeds
    }
    assert config["poll"]["allow_private"] == ["127.0.0.0/8"]
    assert (config["poll"]["interval"], config["poll"]["min_interval"]) == ("10m", "2m")
    assert config["poll"]["first_poll"] == "baseline"
    topics = config["topics"]
    assert topics["aleppo-ceasefire"]["watch"] == "Aleppo ceasefire"
    assert topics["mosul-offensive"]["watch"] == "Mosul offensive"
    assert topics["yemen-truce"]["query"] == "(yemen OR sanaa) AND (truce OR ceasefire)"
    assert {name: topic["priority"] for name, topic in topics.items()} == {
        "aleppo-ceasefire": "high",
        "mosul-offensive": "high",
        "yemen-truce": "normal",
    }
    assert all(set(topic["channels"]) == set(config["channels"]) for topic in topics.values())
    assert config["channels"]["desk"] == {
        "kind": "webhook",
        "url": "http://127.0.0.1:8123/hook",
        "secret": f"env:{SECRET_VARIABLE}",
    }
