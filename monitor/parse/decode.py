"""Bytes to text: believe a byte order mark, then the document, then the server, and never fail for one bad byte."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,40})[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z][A-Za-z0-9._-]{0,40})", re.IGNORECASE)
# Python knows more text encodings by name (idna, punycode, unicode_escape); no feed uses them, an attacker might.
_KNOWN = re.compile(
    r"utf-8|iso8859-\d+|cp(?:125\d|437|85\d|86[0-9]|874|932|949|950)|koi8-[rtu]|gb2312|gbk|gb18030|big5(?:hkscs)?"
    r"|shift_jis(?:x0213|_2004)?|euc_(?:jp|kr|jisx0213|jis_2004)|iso2022_(?:jp|kr)(?:_\w+)?|hz|tis-620|mac-[a-z]+|johab"
)
# What these labels mean on the web, where the wider encoding is written under the narrower name.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "tis-620": "cp874"}
# Labels that editors put on everything: text that is valid UTF-8 and not plain ASCII is UTF-8, whatever they say.
_CARELESS = frozenset(("cp1252", "iso8859-15"))
_WHOLE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def decode(body: bytes, content_type: str) -> str:
    """The text of a document, without its byte order mark."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _WIDE:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    declared = _DECLARED.match(body)
    charset = _CHARSET.search(content_type[:500])
    labels = [declared[1].decode("ascii") if declared else "", charset[1] if charset else ""]
    for encoding in (name for label in labels if (name := _named(label))):
        for attempt in ("utf-8", encoding) if encoding in _CARELESS else (encoding,):
            try:
                return body.decode(attempt)
            except UnicodeDecodeError:
                continue
    return _guess(body)


def _named(label: str) -> str:
    """Python's name of an encoding that may be used here, or nothing. Wide ones are known by their bytes alone."""
    try:
        name = codecs.lookup(label).name if label else ""
    except LookupError:
        return ""
    name = _MEANT.get(name, name)
    return name if _KNOWN.fullmatch(name) else ""


def _guess(body: bytes) -> str:
    """UTF-8 with its bad bytes marked, unless there are more of them than good ones: then it was never UTF-8."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if bad == 0:
        return text
    good = len(_WHOLE.findall(body))
    return text if bad <= good else body.decode("cp1252", "replace")
