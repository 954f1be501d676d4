"""Bytes to text, and text to its kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.wire import Unreadable
from monitor.parse.decode import decode
from monitor.parse.sniff import JSON, XML, Sniffed, sniff

XMLS = "<?xml version='1.0' encoding='{}'?><rss>Größe, Łódź, Мост</rss>"
URL = "https://news.example/feed"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("label", ["utf-8", "windows-1251", "nonsense"])
def test_a_byte_order_mark_outranks_every_label(encoding: str, label: str) -> None:
    text = XMLS.format(label)
    assert decode(text.encode(encoding), "text/xml; charset=big5") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_known_without_a_mark(encoding: str) -> None:
    text = XMLS.format("utf-8")
    assert decode(text.encode(encoding), "") == text


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("windows-1251", "windows-1251"),
        ("koi8-r", "koi8-r"),
        ("Shift_JIS", "shift_jis"),
        ("EUC-KR", "euc_kr"),
        ("iso-8859-6", "iso8859-6"),
        ("gb2312", "gb18030"),
        ("Big5", "big5"),
        ("iso-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("windows-1256", "cp1256"),
    ],
)
def test_declared_encodings_are_believed(label: str, written: str) -> None:
    text = {"cp1252": "“naïve” €", "shift_jis": "橋", "euc_kr": "다리", "gb18030": "朱镕基", "big5": "橋"}.get(
        written, ""
    )
    text = text or {"iso8859-6": "جسر", "cp1256": "جسر"}.get(written, "мост")
    document = f"<?xml version='1.0' encoding='{label}'?><rss>{text}</rss>"
    assert decode(document.encode(written), "") == document
    bare = f"<rss>{text}</rss>"
    assert decode(bare.encode(written), f'text/xml; charset="{label}"') == bare


def test_the_document_outranks_the_server() -> None:
    document = "<?xml version='1.0' encoding='windows-1251'?><rss>мост</rss>"
    assert decode(document.encode("windows-1251"), "text/xml; charset=koi8-r") == document


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "windows-1252", "us-ascii", "utf-16", "iso-8859-15", "nonsense", "idna"]
)
def test_valid_utf_8_is_utf_8_whatever_careless_labels_say(label: str) -> None:
    document = XMLS.format(label)
    assert decode(document.encode(), f"text/xml; charset={label}") == document


@pytest.mark.parametrize(
    "label", ["punycode", "unicode_escape", "utf-7", "rot13", "zlib", "hex", "idna", "raw_unicode_escape"]
)
def test_codecs_that_are_no_feed_encoding_are_never_used(label: str) -> None:
    document = f"<?xml version='1.0' encoding='{label}'?><rss>\\u0041+AGE-</rss>"
    assert decode(document.encode(), f"text/xml; charset={label}") == document


def test_one_bad_byte_costs_one_character() -> None:
    assert decode("<rss>Größe, Maß".encode() + b"\xff", "") == "<rss>Größe, Maß\ufffd"


def test_bytes_that_were_never_utf_8_are_read_as_windows_text() -> None:
    assert decode("<rss>“Größe” – é".encode("cp1252"), "") == "<rss>“Größe” – é"


@given(st.binary(max_size=300), st.text(max_size=50))
def test_nothing_fails_to_decode(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type), str)


# Kinds ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<rss>", Sniffed(XML)),
        (" \n\t<feed>", Sniffed(XML, 3)),
        ("<?xml version='1.0'?><!-- x --><!DOCTYPE rss><rdf:RDF>", Sniffed(XML)),
        ("<sitemap>", Sniffed(XML)),
        ("Notice: <b>oh</b> <?xml version='1.0'?><rss>", Sniffed(XML, 18)),
        ("text then <rss version='2.0'>", Sniffed(XML, 10)),
        ('{"a": 1}', Sniffed(JSON)),
        ("\ufeff [1]", Sniffed(JSON, 2)),
    ],
)
def test_documents_are_known_by_their_beginning(text: str, found: Sniffed) -> None:
    assert sniff(text, URL) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("<!doctype HTML><p>", "html"),
        ("<!-- x --><HTML>", "html"),
        ("<head><link rel='alternate'>", "html"),
        ("<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'><html>", "html"),
        ("<script>var a = '<rss>'</script>", "html"),
        ("just words", "unknown"),
        ("words <and signs", "unknown"),
        ("<!-- never ends", "unknown"),
        ("\x89PNG\0\0", "unknown"),
        ("PK\x03\x04", "unknown"),
        ("\ufffd" * 50, "unknown"),
    ],
)
def test_what_is_no_feed_is_told_by_its_kind(text: str, kind: str) -> None:
    result = sniff(text, URL)
    assert isinstance(result, Unreadable)
    assert result.kind == kind


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("<link rel='alternate' type='application/rss+xml' href='/f.xml'>", "https://news.example/f.xml"),
        ('<LINK href="https://o.example/a" TYPE="application/atom+xml" rel="x Alternate"/>', "https://o.example/a"),
        ("<link rel=alternate type=application/feed+json href=f.json>", "https://news.example/f.json"),
        ("<link rel=alternate type=text/css href=/f.css>", ""),
        ("<link rel=stylesheet type=application/rss+xml href=/f.xml>", ""),
        ("<link rel=alternate type=application/rss+xml href='javascript:alert(1)'>", ""),
        ("<link rel=alternate type=application/rss+xml href='http://[x'>", ""),
    ],
)
def test_a_page_that_names_its_feed_helps(link: str, found: str) -> None:
    result = sniff(f"<html><head>{link}</head></html>", URL)
    assert isinstance(result, Unreadable)
    assert (found in result.help) if found else ("http" not in result.help)


@given(st.text(alphabet=st.sampled_from("<>?!-/[]{}rssfeedhtml xml'\"=&\n\0"), max_size=100))
def test_nothing_fails_to_be_known(text: str) -> None:
    assert isinstance(sniff(text, URL), Sniffed | Unreadable)
