"""The form of a memory: recognised before anything is touched, and brought up to date step by step, forward only.

``PRAGMA user_version`` counts the steps taken. A new form is a new .sql file in STEPS that ends by setting the next
number; each step is one transaction, so that a memory is in the old form or in the new one, never between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.store.named import script, statements
from monitor.store.plain import no_memory, not_ours, too_new, too_old

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.store.connection import Connection

STEPS = ("schema.sql",)
FORM = len(STEPS)
APPLICATION = 0x57495245


def form_of(sql: Connection) -> int:
    """The steps taken; 0 for an empty file. Raises StoreError for another program's file."""
    tables = sql.tell("SELECT count(*) FROM sqlite_master")
    form = sql.tell("PRAGMA user_version")
    ours = sql.tell("PRAGMA application_id") == APPLICATION
    if tables and not ours:
        raise not_ours(sql.path)
    return int(form or 0) if ours else 0


def check_writable(sql: Connection, form: int = FORM) -> None:
    """Raise StoreError where this version must not write."""
    if (found := form_of(sql)) > form:
        raise too_new(sql.path, found, form)


def check_readable(sql: Connection) -> None:
    """Raise StoreError where this version cannot read."""
    found = form_of(sql)
    if found == 0:
        raise no_memory(sql.path)
    if found > FORM:
        raise too_new(sql.path, found, FORM)
    if found < FORM:
        raise too_old(sql.path, found, FORM)


def migrate(sql: Connection, scripts: Sequence[str] | None = None) -> None:
    """Take every step that is missing."""
    scripts = [script(step) for step in STEPS] if scripts is None else scripts
    check_writable(sql, len(scripts))
    while (form := form_of(sql)) < len(scripts):
        with sql.transaction():
            if form_of(sql) == form:  # somebody else may have taken it while we waited for the lock
                for statement in statements(scripts[form]):
                    sql.tell(statement)
                assert form_of(sql) == form + 1, f"step {form + 1} does not set user_version"
