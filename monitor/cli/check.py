"""``wirewatch check``: the configuration, its queries and its expectations, all problems at once; no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, EXIT_USAGE, CliError, Context, json_option, print_json
from monitor.core.query.topics import unexpected

if TYPE_CHECKING:
    from monitor.core.query.topics import Unexpected
    from monitor.settings.problems import ConfigProblem
    from monitor.wiring import Configured


@click.command("check")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """Check the configuration, every query, and every topic's expect lines. Touches no network.

    \b
    wirewatch check
    wirewatch --config my.toml check --json

    Exit codes: 0 all is well, 1 an expectation does not hold, 2 the configuration is wrong.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.settings.paths import NotFound
    from monitor.settings.problems import as_json as problems_json
    from monitor.settings.problems import render
    from monitor.wiring import Misconfigured, configure, topics_of

    found = configure(context.config, context.environ)
    if isinstance(found, NotFound):
        raise CliError(found.text, found.help, EXIT_USAGE)
    ctx = click.get_current_context()
    if isinstance(found, Misconfigured):
        if as_json:
            print_json({"ok": False, "path": found.path, "problems": problems_json(found.problems)})
        else:
            click.echo(render(found.problems, found.text, found.beside), err=True, nl=False)
        ctx.exit(EXIT_USAGE)
    failures = [_problem(found, failure) for failure in unexpected(topics_of(found.settings))]
    problems = [*found.settings.warnings, *_unresolved(context, found), *failures]
    if as_json:
        print_json({"ok": not failures, "path": str(found.path), "problems": problems_json(problems)})
    else:
        click.echo(render(problems, found.text, found.beside), err=True, nl=False)
        click.echo(_summary(found, len(failures)))
    ctx.exit(EXIT_BAD if failures else EXIT_OK)


def _problem(found: Configured, failure: Unexpected) -> ConfigProblem:
    """An expectation that fails, at its place in the file."""
    from monitor.settings.locate import locate
    from monitor.settings.problems import ConfigProblem

    place = locate(found.text).value(("topics", failure.topic, "expect", failure.number))
    line, column, width = (place.line, place.column, place.width) if place else (0, 0, 0)
    return ConfigProblem("error", failure.text, str(found.path), line, column, width, failure.why)


def _unresolved(context: Context, found: Configured) -> list[ConfigProblem]:
    """Secrets that cannot be had here are only a warning: under systemd they may be."""
    from monitor.settings.problems import ConfigProblem
    from monitor.settings.secrets import SecretError
    from monitor.wiring import channels_of

    try:
        channels_of(found.settings, context.environ)
    except SecretError as error:
        return [ConfigProblem("warning", error.text, str(found.path), 0, 0, 0, error.help)]
    except ValueError as error:
        return [ConfigProblem("warning", str(error), str(found.path), 0, 0, 0)]
    return []


def _summary(found: Configured, failed: int) -> str:
    settings = found.settings
    expects = sum(len(topic.expect) for topic in settings.topics)
    held = f"{expects - failed} of {expects} expectations hold" if failed else f"{expects} expectations hold"
    counts = f"{len(settings.feeds)} feeds, {len(settings.topics)} topics, {len(settings.channels)} channels"
    return f"{found.path}: {counts}; {held}"
