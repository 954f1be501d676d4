"""The shape of a configuration: tables, keys, types and defaults, as pydantic models.

Only types and single values are judged here. What needs two places to be looked at (names that point at each other,
bounds, either-or) is in ``checks``. Descriptions go into the JSON Schema, where editors show them.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from monitor.core.model import LIMITS, PollPolicy
from monitor.settings import values
from monitor.settings.values import Fault, format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECOND = timedelta(seconds=1)
INTERVAL_MAX = timedelta(days=31)
AGE_MAX = timedelta(days=3650)
FAULT = "wirewatch_fault"  # the type of our own pydantic errors

_DEFAULT = PollPolicy()


def judged(check: Callable[[str], Fault | None], **schema: Any) -> tuple[AfterValidator, WithJsonSchema]:  # noqa: ANN401 - JSON Schema values are of any type
    """What makes a string a checked string: the check, and how the JSON Schema puts it."""

    def judge(text: str) -> str:
        fault = check(text)
        if fault is not None:
            # The words travel as context: pydantic would read braces in a template.
            raise PydanticCustomError(FAULT, "{message}", {"message": fault.message, "help": fault.help})
        return text

    return AfterValidator(judge), WithJsonSchema({"type": "string", **schema})


def _interval(text: str) -> Fault | None:
    return values.check_duration(text, SECOND, INTERVAL_MAX)


def _age(text: str) -> Fault | None:
    return values.check_duration(text, SECOND, AGE_MAX)


def _words(limit: int) -> Callable[[str], Fault | None]:
    def check(text: str) -> Fault | None:
        if not text.strip():
            return Fault("is empty")
        return Fault(f"is longer than {limit} characters") if len(text) > limit else None

    return check


Id = Annotated[str, *judged(values.check_id, pattern=values.ID_PATTERN)]
# Names of what is defined elsewhere. ``checks`` judges whether there is such a thing.
Named = Annotated[str, WithJsonSchema({"type": "string", "pattern": values.ID_PATTERN})]
Selector = Annotated[str, WithJsonSchema({"type": "string", "pattern": values.SELECTOR_PATTERN})]
Interval = Annotated[str, *judged(_interval, pattern=values.DURATION_PATTERN)]
Age = Annotated[str, *judged(_age, pattern=values.DURATION_PATTERN)]
Url = Annotated[str, *judged(values.check_url, format="uri", pattern="^https?://")]
SecretReference = Annotated[str, *judged(values.check_secret, pattern="^(credential|env|file):")]
SecretOrUrl = Annotated[str, *judged(values.check_secret_or_url, pattern="^(https?://|credential:|env:|file:/)")]
Network = Annotated[str, *judged(values.check_network, examples=["10.0.0.0/8"])]
TimeZone = Annotated[str, *judged(values.check_timezone, examples=["UTC", "Europe/Berlin"])]
StoreAddress = Annotated[str, *judged(values.check_store, pattern="^(sqlite$|postgres(ql)?://)")]
StateDir = Annotated[str, *judged(values.check_state_dir, pattern="^(/|~/|~$)")]
Name = Annotated[str, *judged(_words(200), minLength=1, maxLength=200)]
Headline = Annotated[str, *judged(_words(LIMITS.summary_max), minLength=1, maxLength=LIMITS.summary_max)]
Query = Annotated[str, *judged(_words(LIMITS.query_max), minLength=1, maxLength=LIMITS.query_max)]


class Table(BaseModel):
    """A TOML table: known keys only, and nothing is turned from one type into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ServiceTable(Table):
    """The process and where it keeps its memory."""

    state_dir: StateDir | None = Field(
        default=None, description="Folder of the memory. Default: $STATE_DIRECTORY, else the XDG state folder."
    )
    timezone: TimeZone = Field(default="UTC", description="IANA time zone in which times of day are meant and shown.")
    store: StoreAddress = Field(
        default="sqlite", description="Where the memory is: sqlite, or the address of a server."
    )


class PollTable(Table):
    """How feeds are asked."""

    interval: Interval = Field(
        default=format_duration(_DEFAULT.interval),
        description="How often a feed is asked at first; adapts to each feed.",
    )
    min_interval: Interval = Field(
        default=format_duration(_DEFAULT.min_interval), description="No feed is asked more often than this."
    )
    max_interval: Interval = Field(
        default=format_duration(_DEFAULT.max_interval), description="No feed is asked less often than this."
    )
    first_poll: Literal["baseline", "alert"] = Field(
        default="baseline",
        description="What a feed lists when first asked: remembered without alerts, or alerted on.",
    )
    max_age: Age = Field(
        default=format_duration(_DEFAULT.max_age), description="Items older than this when first seen are stale."
    )
    allow_private: list[Network] = Field(
        default_factory=list,
        description="Networks (CIDR) of private addresses that feeds and webhooks may live in. Empty: public only.",
    )


