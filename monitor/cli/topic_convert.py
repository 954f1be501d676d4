"""``wirewatch topics convert``: a query of another program as one of ours, and what is not the same about it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, json_option, plain, print_json, refuse, suggest

if TYPE_CHECKING:
    from monitor.core.query.convert.dialect import Conversion, Dialect, Note

_SHOWN = 60


@click.command("convert", short_help="A query of another program (Lucene, Google, Factiva, …) as one of ours.")
@click.argument("query", required=False)
@click.option("--from", "source", metavar="PROGRAM", help="lucene, google, factiva, nexis, meltwater or cision; "
              "else it is found by its spellings.")  # fmt: skip
@click.option("--topic", metavar="ID", help="Print a topic for the configuration, ready to paste.")
@click.option("--exact", is_flag=True, help="Keep words as written (=word) where the program did.")
@json_option
def command(query: str | None, source: str | None, topic: str | None, exact: bool, as_json: bool) -> None:
    """Turn a query of Lucene, Google Alerts, Factiva, Nexis, Meltwater or Cision into one of ours.

    The query goes to stdout; notes on every difference in meaning go to stderr. What cannot be said here is left out of
    the query, and told. Without QUERY it is read from stdin; write -- in front of one that begins with a minus.
    elasticsearch, brandwatch, talkwalker and lexis are understood as names too.

    \b
    wirewatch topics convert 'hd=truce and aleppo near5 (raid or strike*)'
    wirewatch topics convert --from lucene --topic aleppo < query.txt

    Exit codes: 0 converted, 1 not all of it could be, 2 usage, or programs mean different things by it.
    """  # noqa: D301 click reads \b as "do not rewrap"
    click.get_current_context().exit(convert_query(query, source, topic, exact=exact, as_json=as_json))


def convert_query(query: str | None, source: str | None, topic: str | None, *, exact: bool, as_json: bool) -> int:
    """Convert, print, and say what changed."""
    from monitor.cli.topic_toml import query_table
    from monitor.settings.values import check_id

    fault = check_id(topic) if topic is not None else None
    if fault is not None:
        refuse(f"--topic {topic} {fault.message}", fault.help)
    text = _pasted() if query in (None, "-") else query or ""
    if not text.strip():
        refuse("there is no query to convert", "Give it in single quotes, or paste it into stdin and end with Ctrl-D.")
    found, because = _converted(text, source, exact=exact)
    if as_json:
        print_json(_data(found, text, because))
    else:
        _tell(found, text, because)
        if found.tree is not None:
            click.echo(query_table(topic, found.tree) if topic else found.query)
    return EXIT_OK if found.complete else EXIT_BAD


def _pasted() -> str:
    from monitor.core.model import LIMITS

    if sys.stdin.isatty():
        click.echo("wirewatch: paste the query, then Ctrl-D", err=True)
    return sys.stdin.buffer.read(8 * LIMITS.query_max).decode("utf-8", "replace")


def _converted(text: str, source: str | None, *, exact: bool) -> tuple[Conversion, tuple[str, ...]]:
    """The conversion, and what gave the program away where nobody named it."""
    from monitor.core.query.convert.convert import convert
    from monitor.core.query.convert.detect import detect, readings
    from monitor.core.query.convert.dialect import ALSO_CALLED, Dialect

    if source is not None:
        name = source.strip().lower()
        names = {**{dialect.value: dialect for dialect in Dialect}, **ALSO_CALLED}
        if name not in names:
            refuse(f"there is no program {source!r} here{suggest(name, names)}",
                   f"Known: {', '.join(Dialect)}; also {', '.join(ALSO_CALLED)}.")  # fmt: skip
        return convert(text, names[name], exact=exact), ()
    detected = detect(text)
    if detected.dialect is not None:
        return convert(text, detected.dialect, exact=exact), detected.because
    meanings = readings(text, exact=exact)
    if len(meanings) != 1:
        lines = [f"--from {' or '.join(one.dialect for one in same)}: {_cut(same[0].query)}" for same in meanings]
        refuse("which program is this query from? They mean different things by it; name one with --from",
               "\n  ".join(lines) or f"Known: {', '.join(Dialect)}.")  # fmt: skip
    return meanings[0][0], ()


def _tell(found: Conversion, text: str, because: tuple[str, ...]) -> None:
    """Notes, on stderr."""
    if because:
        click.echo(f"wirewatch: read as {_program(found.dialect)}, by {', '.join(because[:3])}", err=True)
    if not found.query:
        click.echo("wirewatch: nothing could be converted", err=True)
    elif not found.complete:
        click.echo("wirewatch: this is not the whole query; see what is missing", err=True)
    for note in found.notes:
        times = f" ({note.times} times)" if note.times > 1 else ""
        click.echo(f"  {note.kind:<9} {_cut(text[note.start : note.end])}{times}: {note.message}", err=True)


def _program(dialect: Dialect) -> str:
    return {"lucene": "Lucene or Elasticsearch", "meltwater": "Meltwater or Brandwatch"}.get(dialect, dialect.label)


def _cut(text: str) -> str:
    """A piece of a query in one line of readable length, safe to show: pastes come from anywhere."""
    from monitor.core.text import safe

    return safe(text, _SHOWN)


def _data(found: Conversion, text: str, because: tuple[str, ...]) -> dict[str, object]:
    """One object; offsets count characters of the text that came in."""
    return {
        "from": found.dialect,
        "because": because,
        "query": found.query or None,
        "complete": found.complete,
        "notes": [_note(note, text) for note in found.notes],
    }


def _note(note: Note, text: str) -> dict[str, object]:
    data: dict[str, object] = plain(note)
    return data | {"text": text[note.start : note.end]}
