"""How a declaration stands on paper: the official wording and order, with holes for the answers; see ``declarations/``.

A hole is ``{question}``; ``{question|upper}`` writes capitals, ``{question|ticks}`` all options with a box each.
What begins with ``? `` is left off a filled paper where nothing in it was answered.
"""

import re
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from app.procedures.schema import FormField, Key, ProcedureSpec, Section
from app.procedures.validation import is_asked

FOLDER = Path(__file__).parent / 'declarations'
HOLE = re.compile(r'\{([a-z][a-z0-9_]*)(?:\|(upper|ticks))?\}')
OPTIONAL = '? '


class _Part(BaseModel):
    model_config = ConfigDict(extra='forbid', frozen=True)


class Table(_Part):
    """A group, one row an entry."""

    table: Key
    title: str = ''
    optional: bool = False


class Beside(_Part):
    """Several people beside each other: a row is a label and a text for each."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Matrix(_Part):
    """Choices from the same options, one row a question, one column an option."""

    matrix: tuple[Key, ...]
    title: str


Line = str | Table | Beside | Matrix


class Block(_Part):
    """Lines under a heading."""

    heading: str = ''
    lines: tuple[Line, ...]


class Signer(_Part):
    """Who signs: in which role, and the questions that tell the name (the first that is answered) and the position."""

    role: str
    names: tuple[Key, ...] = ()
    position: Key | None = None
    note: str = '(Ký, ghi rõ họ, chữ đệm, tên)'


class Head(_Part):
    """The head of a letter: the sender on the left, place and day on the right."""

    sender: str
    number: str
    place: Key
    day: Key


class Same(_Part):
    """Somebody who declares for themselves is not asked twice: what stands under one name is copied to the other."""

    field: Key
    value: str
    copied: str
    to: str
    """Beginnings of the questions' ids, such as ``requester_`` and ``subject_``."""


class Layout(_Part):
    """One declaration. ``mark``: how sure wording and order are (A read in the form, B secondary source, C knowledge)."""

    mark: Literal['A', 'B', 'C']
    title: str = ''
    """Where the procedure has no official form of its own."""
    head: Head | None = None
    to: str = ''
    blocks: tuple[Block, ...]
    signers: tuple[Signer, ...]
    same: Same | None = None
    implied: tuple[Key, ...] = ()
    """Questions of the screen whose answers other lines tell."""
    left_out: tuple[Key, ...] = ()
    """Questions of the screen that a paper to be filled in by hand does not ask."""

    def holes(self) -> set[str]:
        """Return the questions that have their place."""
        texts: list[str] = [self.to]
        if self.head:
            texts += [self.head.sender, self.head.number, f'{{{self.head.place}}}{{{self.head.day}}}']
        placed = {name for one in self.signers for name in (*one.names, one.position) if name}
        for line in (line for block in self.blocks for line in block.lines):
            match line:
                case str():
                    texts.append(line)
                case Table():
                    placed.add(line.table)
                case Beside():
                    texts += [text for row in line.rows for text in row]
                case Matrix():
                    placed |= set(line.matrix)
        return placed | {match[1] for text in texts for match in HOLE.finditer(text)}


@cache
def _drawn() -> dict[str, dict[int, Layout]]:
    """Return the layouts by procedure and the version from which they hold: ``khai-sinh.1.yaml``."""
    found: dict[str, dict[int, Layout]] = {}
    for path in sorted(FOLDER.glob('*.yaml')):
        slug, _, version = path.stem.rpartition('.')
        found.setdefault(slug, {})[int(version)] = Layout.model_validate(yaml.safe_load(path.read_text('utf-8')))
    return found


def layout_of(spec: ProcedureSpec) -> Layout:
    """Return the layout of a version's declaration: the newest not newer than it, else one made from its questions."""
    known = {since: layout for since, layout in _drawn().get(spec.id, {}).items() if since <= spec.version}
    return known[max(known)] if known else _made(spec)


def _made(spec: ProcedureSpec) -> Layout:
    """Return the questions as they stand, section by section."""
    names = tuple(f.id for s in spec.sections for f in s.fields if f.prefill == 'full_name')
    to = next((f'{{{f.id}}}' for s in spec.sections for f in s.fields if f.computed == 'unit_name'), '')
    return Layout(
        mark='C',
        to=to,
        blocks=tuple(_block(section) for section in spec.sections if any(is_asked(f) for f in section.fields)),
        signers=(Signer(role='NGƯỜI KHAI', names=names),),
    )


def _block(section: Section) -> Block:
    optional = OPTIONAL if section.show_when is not None else ''
    return Block(
        heading=optional + section.title.vi, lines=tuple(line_of(field) for field in section.fields if is_asked(field))
    )


def line_of(field: FormField, *, ticks: bool = False) -> Line:
    """Return a question as a line of its own, with the options to tick where ``ticks`` says so."""
    if field.fields:
        return Table(table=field.id, title=field.label.vi, optional=field.show_when is not None)
    optional = OPTIONAL if field.show_when is not None else ''
    if field.type == 'checkbox':
        return f'{optional}{{{field.id}}} {field.label.vi}'
    return f'{optional}{field.label.vi}: {{{field.id}{"|ticks" if ticks and field.options else ""}}}'
