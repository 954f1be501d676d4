"""The verbs. Each command is a file of its own, loaded only when it is called: ``--help`` stays quick."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from monitor import __version__
from monitor.cli.common import EXIT_INTERRUPTED, CliError, Context, suggest

if TYPE_CHECKING:
    from collections.abc import Sequence

# Name to module, in the order of --help. The module's ``command`` is the verb.
VERBS = {
    "run": "run",
    "check": "check",
    "status": "status",
    "tail": "tail",
    "why": "why",
    "topics": "topics",
    "try": "trial",
    "feeds": "feeds",
    "peek": "peek",
    "replay": "replay",
    "send-test": "send_test",
    "demo": "demo",
    "schema": "schema",
    "version": "version",
}
_SHORT = {
    "run": "Run the daemon in the foreground; --once for one round, --dry-run to try.",
    "check": "Check configuration, queries and expectations; no network.",
    "status": "One screen of truth; exit code 0 healthy, 1 degraded.",
    "tail": "The alert stream, also with the service stopped; --held shows what was held.",
    "why": "Every verdict of an item: what matched, what held it, who was told.",
    "topics": "Topics, what they became, and their day.",
    "try": "A query on the stored items: what it would find, tell and hold.",
    "feeds": "Feeds and their health.",
    "peek": "What Wirewatch sees in one feed; stores nothing.",
    "replay": "Recorded items through match, place and decide; no network.",
    "send-test": "Send a test alert to a channel and show the answer.",
    "demo": "A recorded day of news, offline: alerts within seconds.",
    "schema": "The JSON Schema of the configuration, for editors.",
    "version": "The version, and what it runs on.",
}


class _Verbs(click.Group):
    """Commands by name, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order of use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One verb, loaded now."""
        if cmd_name not in VERBS:
            return None
        command = import_module(f"monitor.cli.{VERBS[cmd_name]}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a verb, or suggest the nearest."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            raise click.UsageError(f"there is no command {args[0]!r}{suggest(args[0], VERBS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _SHORT[name]) for name in VERBS])


@click.group(
    cls=_Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option("--config", metavar="FILE", help="Configuration file; else WIREWATCH_CONFIG, else the usual places.")
@click.version_option(__version__, "--version", prog_name="wirewatch", message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context, config: str | None) -> None:
    """Watch feeds for topics: never the same story twice, never news held back in silence.

    \b
    wirewatch demo                      see it work, offline
    wirewatch --config my.toml check    check a configuration
    wirewatch --config my.toml run      run it
    """  # noqa: D301 click reads \b as "do not rewrap"
    ctx.obj = Context(config=config, environ=os.environ)
    if ctx.invoked_subcommand is None:
        from monitor.cli.status import welcome

        ctx.exit(welcome(ctx.obj))


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    try:
        code = root.main(args=None if args is None else list(args), prog_name="wirewatch", standalone_mode=False)
    except click.UsageError as error:
        error.show(sys.stderr)
        code = 2
    except click.exceptions.Exit as end:
        code = end.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough (wirewatch tail | head): no reason to complain, nor to complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except CliError as error:
        error.show()
        code = error.code
    sys.exit(code if isinstance(code, int) else 0)
