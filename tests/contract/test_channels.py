"""What every channel promises, and what receivers of webhooks and readers of terminals get."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError
from wcwidth import iter_graphemes, wcswidth

from monitor.core.model import LIMITS, ChannelId, Hit, Outcome, Priority
from monitor.core.text import safe
from monitor.core.wire import Answer, Delivered, GiveUp, Line, NoAnswer, Request, Shown, TryAgain
from monitor.deliver import KINDS, open_channel
from monitor.deliver.event import encode
from monitor.deliver.fit import cut_text, is_border
from monitor.deliver.ping import ping
from monitor.deliver.terminal import Terminal, TerminalSettings
from monitor.deliver.webhook import Webhook, WebhookSettings, decode_secret, sign
from monitor.fetch.http import HttpWeb
from tests.contract.messages import HOSTILE, NOW, make_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.message import Message
    from monitor.ports import Channel
    from tests.conftest import FeedServer, Seen

DESK = ChannelId("desk")
KEY, OLD_KEY = b"k" * 24, b"an older key of 29 bytes long"
URL = "https://desk.example.org/hooks/T0SECRETPATH/news?token=q-secret-q"
SCHEMA = Path(__file__).parents[2] / "monitor" / "deliver" / "event.schema.json"

CHANNELS: dict[str, Channel] = {
    "webhook": Webhook(DESK, URL, (KEY, OLD_KEY)),
    "terminal": Terminal(ChannelId("terminal")),
}
every_channel = pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)


def whsec(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


# Every channel --------------------------------------------------------------------------------------------------------


def test_every_kind_in_the_menu_is_tested_here_and_knows_its_name() -> None:
    assert {name: channel.kind for name, channel in CHANNELS.items()} == {name: name for name in KINDS}


@every_channel
@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_slipped_past_the_border_breaks_no_channel(channel: Channel, text: str) -> None:
    hits = (Hit("title", 0, 3, text),)
    message = make_message(
        headline=text,
        snippet=text,
        marks=((0, 3),),
        hits=hits,
        feed_name=text,
        also=(text,),
        sentence=text,
        changes=(text,),
    )
    match channel.compose(message, NOW):
        case Request() as request:
            assert json.loads(request.body)["data"]["headline"] == text.encode("utf-8", "replace").decode()
            assert all(value.isascii() and value.isprintable() for value in request.headers.values())
        case Line() as line:
            assert text.replace("\n", " ") in line.text
            assert line.text.count("\n") == 2


@every_channel
def test_composing_is_pure(channel: Channel) -> None:
    assert channel.compose(make_message(), NOW) == channel.compose(make_message(), NOW)


@every_channel
@pytest.mark.parametrize("kind", ["dns", "refused", "reset", "timeout", "tls", "forbidden", "protocol"])
def test_no_answer_is_tried_again_with_its_reason(channel: Channel, kind: str) -> None:
    assert channel.judge(NoAnswer(kind, f"The {kind} was to blame."), NOW) == TryAgain(f"The {kind} was to blame.")


def test_an_answer_from_the_wrong_world_is_a_bug() -> None:
    with pytest.raises(TypeError):
        CHANNELS["webhook"].judge(Shown(), NOW)
    with pytest.raises(TypeError):
        CHANNELS["terminal"].judge(Answer(200, {}, b"", ""), NOW)


def test_importing_the_room_loads_no_terminal_and_no_web_library() -> None:
    code = (
        "import sys, monitor.deliver; print([m for m in ('rich', 'httpx', 'asyncio', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


# The event ------------------------------------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(loaded)
    return loaded


def assert_documented(event: Any, shape: dict[str, Any], root: dict[str, Any]) -> None:
    """Receivers may ignore what they do not know, but what we send we describe."""
    if "$ref" in shape:
        shape = {**shape, **root["$defs"][shape["$ref"].removeprefix("#/$defs/")]}
    if isinstance(event, dict):
        assert sorted(event) == sorted(shape["properties"])
        for name, value in event.items():
            assert_documented(value, shape["properties"][name], root)
    if isinstance(event, list):
        for value in event:
            assert_documented(value, shape["items"], root)


def assert_valid(body: bytes) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(body)
    Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(event)
    assert_documented(event, schema(), schema())
    assert len(body) <= LIMITS.message_bytes_max
    return event


def test_the_event_is_the_one_of_the_contract() -> None:
    assert assert_valid(encode(make_message())) == {
        "type": "alert.created",
        "timestamp": "2016-10-18T14:03:11Z",
        "data": {
            "id": make_message().id,
            "topic": "aleppo-ceasefire",
            "priority": "high",
            "outcome": "alerted",
            "headline": "Ceasefire takes hold in Aleppo after overnight talks",
            "link": "https://www.example.org/world/ceasefire",
            "snippet": "…the ceasefire in Aleppo took effect at dawn, officials said…",
            "hits": [
                {"field": "content", "start": 118, "end": 127, "term": "@ceasefire: ceasefire"},
                {"field": "title", "start": 24, "end": 30, "term": "aleppo"},
            ],
            "feed": {"id": "sana", "name": "SANA"},
            "published": "2016-10-18T14:02:19Z",
            "seen": "2016-10-18T14:03:00Z",
            "lag_s": 41.0,
            "changes": [],
            "story": {
                "id": make_message().story,
                "revision": 1,
                "items": 3,
                "origins": 3,
                "also": ["BBC World", "Reuters"],
            },
            "why": {
                "sentence": "title matches aleppo and ceasefire; nothing told before is like it",
                "query": "aleppo AND @ceasefire",
                "nearest": {"story": make_message().nearest.story, "score": 0.18},  # type: ignore[union-attr]  # it has one
            },
            "cut": 0,
        },
    }


def test_an_update_says_what_changed() -> None:
    event = assert_valid(encode(make_message(outcome=Outcome.UPDATE, revision=2, changes=("11 → 19",))))
    assert (event["type"], event["data"]["story"]["revision"]) == ("alert.updated", 2)
    assert event["data"]["changes"] == ["11 → 19"]


def test_what_is_not_known_is_null() -> None:
    data = assert_valid(encode(make_message(published=None, nearest=None)))["data"]
    assert (data["published"], data["lag_s"], data["why"]["nearest"]) == (None, None, None)


def test_a_test_is_marked_as_one_and_each_has_its_own_id() -> None:
    event = assert_valid(encode(ping(DESK, NOW)))
    assert event["type"] == "test.ping"
    assert encode(ping(DESK, NOW)) == encode(ping(DESK, NOW))
    assert ping(DESK, NOW).id != ping(DESK, NOW + timedelta(seconds=1)).id


def test_times_of_other_zones_and_parts_of_a_second_are_kept() -> None:
    berlin = datetime.fromisoformat("2016-10-18T16:03:11.250000+02:00")
    assert assert_valid(encode(make_message(at=berlin)))["timestamp"] == "2016-10-18T14:03:11.250000Z"


# Under 20 kB ----------------------------------------------------------------------------------------------------------

SCRIPTS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_categories=("Cc", "Cf")),
        st.sampled_from("\u0301\u0308\u20dd\u064b\u0651\u093f\u094d\u0e33\u0e34\ufe0f\u200d\u200c"),
        st.sampled_from("न म स ك ت ب 한 글 ก 中 文 é"),
        st.sampled_from("🇩🇪🇫🇷👩👨👧🚒🏽🏿❤🏳🌈"),
        st.sampled_from("\u1100\u1161\u11a8\ua960\ud7b0가"),
        st.sampled_from('"\\\n/'),
    ),
    max_size=60,
)


@given(SCRIPTS)
def test_no_cut_tears_what_a_reader_sees_as_one_character(text: str) -> None:
    allowed = {0}
    for grapheme in iter_graphemes(text):
        allowed.add(max(allowed) + len(grapheme))
    assert {index for index in range(len(text) + 1) if is_border(text, index)} <= allowed


@given(SCRIPTS, st.integers(min_value=3, max_value=200))
def test_a_cut_text_is_a_beginning_that_weighs_no_more_than_asked(text: str, bytes_max: int) -> None:
    short = cut_text(text, bytes_max)
    assert len(json.dumps(short, ensure_ascii=False).encode()) - 2 <= bytes_max
    if short != text:
        assert text.startswith(short[:-1])
        assert short[-1] == "…"


def test_ordinary_text_is_cut_between_any_two_letters() -> None:
    assert [cut_text("Aleppo", bytes_max) for bytes_max in (6, 5, 4, 3)] == ["Aleppo", "Al…", "A…", "…"]


def huge(fill: str) -> Message:
    def full(length: int) -> str:
        return (fill * length)[:length]

    return make_message(
        headline=full(LIMITS.title_max),
        link="https://example.org/" + "é" * (LIMITS.link_max - 20),
        snippet=full(LIMITS.snippet_max),
        marks=((0, 2), (300, 310)),
        hits=tuple(Hit("content", n, n + 1, full(500)) for n in range(LIMITS.hits_max)),
        also=tuple(f"{n} {full(200)}" for n in range(300)),
        feed_name=full(200),
        sentence=full(5_000),
        query=full(LIMITS.query_max),
        changes=tuple(full(300) for _ in range(40)),
        cut=7,
    )


def texts(data: dict[str, Any]) -> list[str]:
    """Every text of an event that may be cut."""
    return [
        data["headline"], data["snippet"], data["feed"]["name"], data["why"]["sentence"], data["why"]["query"],
        *data["changes"], *data["story"]["also"], *(hit["term"] for hit in data["hits"]),
    ]  # fmt: skip


def characters(message: Message) -> int:
    named = (message.headline, message.snippet, message.feed_name, message.sentence, message.query)
    return sum(map(len, (*named, *message.changes, *message.also, *(hit.term for hit in message.hits))))


@pytest.mark.parametrize("fill", ["a", "é", "中", "🇩🇪", "👩\u200d🚒", '"', "\\", "न\u094d"])
def test_the_largest_message_that_limits_allow_fits_and_every_cut_is_counted(fill: str) -> None:
    message = huge(fill)
    data = assert_valid(encode(message))["data"]
    left = sum(len(text) - text.endswith("…") for text in texts(data))
    assert data["cut"] == 7 + characters(message) - left
    assert data["link"] == message.link


@given(
    st.integers(0, 400), st.integers(0, 20_000), st.integers(0, 12), st.integers(0, 5_000), st.sampled_from('aé中"\n')
)
@settings(max_examples=40, deadline=None)
def test_any_message_fits_and_is_cut_only_when_it_must_be(
    also: int, query: int, hits: int, long: int, fill: str
) -> None:
    message = make_message(
        snippet="words that end in no ellipsis of their own",
        marks=(),
        also=("A feed with a name",) * also,
        query=fill * query,
        hits=tuple(Hit("content", 0, 1, fill * 300) for _ in range(hits)),
        sentence=fill * long,
    )
    body = encode(message)
    data = assert_valid(body)["data"]
    left = sum(len(text) - text.endswith("…") for text in texts(data))
    assert data["cut"] == characters(message) - left
    assert data["headline"] == message.headline


def test_the_query_goes_first_and_the_headline_last() -> None:
    data = assert_valid(encode(make_message(query="word " * 5_000)))["data"]
    assert data["why"]["query"].endswith("…")
    assert len(data["why"]["query"]) > 1_900
    assert data["snippet"] == make_message().snippet
    assert len(data["hits"]) == 2


# Signatures -----------------------------------------------------------------------------------------------------------


def test_the_published_vector_is_signed_alike_by_us_and_by_the_reference_library() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body, at = '{"test": 2432232314}', 1614265330
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    name = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert Verifier(secret).sign(name, datetime.fromtimestamp(at, UTC), body) == expected
    assert sign(decode_secret(secret.encode()), name, at, body.encode()) == expected


def posted(webhook: Webhook, message: Message, server: FeedServer) -> Seen:
    """What a real receiver got, sent the real way."""

    async def post() -> None:
        web = HttpWeb(["127.0.0.0/8"])
        try:
            answer = await web.send(webhook.compose(message, datetime.now(UTC)))
        finally:
            await web.aclose()
        assert isinstance(answer, Answer), answer
        assert webhook.judge(answer, NOW) == Delivered("The receiver answered 200.")

    asyncio.run(post())
    return server.requests[-1]


def test_a_real_receiver_gets_a_valid_event_that_the_reference_library_verifies(feed_server: FeedServer) -> None:
    url = feed_server.script("/hook", feed_server.reply(200))
    seen = posted(Webhook(DESK, url, (KEY,)), make_message(headline="هدنة في حلب 🇸🇾"), feed_server)
    event = Verifier(whsec(KEY)).verify(seen.body, seen.headers)
    assert event == assert_valid(seen.body)
    assert event["data"]["headline"] == "هدنة في حلب 🇸🇾"
    assert seen.method == "POST"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["user-agent"].startswith("wirewatch/")
    assert seen.headers["webhook-id"] == f"{make_message().id}-1"
    assert "." not in seen.headers["webhook-id"]


def test_during_rotation_either_secret_verifies(feed_server: FeedServer) -> None:
    url = feed_server.script("/hook", feed_server.reply(200))
    seen = posted(Webhook(DESK, url, (KEY, OLD_KEY)), make_message(), feed_server)
    assert len(seen.headers["webhook-signature"].split(" ")) == 2
    for key in (KEY, OLD_KEY):
        Verifier(whsec(key)).verify(seen.body, seen.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(whsec(b"x" * 24)).verify(seen.body, seen.headers)


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp"])
def test_whoever_changes_anything_on_the_way_is_found_out(part: str) -> None:
    request = Webhook(DESK, URL, (KEY,)).compose(make_message(), datetime.now(UTC))
    headers, body = dict(request.headers), request.body
    Verifier(whsec(KEY)).verify(body, headers)
    if part == "body":
        body = body.replace(b"Aleppo", b"Berlin")
    elif part == "webhook-id":
        headers[part] = "another-1"
    else:
        headers[part] = str(int(headers[part]) + 1)
    with pytest.raises(WebhookVerificationError):
        Verifier(whsec(KEY)).verify(body, headers)


def test_attempts_differ_only_in_their_time_and_its_signature() -> None:
    webhook = Webhook(DESK, URL, (KEY,))
    first, second = (webhook.compose(make_message(), NOW + timedelta(seconds=wait)) for wait in (0, 300.9))
    assert first.body == second.body
    changed = {name for name in first.headers if first.headers[name] != second.headers[name]}
    assert changed == {"webhook-timestamp", "webhook-signature"}
    assert second.headers["webhook-timestamp"] == str(int(NOW.timestamp()) + 300)


def test_without_a_secret_nothing_is_signed() -> None:
    assert "webhook-signature" not in Webhook(DESK, URL).compose(make_message(), NOW).headers


def test_the_request_is_bounded_and_follows_nothing() -> None:
    request = Webhook(DESK, URL).compose(make_message(), NOW)
    bounds = (request.deadline_s, request.body_bytes_max, request.redirects_max)
    assert bounds == (LIMITS.send_deadline_s, LIMITS.answer_bytes_max, 0)


# Secrets --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        (whsec(KEY).encode(), KEY),
        (whsec(b"\xff" * 25).encode().rstrip(b"="), b"\xff" * 25),
        (b"  a plain secret of enough bytes \n", b"a plain secret of enough bytes"),
        (b"x" * 24, b"x" * 24),
    ],
)
def test_secrets_are_read_in_both_forms(secret: bytes, key: bytes) -> None:
    assert decode_secret(secret) == key


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        (b"too-short-to-sign", "at least 24 bytes, this one has 17"),
        (whsec(b"k" * 23).encode(), "at least 24 bytes, this one has 23"),
        (b"whsec_not/base64/at/all!!", "go on in base64"),
        (b"", "this one has 0"),
    ],
)
def test_a_bad_secret_is_refused_and_not_repeated(secret: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        decode_secret(secret)
    assert len(secret) < 10 or secret.decode()[6:] not in str(caught.value)


def resolver(**values: bytes) -> Any:
    return lambda reference: values[reference.partition(":")[2]]


def test_a_webhook_is_opened_from_references() -> None:
    resolve = resolver(url=b"https://example.org/hook/secret-path\n", new=KEY, old=OLD_KEY)
    channel = open_channel(DESK, WebhookSettings("credential:url", "env:new", "credential:old"), resolve)
    assert channel == Webhook(DESK, "https://example.org/hook/secret-path", (KEY, OLD_KEY))
    assert repr(channel) == "Webhook(id='desk')"
    assert open_channel(DESK, WebhookSettings("https://example.org/hook"), resolve) == Webhook(
        DESK, "https://example.org/hook"
    )
    assert open_channel(DESK, TerminalSettings(), resolve) == Terminal(DESK)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (b"ftp://example.org/private", "must begin with https:// or http://"),
        (b"https:///private", "must begin with https:// or http://"),
        (b"https://[private", "must begin with https:// or http://"),
        (b"https://example.org/a private", "must begin with https:// or http://"),
        (b"https://private:password@example.org/", "cannot hold a user name or password"),
        (b"\xff\xfeprivate", "is no text"),
    ],
)
def test_a_bad_address_is_refused_and_not_repeated(url: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=f"channel desk: .*{why}") as caught:
        open_channel(DESK, WebhookSettings("credential:url"), resolver(url=url))
    assert "private" not in str(caught.value)


def test_an_old_secret_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="set secret as well"):
        WebhookSettings("https://example.org/", secret_previous="env:OLD")


# What answers mean ----------------------------------------------------------------------------------------------------


def judge(status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Delivered | TryAgain | GiveUp:
    return CHANNELS["webhook"].judge(Answer(status, headers or {}, body, URL), NOW)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_a_delivery(status: int) -> None:
    assert judge(status) == Delivered(f"The receiver answered {status}.")


def test_410_ends_it_at_once_and_says_what_to_do() -> None:
    judgement = judge(410, {"retry-after": "60"})
    assert isinstance(judgement, GiveUp)
    assert "Remove the channel or change its address" in judgement.text


@pytest.mark.parametrize("status", [100, 400, 401, 403, 404, 408, 413, 425, 429, 500, 502, 503, 504, 599])
def test_all_else_is_tried_again(status: int) -> None:
    assert judge(status) == TryAgain(f"The receiver answered {status}.")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "until"),
    [
        ("120", NOW + timedelta(seconds=120)),
        ("Tue, 18 Oct 2016 15:00:00 GMT", datetime(2016, 10, 18, 15, tzinfo=UTC)),
        ("99999999999", NOW + LIMITS.retry_after_max),
        ("Tue, 18 Oct 2016 13:00:00 GMT", None),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_wish_to_wait_is_heard_in_every_form(status: int, value: str, until: datetime | None) -> None:
    judgement = judge(status, {"retry-after": value})
    assert isinstance(judgement, TryAgain)
    assert judgement.not_before == until
    assert ("asked to wait until" in judgement.text) == (until is not None)


def test_only_429_and_503_may_ask_to_wait() -> None:
    assert judge(500, {"retry-after": "120"}) == TryAgain("The receiver answered 500.")


@pytest.mark.parametrize(
    ("location", "pointed"),
    [
        ("https://new.example.net/other/T0SECRETPATH", " and pointed to new.example.net"),
        ("/login?next=T0SECRETPATH", " and pointed to desk.example.org"),
        ("https://user:hunter22@new.example.net/", " and pointed to new.example.net"),
        ("https://\x1b[31mnew.example.net/", ""),
        ("https://new\x07.example.net/", " and pointed to new.example.net"),
        ("https://[", ""),
        (None, ""),
    ],
)
def test_a_redirect_is_not_followed_and_names_only_the_host(location: str | None, pointed: str) -> None:
    judgement = judge(301, {} if location is None else {"location": location})
    expected = f"The receiver answered 301{pointed}. Redirects are not followed: configure the final address."
    assert judgement == TryAgain(expected)


def test_a_real_redirect_reaches_nobody(feed_server: FeedServer) -> None:
    url = feed_server.script("/hook", feed_server.reply(307, headers={"Location": feed_server.url("/elsewhere")}))

    async def post() -> Answer | NoAnswer:
        web = HttpWeb(["127.0.0.0/8"])
        try:
            return await web.send(Webhook(DESK, url).compose(make_message(), NOW))
        finally:
            await web.aclose()

    answer = asyncio.run(post())
    assert isinstance(answer, Answer)
    assert "pointed to 127.0.0.1" in Webhook(DESK, url).judge(answer, NOW).text
    assert [seen.path for seen in feed_server.requests] == ["/hook"]


def test_the_receiver_s_own_words_are_quoted_in_one_safe_line() -> None:
    assert judge(400, body=b"invalid_payload\n").text == 'The receiver answered 400 and said "invalid_payload".'
    assert (
        judge(400, body=b"\x1b[2Jred\r\nline two \xff").text
        == 'The receiver answered 400 and said "red line two \ufffd".'
    )
    assert judge(500, body=b"<!doctype html><h1>Oops</h1>").text == "The receiver answered 500."
    assert judge(500, body=b"word " * 12_000).text.endswith('word word…".')


@pytest.mark.parametrize(
    "body",
    [
        URL,
        f"POST {URL} failed",
        "no route for /hooks/T0SECRETPATH/news",
        "unknown hook T0SECRETPATH",
        "bad token: q-secret-q",
        "seen /hooks%2FT0SECRETPATH%2Fnews",
        f"signed with {KEY.decode()} or {base64.b64encode(OLD_KEY).decode()} or {whsec(KEY)}",
        "x" * 155 + " T0SECRETPATH",
        "T0SECRETPATH " * 5_000,
        "Authorization: Bearer T0SECRETPATH",
        "try https://user:T0SECRETPATH@other.example.org/T0SECRETPATH instead",
    ],
)
@pytest.mark.parametrize("answer", ["body", "no answer"])
def test_a_receiver_that_repeats_our_secrets_does_not_get_them_into_our_memory(body: str, answer: str) -> None:
    channel = CHANNELS["webhook"]
    given_ = Answer(500, {}, body.encode(), URL) if answer == "body" else NoAnswer("refused", body)
    text = channel.judge(given_, NOW).text
    for secret in ("T0SECRET", "q-secret-q", KEY.decode(), OLD_KEY.decode(), whsec(KEY)[6:]):
        assert secret not in text


# The terminal ---------------------------------------------------------------------------------------------------------


def shown(message: Message) -> str:
    line = Terminal(ChannelId("terminal")).compose(message, NOW)
    assert isinstance(line, Line)
    return line.text


def test_an_alert_in_the_terminal_reads_like_this() -> None:
    assert shown(make_message()) == (
        "14:03:11 !  aleppo-ceasefire  Ceasefire takes hold in Aleppo after overnight talks  SANA +2  why 7f3a12bc\n"
        "            …the [ceasefire] in [Aleppo] took effect at dawn, officials said…"
        " · title matches aleppo and ceasefire; nothing told before is like it\n"
        "            https://www.example.org/world/ceasefire"
    )


def test_an_update_shows_what_changed_before_its_headline() -> None:
    update = make_message(outcome=Outcome.UPDATE, changes=("11 → 19", "Homs → Hama"), also=(), link="", topic="quake")
    assert shown(update).split("\n")[0] == (
        "14:03:11 !  quake             upd 11 → 19, Homs → Hama  Ceasefire takes hold in Aleppo after overnight talks"
        "  SANA  why 7f3a12bc"
    )
    assert len(shown(update).split("\n")) == 2
    assert "  upd  Ceasefire" in shown(make_message(outcome=Outcome.UPDATE))


@pytest.mark.parametrize(
    ("priority", "mark"),
    [(Priority.CRITICAL, "!!"), (Priority.HIGH, "! "), (Priority.NORMAL, "  "), (Priority.LOW, ". ")],
)
def test_priorities_are_letters(priority: Priority, mark: str) -> None:
    assert shown(make_message(priority=priority)).startswith(f"14:03:11 {mark} aleppo")


def test_headlines_begin_in_the_same_column_whatever_the_script_of_the_topic() -> None:
    columns = {
        wcswidth(shown(make_message(topic=topic)).split("Ceasefire")[0])
        for topic in ("quake", "地震", "زلزال", "e\u0301t")
    }
    assert len(columns) == 1


def test_a_bare_message_is_one_line() -> None:
    bare = make_message(snippet="", marks=(), sentence="", link="", also=())
    assert "\n" not in shown(bare)


def test_marks_that_overlap_or_lie_outside_are_left_out() -> None:
    text = shown(make_message(snippet="abcdef", marks=((4, 5), (0, 3), (2, 4), (5, 99), (3, 3))))
    assert "[abc]d[e]f ·" in text


@given(SCRIPTS, st.lists(st.tuples(st.integers(-2, 30), st.integers(-2, 30)), max_size=6))
def test_a_line_holds_headline_and_snippet_whole(text: str, marks: list[tuple[int, int]]) -> None:
    text = safe(text, LIMITS.snippet_max)
    plain = shown(make_message(headline=text, snippet=text.replace("[", "").replace("]", ""), marks=tuple(marks)))
    first, rest = plain.split("\n", 1)
    assert text in first
    assert text.replace("[", "").replace("]", "") in rest.replace("[", "").replace("]", "")
