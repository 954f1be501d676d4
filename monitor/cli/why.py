"""``wirewatch why``: everything that is known of one item, from the words that matched to each delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, CliError, Context, json_option, plain, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.cli.asked import Asked
    from monitor.core.model import AlertId, Delivery, Item, Placed, Story, StoryId, Verdict
    from monitor.core.query.index import TopicIndex
    from monitor.ports import Reader
    from monitor.settings.result import Settings

SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class Account:
    """Everything about one item. ``asked``: topics of today's configuration that gave no verdict on it."""

    item: Item
    verdicts: tuple[Verdict, ...]
    stories: dict[StoryId, tuple[Story, tuple[Placed, ...]]]
    deliveries: dict[AlertId, tuple[Delivery, ...]]
    asked: tuple[Asked, ...]

    def delivered(self, verdict: Verdict) -> tuple[Delivery, ...]:
        """The deliveries that this very verdict led to."""
        if verdict.alert is None or not verdict.outcome.sent:
            return ()
        return tuple(one for one in self.deliveries[verdict.alert] if one.revision == verdict.revision)

    def as_json(self) -> dict[str, object]:
        """One object; the item in its recorded form."""
        from monitor.core.replay import item_json

        return {
            "item": item_json(self.item),
            "verdicts": [plain(one) | {"deliveries": plain(self.delivered(one))} for one in self.verdicts],
            "stories": [_story_json(*story) for story in self.stories.values()],
            "asked": [plain(one) | {"text": one.text} for one in self.asked],
        }


@click.command("why")
@click.argument("words", nargs=-1, required=True, metavar="ITEM|LINK|WORDS...")
@json_option
@click.pass_obj
def command(context: Context, words: tuple[str, ...], as_json: bool) -> None:
    """Every verdict of an item: what matched, the nearest story, what held it, and each delivery.

    Name the item by its id (six digits of it are enough), by its link, or by words of its headline.

    \b
    wirewatch why 7f3a12bc
    wirewatch why aleppo truce --json

    Exit codes: 0 one item found, 1 none, or several (they are listed), 2 configuration, 3 the store cannot be read,
    4 not permitted.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.state import system_now

    click.get_current_context().exit(why(context, " ".join(words), system_now(), as_json=as_json))


def why(context: Context, words: str, now: datetime, *, as_json: bool) -> int:
    """Account for the one item that ``words`` mean, or list the several."""
    from monitor.wiring import topics_of

    found = context.configured()
    with context.reading(found) as reader:
        items = reader.find_items(words, SHOWN_MAX + 1)
        if not items:
            raise _nothing(reader, words, now)
        shown = items[:SHOWN_MAX]
        if as_json or len(items) == 1:
            index = topics_of(found.settings)
            accounts = [account(reader, item, index, found.settings) for item in shown]
            if as_json:
                for one in accounts:
                    print_json(one.as_json())
            else:
                _show(accounts[0], found.settings, now)
        else:
            _choose(shown, found.settings, now)
    if len(items) > SHOWN_MAX:
        click.echo(f"wirewatch: these are the newest {SHOWN_MAX}; add a word to find others", err=True)
    return EXIT_OK if len(items) == 1 else EXIT_BAD


def account(reader: Reader, item: Item, index: TopicIndex, settings: Settings) -> Account:
    """Gather everything about one item."""
    from monitor.cli.asked import asked

    verdicts = tuple(reader.verdicts(item.id))
    feed = next((feed for feed in settings.feeds if feed.id == item.feed), None)
    judged = {verdict.topic for verdict in verdicts if verdict.version == item.version}
    stories = {}
    for story in dict.fromkeys(verdict.story for verdict in verdicts if verdict.story is not None):
        known = reader.story(story)
        if known is not None:  # forgotten after its time, like everything
            stories[story] = (known, tuple(reader.story_items(story)))
    return Account(
        item=item,
        verdicts=verdicts,
        stories=stories,
        deliveries={alert: tuple(reader.deliveries(alert)) for alert in {v.alert for v in verdicts if v.alert}},
        asked=tuple(one for one in asked(index, item, feed) if one.topic not in judged),
    )


def placed_as(placed: Placed) -> str:
    """How an item came into its story: new, copy or update."""
    from monitor.core.model import Copy, NewStory

    match placed.placement:
        case NewStory():
            return "new"
        case Copy():
            return "copy"
        case _:
            return "update"


def _story_json(story: Story, members: Sequence[Placed]) -> dict[str, object]:
    told = [
        {
            "item": one.item.id,
            "feed": one.item.feed,
            "headline": one.item.headline,
            "seen": plain(one.item.seen),
            "placed": placed_as(one),
            "told": one.placement.evidence.told,
        }
        for one in members
    ]
    data: dict[str, object] = plain(story)
    return data | {"origins": story.origins, "members": told}


def _nothing(reader: Reader, words: str, now: datetime) -> CliError:
    """Nothing found: what was searched, and what to do."""
    from monitor.core.snapshot import SINCE

    items = reader.facts(now - SINCE).items
    if not items:
        return CliError("no item is stored yet", "Items come with the first poll: wirewatch run, then wirewatch feeds.")
    return CliError(
        f"no item is known by {words!r}; searched the ids, links and headlines of {items:,} stored items",
        "Give whole words of its headline, fewer of them, or its link. Is its feed read? wirewatch feeds",
    )


def _choose(items: Sequence[Item], settings: Settings, now: datetime) -> None:
    from monitor.cli.render import ID_DIGITS, Column, clock, show, table, talk, words

    names = {feed.id: feed.name for feed in settings.feeds}
    columns = (
        Column("", right=True),
        Column("item"),
        Column("seen"),
        Column("feed", most=20),
        Column("headline", flex=1),
    )
    rows = [
        (words(f"{number}."), words((item.id[:ID_DIGITS], "strong")), words((clock(item.seen, now), "dim")),
         words(names.get(item.feed, item.feed)), words(item.headline))
        for number, item in enumerate(items, 1)
    ]  # fmt: skip
    show(table(columns, rows))
    talk(f"{len(items)} items; choose one: wirewatch why {items[0].id[:ID_DIGITS]}")


def _show(found: Account, settings: Settings, now: datetime) -> None:
    from monitor.cli.render import show
    from monitor.cli.why_screen import screen

    show(*screen(found, {feed.id: feed.name for feed in settings.feeds}, now))
