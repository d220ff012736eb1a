"""Find dossiers by the words that people have in hand: the newest that match, and never more than are looked through.

A word is found by its beginning, wherever it stands: names, codes, telephone, procedure. See ``models.search``.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, column, literal_column, or_, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import Actor, Permission
from app.text import LONGEST_WORD, fold, like, plain
from models import Dossier, Unit
from models.search import KEPT, WORDS

MOST = 1_000
"""Matches that are listed and counted; whoever has more before them says another word."""
TYPED = 12
"""Words of what was typed that are looked for."""
_BETWEEN = re.compile('[\x00-/:-@\\[-`{-\x7f]+')
"""Between two words: what is neither letter nor digit of ASCII; the same to both databases."""

_TELEPHONE = re.compile(r'(?<![\w.-])(?:\+84|0)(?:[ .]?\d){8,10}(?!\w)', re.ASCII)


Word = tuple[str, ...]
"""A word in each form in which it may be kept."""


def typed_words(typed: object) -> list[Word]:
    """Return the words of what was typed, folded, without signs; a telephone is one word however it is spaced.

    What begins like a telephone is looked for as one only where it stands alone: ``0912`` at the end of a code is no number.
    """
    folded = fold(plain(typed)) if isinstance(typed, str) else ''
    found: list[Word] = []
    for piece in _TELEPHONE.sub(lambda number: re.sub('[ .]', '', number[0]), folded).split():
        parts = [part[:LONGEST_WORD] for part in _BETWEEN.split(piece) if part]
        found += [_forms(part) if len(parts) == 1 else (part,) for part in parts]
    return found[:TYPED]


def _forms(word: str) -> Word:
    """Return a word, and a telephone that is dialled (``0901...``) as it is kept as well (``84901...``)."""
    is_dialled = len(word) > 3 and word.isdigit() and word[0] == '0' != word[1]
    return (word, f'84{word[1:]}') if is_dialled else (word,)


async def matching(db: AsyncSession, actor: Actor, words: list[Word]) -> Select[Any]:
    """Select the ordinals of the newest dossiers of the actor's units that match every word; at most one above ``MOST``.

    They still have to pass the conditions of what the actor may see.
    """
    (own, others), most = await _units(db, actor), MOST + 1
    if db.get_bind().dialect.name == 'sqlite':
        found = table(WORDS, column('rowid'))
        asked = [_any(' OR ', map(_term, word)) for word in words]
        units = [[f'"_{unit.encode().hex()}"' for unit in some] for some in (own, others)]
        match = literal_column(WORDS).op('MATCH')(_within((' AND ', ' OR ', ' NOT '), asked, *units))
        return select(found.c.rowid).where(match).order_by(found.c.rowid.desc()).limit(most)
    asked = [_any(' | ', map(_lexeme, word)) for word in words]
    units = [[f"'_{unit}'" for unit in some] for some in (own, others)]
    question = _within((' & ', ' | ', ' & !'), asked, *units)
    vector = text(f'{KEPT} @@ CAST(:asked AS tsquery)').bindparams(asked=question)
    return select(Dossier.ordinal).where(vector).order_by(Dossier.ordinal.desc()).limit(most)


async def _units(db: AsyncSession, actor: Actor) -> tuple[list[str], list[str]]:
    """Return the units to look in, and all others."""
    own = sorted(actor.units(Permission.DOSSIER_READ))
    others = select(Unit.id).where(Unit.id.not_in(own)).order_by(Unit.id)
    return own, list((await db.execute(others)).scalars())


def _within(signs: tuple[str, str, str], asked: list[str], own: list[str], others: list[str]) -> str:
    """Return the question for what matches every word in one of the own units. ``signs``: and, or, and not.

    Each unit named is one more list to walk. So whoever has more units than there are others leaves the others' dossiers out,
    and of those takes what an own unit has a part in.
    """
    both, either, without = signs
    words = _any(both, asked)
    if not others:
        return words
    inside, outside = _any(either, own), _any(either, others)
    if len(own) <= len(others):
        return words + both + inside
    return f'({words}{without}{outside}){either}({words}{both}{outside}{both}{inside})'


def _term(word: str) -> str:
    """Return a word for SQLite; one letter alone is a whole word."""
    return f'"{word}"{"*" if len(word) > 1 else ""}'


def _lexeme(word: str) -> str:
    """Return a word for PostgreSQL; one letter alone is a whole word."""
    return f"'{word}'{':*' if len(word) > 1 else ''}"


def _any(between: str, terms: Iterable[str]) -> str:
    return f'({between.join(terms)})'


def contains(words: list[Word]) -> list[ColumnElement[bool]]:
    """Return the conditions for a queue, which holds open work alone: its dossiers are looked at one by one."""
    return [or_(*(Dossier.search_text.like(like(form), escape='\\') for form in word)) for word in words]
