"""News of our own writing, long enough to be placed by what it says."""

from __future__ import annotations


def _paragraphs(text: str) -> str:
    """One line for each paragraph, as items hold them."""
    return "\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


HALT = _paragraphs(
    """
Russia and Syria will stop all air strikes on the east of Aleppo for eight hours on Thursday, the
defence ministry in Moscow said.

General Pavel Orlov told reporters that the pause would let civilians and fighters leave by six
marked routes.

Eleven people were killed in the last raids before the announcement, a doctor in the quarter of
Sukkari said by telephone.

The envoy of the United Nations welcomed the step but said that eight hours were too short to bring
in food and medicine.

A commander of the opposition called the offer a trick and said that none of his men would walk out
with their hands up.

Residents who had gathered at a bakery said they would believe in the quiet when they heard it.
"""
)

SIEGE = _paragraphs(
    """
Families in the besieged town of Madaya have begun to burn their doors for heat, a local council
member said on Monday.

The last convoy with flour reached the town in September and was unloaded within an hour under the
eyes of both armies.

Doctors without equipment treat frostbite with warm water, and the only ambulance has stood without
fuel since the spring.

Negotiators in Geneva exchanged lists of the wounded but could not agree on which road the buses
should take.

A shopkeeper said that a kilo of rice now costs more than a teacher earns in a month.
"""
)

HARVEST = _paragraphs(
    """
The olive harvest in the hills of Idlib will be the smallest in a decade, growers said, after a
spring without rain.

Presses that used to run through the night now open on two days a week, and the price of oil has
doubled since last year.

Young people who once came home from the cities to help with the picking have not been seen this
autumn.

The cooperative has asked for a loan to dig deeper wells before the next planting season begins.
"""
)


def retold(text: str, *changes: tuple[str, str]) -> str:
    """The text with words replaced; each must be there."""
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return text
