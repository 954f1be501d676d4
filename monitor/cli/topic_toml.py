"""A query as a topic of the configuration, ready to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.core.query.tree import Node


def query_table(topic: str, tree: Node) -> str:
    """The TOML table of a topic, its query in lines of readable length."""
    from monitor.core.query.format import format_lines

    lines = format_lines(tree)
    if "'" in lines:  # only behind cs:, where every letter counts
        query = '"""' + lines.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    elif "\n" in lines:
        query = f"'''\n{lines}'''"
    else:
        query = f"'{lines}'"
    return f"[topics.{topic}]\nquery = {query}"
