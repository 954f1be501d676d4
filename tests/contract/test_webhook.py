"""The webhook channel: signatures, secrets, what receivers get, and what their answers mean."""

from __future__ import annotations

import asyncio
import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from monitor.core.cadence import SEND_STEPS, WISH_MAX
from monitor.core.model import LIMITS
from monitor.core.wire import Answer, Delivered, GiveUp, NoAnswer, TryAgain
from monitor.deliver import open_channel
from monitor.deliver.redact import clean_answer, secrets_of
from monitor.deliver.terminal import Terminal, TerminalSettings
from monitor.deliver.webhook import Webhook, WebhookSettings, decode_secret, sign
from monitor.fetch.http import HttpWeb
from tests.contract.messages import NOW, make_message
from tests.contract.receiving import DESK, KEY, OLD_KEY, URL, assert_valid, whsec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.message import Message
    from tests.conftest import FeedServer, Seen

WEBHOOK = Webhook(DESK, URL, (KEY, OLD_KEY))


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


GUIDE = Path(__file__).parents[2] / "docs" / "webhooks.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)


def test_the_event_in_the_guide_is_valid() -> None:
    [example] = blocks("json")
    assert_valid(example.encode())


def test_the_receiver_in_the_guide_takes_an_event_once_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    guide: dict[str, Any] = {}
    [code] = blocks("python")
    exec(compile(code, GUIDE, "exec"), guide)
    request = Webhook(DESK, URL, (KEY,)).compose(make_message(), datetime.now(UTC))
    assert guide["receive"](whsec(OLD_KEY), dict(request.headers), request.body) == 401
    assert guide["receive"](whsec(KEY), dict(request.headers), request.body) == 204
    assert guide["receive"](whsec(KEY), dict(request.headers), request.body) == 200
    assert capsys.readouterr().out == f"alert.created {make_message().headline}\n"


def test_the_guide_names_the_waits_and_bounds_that_are_kept() -> None:
    guide = " ".join(GUIDE.read_text().split())
    assert (
        timedelta(0), timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
        timedelta(hours=5), timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
    ) == SEND_STEPS  # fmt: skip
    assert "at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h" in guide
    assert f"within {LIMITS.send_deadline_s:g} seconds" in guide
    assert f"at most {LIMITS.message_bytes_max // 1000} kB" in guide
    assert timedelta(hours=6) == WISH_MAX
    assert "at most six hours beyond" in guide


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
        (b"whsec_" + b"!" + b"AAAA" * 12, "go on in base64"),
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
    return WEBHOOK.judge(Answer(status, headers or {}, body, URL), NOW)


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
        *("x" * length + " T0SECRETPATH" for length in (149, 155, 289, 295)),
        "T0SECRETPATH " * 5_000,
        "Authorization: Bearer T0SECRETPATH",
        "try https://user:T0SECRETPATH@other.example.org/T0SECRETPATH instead",
    ],
)
@pytest.mark.parametrize("answer", ["body", "no answer"])
def test_a_receiver_that_repeats_our_secrets_does_not_get_them_into_our_memory(body: str, answer: str) -> None:
    channel = WEBHOOK
    given_ = Answer(500, {}, body.encode(), URL) if answer == "body" else NoAnswer("refused", body)
    text = channel.judge(given_, NOW).text
    encoded = (base64.b64encode(OLD_KEY).decode(), whsec(KEY)[6:])
    for secret in ("T0SECRET", "q-secret-q", KEY.decode(), OLD_KEY.decode(), *encoded):
        assert secret not in text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("ask https://hooks.example.net/services/A-TOKEN?of=others", "ask https://hooks.example.net/…"),
        ("ask HTTPS://hooks.example.net?token=A-TOKEN.", "ask HTTPS://hooks.example.net/…"),
        ("ask https://someone:A-TOKEN@hooks.example.net", "ask https://hooks.example.net"),
        ("ask https://hooks.example.net, then wait", "ask https://hooks.example.net, then wait"),
        ("use whsec_A-TOKENA-TOKEN/+== now", "use <secret> now"),
        ("Authorization: Bearer A-TOKEN-2016", "Authorization: <secret>"),
        ("Basic authentication failed.", "Basic authentication failed."),
        ("a plain sentence.", "a plain sentence."),
    ],
)
def test_secrets_of_others_are_known_by_their_looks(text: str, cleaned: str) -> None:
    assert clean_answer(text) == cleaned


def test_no_part_of_a_longer_secret_is_left_by_a_shorter_one() -> None:
    url = "https://example.org/abcdefgh/abcdefgh-ijklmnop/t%6Fken-in-hiding?key=abcdefgh-ijklmnop-qrstuvwx"
    for piece in ("abcdefgh-ijklmnop", "abcdefgh-ijklmnop-qrstuvwx", "token-in-hiding", "t%6Fken-in-hiding"):
        assert clean_answer(f"saw {piece} here", secrets_of(url, ())) == "saw <secret> here"