class FeedTable(Table):
    """A feed, under the name by which topics and alerts call it."""

    url: Url = Field(
        description="Address of the RSS, Atom or JSON feed: http or https, without user name and password."
    )
    name: Name | None = Field(default=None, description="Name to show. Default: the feed's id.")
    tags: list[Id] = Field(default_factory=list, description="Names by which topics can choose feeds, as tag:NAME.")
    interval: Interval | None = Field(
        default=None, description="Starting interval of this feed. Default: poll.interval."
    )


class ExpectLine(Table):
    """A headline that the topic must match, or must not."""

    text: Headline = Field(description="A headline, as a feed would write it.")
    match: bool = Field(description="Whether the topic has to match it.")


class TopicTable(Table):
    """Something to watch for, in plain words or as a query."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["watch"]}, {"required": ["query"]}]})

    watch: Query | None = Field(
        default=None, description="Plain words, as a person would say them. Either this or query."
    )
    query: Query | None = Field(default=None, description="An expression of the query language. Either this or watch.")
    priority: Literal["low", "normal", "high", "critical"] = Field(
        default="normal", description="How much an alert matters."
    )
    channels: list[Named] = Field(default_factory=list, description="Channels to tell. Empty: recorded, told nobody.")
    feeds: list[Selector] = Field(
        default_factory=list, description="Feeds to listen to: ids, or tag:NAME. Empty: all feeds."
    )
    expect: list[ExpectLine] = Field(default_factory=list, description="Headlines that prove the topic; run by check.")
    also: list[Query] = Field(
        default_factory=list,
        max_length=LIMITS.also_max,
        description="Expressions that widen the topic's last idea that is not a name: any will do in its place.",
    )


class ChannelTable(Table):
    """A way to tell people. The other keys belong to its kind."""

    model_config = ConfigDict(extra="allow")

    kind: str = Field(description="What kind of channel this is.")


class ConceptTable(Table):
    """Named sets of expressions with one meaning."""

    packs: list[Named] = Field(default_factory=list, description="Packs of concepts that are shipped with Wirewatch.")
    define: dict[Id, Annotated[list[Query], Field(min_length=1)]] = Field(
        default_factory=dict, description="Your own concepts: a name, and the expressions that mean it."
    )


class Configuration(Table):
    """A Wirewatch configuration."""

    service: ServiceTable = Field(default_factory=ServiceTable)
    poll: PollTable = Field(default_factory=PollTable)
    feeds: dict[Id, FeedTable] = Field(default_factory=dict)
    topics: dict[Id, TopicTable] = Field(default_factory=dict)
    channels: dict[Id, ChannelTable] = Field(default_factory=dict)
    concepts: ConceptTable = Field(default_factory=ConceptTable)


def json_schema_of(kinds: Sequence[type[Table]]) -> str:
    """The JSON Schema for editors. Without kinds, a channel may hold any key."""
    model: type[BaseModel] = Configuration
    if kinds:
        one: Any = kinds[0]
        for other in kinds[1:]:
            one = one | other
        model = create_model(
            "Configuration",
            __base__=Configuration,
            __doc__=Configuration.__doc__,
            channels=(dict[Id, one], Field(default_factory=dict)),
        )
    schema = _as_toml_has_it(model.model_json_schema())
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Wirewatch configuration"}
    return json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


def _as_toml_has_it(node: Any) -> Any:  # noqa: ANN401 - JSON Schema values are of any type
    """Without null, which TOML has not, without titles that only repeat a key, and with names held to their pattern."""
    if isinstance(node, list):
        return [_as_toml_has_it(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: _as_toml_has_it(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))
    }
    others = [one for one in made.get("anyOf", ()) if one != {"type": "null"}]
    if len(others) == 1 and len(made["anyOf"]) == 2:
        made = {**others[0], **{key: value for key, value in made.items() if key != "anyOf"}}
    if "default" in made and made["default"] is None:
        del made["default"]
    if "patternProperties" in made:
        made["additionalProperties"] = False
    return made
