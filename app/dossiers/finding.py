"""Find dossiers by the words that people have in hand: the newest that match, and never more than are looked through.

A word is found by its beginning, wherever it stands: names, codes, telephone, procedure. See ``models.search``.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, literal_column, or_, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.text import LONGEST_WORD, fold, like, plain
from models import Dossier, Unit
from models.search import VECTOR, WORDS

MOST = 1_000
"""Matches that are listed and counted; whoever has more before them says another word."""
TYPED = 12
"""Words of what was typed that are looked for."""
_BETWEEN = re.compile('[\x00-/:-@\\[-`{-\x7f]+')
"""Between two words: what is neither letter nor digit of ASCII; the same to both databases."""

_TELEPHONE = re.compile(r'(?<![\w.-])(?:\+84|0)(?:[ .]?\d){8,10}(?!\w)', re.ASCII)


def typed_words(typed: object) -> list[str]:
    """Return the words of what was typed, folded, without signs; a telephone is one word however it is spaced."""
    folded = fold(plain(typed)) if isinstance(typed, str) else ''
    parts = _BETWEEN.split(_TELEPHONE.sub(lambda found: re.sub('[ .]', '', found[0]), folded))
    return [part[:LONGEST_WORD] for part in parts if part][:TYPED]


def other_form(word: str) -> str | None:
    """Return a telephone as it is kept (``84901...``) when it is dialled (``0901...``)."""
    return f'84{word[1:]}' if len(word) > 3 and word.isdigit() and word[0] == '0' != word[1] else None


async def matching(db: AsyncSession, actor: Actor, words: list[str]) -> Select[Any]:
    """Select the ordinals of the newest dossiers of the actor's units that match every word; at most one above ``MOST``.

    They still have to pass the conditions of what the actor may see.
    """
    units, most = await _units(db, actor), MOST + 1
    if db.get_bind().dialect.name == 'sqlite':
        found = table(WORDS, column('rowid'))
        asked = [_any(' OR ', map(_term, _forms(word))) for word in words]
        inside = [_any(' OR ', (f'"_{unit.encode().hex()}"' for unit in units))] if units else []
        match = literal_column(WORDS).op('MATCH')(' AND '.join(asked + inside))
        return select(found.c.rowid).where(match).order_by(found.c.rowid.desc()).limit(most)
    asked = [_any(' | ', map(_lexeme, _forms(word))) for word in words]
    inside = [_any(' | ', (f"'_{unit}'" for unit in units))] if units else []
    vector = text(f'{VECTOR} @@ CAST(:asked AS tsquery)').bindparams(asked=' & '.join(asked + inside))
    return select(Dossier.ordinal).where(vector).order_by(Dossier.ordinal.desc()).limit(most)


async def _units(db: AsyncSession, actor: Actor) -> list[str]:
    """Return the units to look in; none where the actor sees them all."""
    own = sorted(actor.units(Permission.DOSSIER_READ))
    others = select(func.count()).select_from(Unit).where(Unit.id.not_in(own))
    return own if (await db.execute(others)).scalar_one() else []


def _forms(word: str) -> list[str]:
    other = other_form(word)
    return [word, other] if other else [word]


def _term(word: str) -> str:
    """Return a word for SQLite; one letter alone is a whole word."""
    return f'"{word}"{"*" if len(word) > 1 else ""}'


def _lexeme(word: str) -> str:
    """Return a word for PostgreSQL; one letter alone is a whole word."""
    return f"'{word}'{':*' if len(word) > 1 else ''}"


def _any(between: str, terms: Iterable[str]) -> str:
    return f'({between.join(terms)})'


def contains(words: list[str]) -> list[ColumnElement[bool]]:
    """Return the conditions for a queue, which holds open work alone: its dossiers are looked at one by one."""
    return [or_(*(Dossier.search_text.like(like(form), escape='\\') for form in _forms(word))) for word in words]
