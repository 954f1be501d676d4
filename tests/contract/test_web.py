"""The Web port over real sockets: what every implementation owes its callers, whatever the server does."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import ssl
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.model import LIMITS
from monitor.core.wire import Answer, NoAnswer, Request
from monitor.fetch.http import HttpWeb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import FeedServer

LOOPBACK = ("127.0.0.0/8", "::1")
TRUST = ssl.create_default_context()  # once: to load what the system trusts takes longer than most of these tests
CERTIFICATE = Path(__file__).parents[1] / "edges" / "localhost.pem"


def send(*requests: Request, allow: Sequence[str] = LOOPBACK, **how: Any) -> list[Answer | NoAnswer]:
    async def run() -> list[Answer | NoAnswer]:
        web = HttpWeb(allow, **({"tls": TRUST} | how))
        try:
            return [await web.send(request) for request in requests]
        finally:
            await web.aclose()

    return asyncio.run(run())


def get(url: str, **fields: Any) -> Request:
    fields.setdefault("redirects_max", LIMITS.redirects_max)
    return Request("GET", url, **fields)


def one(request: Request, **how: Any) -> Answer | NoAnswer:
    return send(request, **how)[0]


def answered(request: Request, **how: Any) -> Answer:
    answer = one(request, **how)
    assert isinstance(answer, Answer), answer
    return answer


def refused(request: Request, **how: Any) -> NoAnswer:
    answer = one(request, **how)
    assert isinstance(answer, NoAnswer), answer
    return answer


# Requests and answers -------------------------------------------------------------------------------------------------


def test_headers_leave_and_arrive_to_the_byte(feed_server: FeedServer) -> None:
    etag = 'W/"caf\xe9, \xff"'
    url = feed_server.script("/f", feed_server.reply(200, b"ok", {"ETag": etag, "X-Thing": "a"}))
    answer = answered(get(url, headers={"If-None-Match": etag, "User-Agent": "wirewatch/1", "Accept": "a/b"}))
    assert answer.headers["etag"] == etag
    assert answer.headers["x-thing"] == "a"
    assert (answer.status, answer.body, answer.url, answer.moved) == (200, b"ok", url, False)
    seen = feed_server.requests[0]
    assert seen.headers == {
        "host": f"127.0.0.1:{feed_server.port}",
        "if-none-match": etag,
        "user-agent": "wirewatch/1",
        "accept": "a/b",
    }


def test_a_304_is_an_answer(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(304, headers={"ETag": '"b"'}))
    assert (answer := answered(get(url))).status == 304
    assert answer.headers["etag"] == '"b"'


def test_cookies_are_never_sent_back(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(200, b"ok", {"Set-Cookie": "id=1; Path=/"}))
    send(get(url), get(url))
    assert [("cookie" in seen.headers) for seen in feed_server.requests] == [False, False]


def test_proxies_of_the_environment_are_ignored(feed_server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert answered(get(feed_server.script("/f", feed_server.reply(200, b"ok")))).body == b"ok"


def test_a_post_carries_its_body(feed_server: FeedServer) -> None:
    url = feed_server.script("/hook", feed_server.reply(200, b"thanks"))
    answer = answered(Request("POST", url, {"Content-Type": "application/json"}, body=b'{"a":1}'))
    assert answer.body == b"thanks"
    seen = feed_server.requests[0]
    assert (seen.method, seen.body, seen.headers["content-length"]) == ("POST", b'{"a":1}', "7")


def test_a_post_is_never_redirected(feed_server: FeedServer) -> None:
    url = feed_server.script("/hook", feed_server.reply(307, headers={"Location": "/other"}))
    answer = answered(Request("POST", url, body=b"x"))
    assert (answer.status, answer.headers["location"]) == (307, "/other")
    assert len(feed_server.requests) == 1


@pytest.mark.parametrize("location", ["http://\x7f/", "http://xn--a/", "//", ""])
def test_a_redirect_to_nonsense_that_is_not_followed_does_no_harm(feed_server: FeedServer, location: str) -> None:
    url = feed_server.script("/hook", feed_server.reply(302, headers={"Location": location}))
    assert answered(Request("POST", url, body=b"x")).status == 302


def test_with_no_redirects_allowed_a_get_gets_the_redirect(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(302, headers={"Location": "/other"}))
    assert answered(get(url, redirects_max=0)).status == 302


@pytest.mark.parametrize("end", ["close", "drip", "reset"])
def test_chatter_of_a_receiver_is_cut_and_cannot_spoil_its_2xx(feed_server: FeedServer, end: str) -> None:
    head = b"HTTP/1.1 202 Accepted\r\nContent-Length: 9999999\r\n\r\n"
    url = feed_server.script("/hook", feed_server.reply(raw=head + b"x" * 300, end=end))
    answer = answered(Request("POST", url, body=b"{}", body_bytes_max=100, deadline_s=5))
    assert answer.status == 202
    assert answer.body == b"x" * 100


def test_a_receiver_that_never_ends_its_answer_is_left_at_the_deadline(feed_server: FeedServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"
    url = feed_server.script("/hook", feed_server.reply(raw=head, end="drip"))
    assert answered(Request("POST", url, body=b"{}", deadline_s=0.3)).status == 200


def test_a_packed_receivers_answer_in_an_unknown_way_is_still_a_2xx(feed_server: FeedServer) -> None:
    url = feed_server.script("/hook", feed_server.reply(200, b"??", {"Content-Encoding": "br"}))
    assert answered(Request("POST", url, body=b"{}")).status == 200


def test_a_huge_error_page_is_still_that_error(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(500, b"x" * (LIMITS.answer_bytes_max * 3)))
    answer = answered(get(url))
    assert answer.status == 500
    assert len(answer.body) == LIMITS.answer_bytes_max


# Redirects ------------------------------------------------------------------------------------------------------------


def test_permanent_redirects_are_followed_and_told(feed_server: FeedServer) -> None:
    url = feed_server.script("/a", feed_server.reply(301, headers={"Location": "/b"}))
    feed_server.script("/b", feed_server.reply(308, headers={"Location": "c?x=1"}))
    feed_server.script("/c", feed_server.reply(200, b"here"))
    answer = answered(get(url))
    assert (answer.body, answer.url, answer.moved) == (b"here", feed_server.url("/c?x=1"), True)


def test_one_temporary_hop_makes_the_whole_way_temporary(feed_server: FeedServer) -> None:
    url = feed_server.script("/a", feed_server.reply(301, headers={"Location": "/b"}))
    feed_server.script("/b", feed_server.reply(302, headers={"Location": "/c"}))
    feed_server.script("/c", feed_server.reply(200, b"here"))
    answer = answered(get(url))
    assert (answer.body, answer.moved) == (b"here", False)


def test_a_circle_is_noticed(feed_server: FeedServer) -> None:
    url = feed_server.script("/a", feed_server.reply(302, headers={"Location": "/b"}))
    feed_server.script("/b", feed_server.reply(302, headers={"Location": "/a"}))
    assert refused(get(url)).kind == "redirects"
    assert len(feed_server.requests) == 2


def test_too_many_redirects_end(feed_server: FeedServer) -> None:
    for hop in range(9):
        feed_server.script(f"/{hop}", feed_server.reply(302, headers={"Location": f"/{hop + 1}"}))
    answer = refused(get(feed_server.url("/0"), redirects_max=5))
    assert answer.kind == "redirects"
    assert len(feed_server.requests) == 6


def test_the_last_allowed_redirect_still_counts(feed_server: FeedServer) -> None:
    for hop in range(5):
        feed_server.script(f"/{hop}", feed_server.reply(302, headers={"Location": f"/{hop + 1}"}))
    feed_server.script("/5", feed_server.reply(200, b"at last"))
    assert answered(get(feed_server.url("/0"), redirects_max=5)).body == b"at last"


def test_a_password_stays_with_its_origin(feed_server: FeedServer) -> None:
    url = feed_server.script("/a", feed_server.reply(302, headers={"Location": "/b"}))
    elsewhere = feed_server.url("/c", host="127.0.0.2")
    feed_server.script("/b", feed_server.reply(302, headers={"Location": elsewhere}))
    feed_server.script("/c", feed_server.reply(200, b"ok"))

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    answered(get(url, headers={"Authorization": "Bearer s", "X-Kept": "1"}), resolve=resolve)
    assert [seen.headers.get("authorization") for seen in feed_server.requests] == ["Bearer s", "Bearer s", None]
    assert [seen.headers.get("x-kept") for seen in feed_server.requests] == ["1", "1", "1"]


def test_a_redirect_to_a_private_address_is_not_followed(feed_server: FeedServer) -> None:
    inside = f"http://127.0.0.2:{feed_server.port}/secret"
    url = feed_server.script("/a", feed_server.reply(302, headers={"Location": inside}))
    answer = refused(get(url), allow=["127.0.0.1/32"])
    assert answer.kind == "forbidden"
    assert [seen.path for seen in feed_server.requests] == ["/a"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://h/", "http://u:p@127.0.0.1/", "http://\x7f/"])
def test_a_redirect_out_of_the_web_is_not_followed(feed_server: FeedServer, target: str) -> None:
    url = feed_server.script("/a", feed_server.reply(302, headers={"Location": target}))
    assert refused(get(url)).kind in ("forbidden", "redirects", "protocol")
    assert len(feed_server.requests) == 1


# TLS ------------------------------------------------------------------------------------------------------------------


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def test_tls_checks_the_name_and_not_the_address(tls_feed_server: FeedServer) -> None:
    tls_feed_server.script("/f", tls_feed_server.reply(200, b"safe"))
    assert answered(get(tls_feed_server.url("/f", host="localhost")), tls=trusting()).body == b"safe"
    other = tls_feed_server.url("/f?key=hush", host="localhost.localdomain.example")

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    answer = refused(get(other), tls=trusting(), resolve=resolve)
    assert answer.kind == "tls"
    assert "hush" not in answer.text


def test_a_certificate_of_nobody_is_refused(tls_feed_server: FeedServer) -> None:
    answer = refused(get(tls_feed_server.url("/f", host="localhost")), tls=None)
    assert answer.kind == "tls"
    assert "certificate" in answer.text


def test_https_is_never_left_for_http(tls_feed_server: FeedServer, feed_server: FeedServer) -> None:
    plain = feed_server.script("/f", feed_server.reply(200, b"whatever"))
    tls_feed_server.script("/f", tls_feed_server.reply(301, headers={"Location": plain}))
    answer = refused(get(tls_feed_server.url("/f", host="localhost")), tls=trusting())
    assert answer.kind == "redirects"
    assert feed_server.requests == []


def test_plain_http_where_tls_is_expected_is_a_tls_fault(feed_server: FeedServer) -> None:
    assert refused(get(f"https://127.0.0.1:{feed_server.port}/")).kind == "tls"


# Addresses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "017700000001", "127.1", "0", "localhost", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_no_spelling_of_this_machine_is_asked_unless_allowed(feed_server: FeedServer, host: str) -> None:
    answer = refused(get(f"http://{host}:{feed_server.port}/path?key=hush"), allow=[])
    assert answer.kind == "forbidden"
    assert "hush" not in answer.text
    assert "path" not in answer.text
    assert feed_server.requests == []


def test_one_closed_address_among_open_ones_is_enough_to_refuse(feed_server: FeedServer) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1", "10.0.0.1"]

    url = feed_server.url("/f", host="mixed.example")
    assert refused(get(url), allow=["127.0.0.0/8"], resolve=resolve).kind == "forbidden"
    assert feed_server.requests == []


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(feed_server: FeedServer) -> None:
    asked: list[tuple[str, int]] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    feed_server.script("/f", feed_server.reply(200, b"ok"))
    assert answered(get(feed_server.url("/f", host="rebind.example")), resolve=resolve).body == b"ok"
    assert asked == [("rebind.example", feed_server.port)]
    assert feed_server.requests[0].headers["host"] == f"rebind.example:{feed_server.port}"


def test_a_dead_address_gives_way_to_the_next(feed_server: FeedServer) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["::1", "127.0.0.3", "127.0.0.1"]

    feed_server.script("/f", feed_server.reply(200, b"ok"))
    assert answered(get(feed_server.url("/f", host="two.example")), resolve=resolve).body == b"ok"


@pytest.mark.parametrize("url", ["ftp://h/", "http://u:p@h/", "http:///x", "nothing", "http://h\x00/", "file:///x"])
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    assert refused(get(url)).kind == "forbidden"


@pytest.mark.parametrize("host", ["xn--a", "a..b", "a" * 300, "xn--i-7iq"])
def test_names_that_cannot_be_are_values_not_exceptions(host: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        host.encode("idna")
        return []

    assert refused(get(f"http://{host}/"), resolve=resolve).kind == "dns"


@pytest.mark.parametrize("error", [socket.EAI_NONAME, socket.EAI_AGAIN])
def test_a_name_that_is_not_found_names_the_host_only(error: int) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(error, "no")

    answer = refused(get("http://nowhere.example/path?key=hush"), resolve=resolve)
    assert (answer.kind, "nowhere.example" in answer.text, "hush" in answer.text) == ("dns", True, False)


def test_an_address_that_leads_nowhere_is_refused() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["::ffff:127.0.0.1"]

    assert refused(get("http://mapped.example:9/"), resolve=resolve, allow=["127.0.0.0/8"]).kind == "refused"


@pytest.mark.parametrize("name", ["bad name", "bad\r\nname", "näme"])
def test_a_header_that_http_cannot_carry_is_a_value(feed_server: FeedServer, name: str) -> None:
    answer = refused(get(feed_server.url("/f"), headers={name: "x"}))
    assert answer.kind in ("protocol", "forbidden")
    assert feed_server.requests == []


def test_a_header_in_another_script_leaves_as_utf_8(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(200, b"ok"))
    answered(get(url, headers={"X-Title": "мост"}))
    assert feed_server.requests[0].headers["x-title"].encode("latin-1").decode() == "мост"


def test_nothing_listening_is_refused(feed_server: FeedServer) -> None:
    url = feed_server.url("/f")
    feed_server.close()
    assert refused(get(url)).kind == "refused"


# Bodies ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("identity", lambda body: body),
        ("gzip", lambda body: body),
        ("", gzip.compress),
    ],
)
def test_bodies_are_unpacked_however_they_are_labelled(feed_server: FeedServer, label: str, pack: Any) -> None:
    body = b"<rss>" + bytes(range(256)) * 1000
    url = feed_server.script("/f", feed_server.reply(200, pack(body), {"Content-Encoding": label}))
    assert answered(get(url)).body == body


def test_a_bomb_is_stopped_at_the_limit(feed_server: FeedServer) -> None:
    bomb = gzip.compress(bytes(64 * 2**20))
    url = feed_server.script("/f", feed_server.reply(200, bomb, {"Content-Encoding": "gzip"}))
    assert refused(get(url)).kind == "too_large"


def test_a_long_plain_body_is_stopped_at_the_limit(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(200, b"x" * 2000))
    assert refused(get(url, body_bytes_max=1999)).kind == "too_large"
    assert len(answered(get(url, body_bytes_max=2000)).body) == 2000


@pytest.mark.parametrize("label", ["gzip, gzip", "br", "zstd", "gzip, identity, deflate"])
def test_stacked_and_unknown_packings_are_refused(feed_server: FeedServer, label: str) -> None:
    body = gzip.compress(gzip.compress(b"x"))
    url = feed_server.script("/f", feed_server.reply(200, body, {"Content-Encoding": label}))
    assert refused(get(url)).kind == "bad_encoding"


def test_gzip_that_does_not_unpack_is_refused(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(200, b"\x1f\x8b\x08nonsense", {"Content-Encoding": "gzip"}))
    assert refused(get(url)).kind == "bad_encoding"


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"<rss>" * 99)[:-9],
    ],
)
def test_a_body_that_ends_early_is_truncated(feed_server: FeedServer, raw: bytes) -> None:
    assert refused(get(feed_server.script("/f", feed_server.reply(raw=raw)))).kind == "truncated"


def test_a_slow_drip_ends_at_the_deadline(feed_server: FeedServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"
    url = feed_server.script("/f", feed_server.reply(raw=head, end="drip"))
    answer = refused(get(url, deadline_s=0.3))
    assert answer.kind == "timeout"
    assert len(feed_server.requests) == 1


def test_headers_that_drip_end_at_the_deadline(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(raw=b"HTTP/1.1 200 OK\r\nX: ", end="drip"))
    assert refused(get(url, deadline_s=0.3)).kind == "timeout"


def test_a_slow_name_server_ends_at_the_deadline() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    assert refused(get("http://slow.example/", deadline_s=0.1), resolve=resolve).kind == "timeout"


def test_headers_without_end_are_no_http(feed_server: FeedServer) -> None:
    url = feed_server.script("/f", feed_server.reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 100_000))
    assert refused(get(url)).kind == "protocol"


@pytest.mark.parametrize("raw", [b"SSH-2.0-OpenSSH_9\r\n", b"\x00\xff\x00", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_does_not_speak_http_is_told_so(feed_server: FeedServer, raw: bytes) -> None:
    url = feed_server.script("/f", feed_server.reply(raw=raw))
    assert refused(get(url)).kind in ("protocol", "reset")


@pytest.mark.parametrize("end", ["reset", "close"])
def test_a_connection_that_breaks_is_reset(feed_server: FeedServer, end: str) -> None:
    assert refused(get(feed_server.script("/f", feed_server.reply(raw=b"", end=end)))).kind == "reset"


def test_a_reset_in_the_middle_of_a_document_is_no_document(feed_server: FeedServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<rss>"
    answer = refused(get(feed_server.script("/f", feed_server.reply(raw=head, end="reset"))))
    assert answer.kind in ("reset", "truncated")


# Silence --------------------------------------------------------------------------------------------------------------


def test_nothing_is_logged_and_no_secret_is_told(feed_server: FeedServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = feed_server.script("/T0/B0/hush", feed_server.reply(raw=b"nonsense\r\n\r\n"))
    answer = refused(Request("POST", url + "?key=hush", body=b"x"))
    assert "hush" not in answer.text
    assert [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))] == []


def test_a_failed_request_leaves_the_client_usable(feed_server: FeedServer) -> None:
    bad = feed_server.script("/bad", feed_server.reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", end="drip"))
    good = feed_server.script("/good", feed_server.reply(200, b"ok"))
    answers = send(*(get(bad, deadline_s=0.05) for _ in range(12)), get(good))
    assert [type(answer) for answer in answers] == [NoAnswer] * 12 + [Answer]
