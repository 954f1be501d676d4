"""``wirewatch schema``: the JSON Schema of the configuration, for editors."""

from __future__ import annotations

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of the configuration file; config/wirewatch.schema.json is this output.

    \b
    wirewatch schema > wirewatch.schema.json
    Then let the first line of your configuration be:  #:schema ./wirewatch.schema.json

    Exit codes: 0 always.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.deliver import KINDS
    from monitor.settings.kinds import schema_json

    click.echo(schema_json(KINDS), nl=False)
