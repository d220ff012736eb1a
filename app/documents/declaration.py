"""A declaration as a paper says it: the layout of its procedure with answers in the holes, or dots to be filled by hand."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from app.documents.forms import Form
from app.documents.layouts import HOLE, OPTIONAL, Beside, Block, Layout, Line, Matrix, Signer, Table, layout_of, line_of
from app.documents.letterhead import written_out
from app.i18n import Words
from app.procedures.schema import FormField, ProcedureSpec
from app.procedures.validation import Answers, is_asked, shown_fields, with_computed
from app.registry import FIELDS

Piece = dict[str, Any]
"""A word, a value, a row of dots or a box: see ``forms/declaration/paper.typ``."""
TICKS_INLINE = 92
"""Letters of options that still stand beside each other; longer ones stand below each other."""
MOST_TICKS = 12
EMPTY_ROWS = 3
_DOTS = {
    'date': 30,
    'partial_date': 30,
    'number': 14,
    'personal_id': 34,
    'phone': 34,
    'area': 20,
    'choice': 40,
    'ethnicity': 30,
}
"""Millimetres to write on where more follows in the line; other answers get half a line."""
_FIXED = {
    'date': 20, 'partial_date': 20, 'personal_id': 24, 'number': 13, 'checkbox': 18, 'money': 22, 'ethnicity': 15,
    'nationality': 17,
}  # fmt: skip
"""Millimetres of columns; the others share what is left."""
_SHARES = {'choice': 0.7, 'address': 1.4, 'textarea': 1.2}
_CENTRED = frozenset({'date', 'partial_date', 'personal_id', 'number', 'checkbox'})
_UNBROKEN = frozenset({'date', 'partial_date', 'personal_id', 'number', 'money', 'checkbox'})


def is_official(spec: ProcedureSpec) -> bool:
    """Tell whether the questions are those of an official form and were compared with it."""
    return bool(spec.checked and spec.sections and (spec.form_code or spec.form_source))


def title_of(spec: ProcedureSpec, t: Words) -> str:
    """Return what stands at the head of the paper."""
    official = spec.form_name if is_official(spec) else None
    return official.vi if official else layout_of(spec).title or t('documents.declared', name=spec.name.vi)


def form_for(spec: ProcedureSpec, t: Words) -> Form:
    """Return the declaration of a version as a form."""
    return Form(
        code='declaration',
        version='declaration',
        number='paper',
        title=title_of(spec, t),
        size='a4',
        symbol='',
        valid_from=spec.valid_from,
        source=spec.form_source or '',
        mark=layout_of(spec).mark,
    )


def paper(spec: ProcedureSpec, answers: Answers | None, t: Words, unit: str, on: date | None = None) -> dict[str, Any]:
    """Return what the paper says to a unit. ``answers`` None: to be filled in by hand; ``on``: the day they were given."""
    layout = layout_of(spec)
    writer = _Writer(spec, layout, answers, t, unit, on)
    blocks = [part for block in layout.blocks for part in writer.block(block)]
    more = writer.unplaced(layout)
    return {
        'head': writer.head(layout),
        'to': writer.pieces(layout.to) or [{'value': unit}],
        'blocks': blocks,
        'declarations': [one.vi for one in spec.declarations],
        'signers': [writer.signer(one) for one in layout.signers],
        'more_title': t('documents.declared_more'),
        'more': more,
    }


class _Writer:
    """Puts answers into the holes of one paper."""

    def __init__(
        self, spec: ProcedureSpec, layout: Layout, answers: Answers | None, t: Words, unit: str, on: date | None
    ) -> None:
        self.layout, self.t = layout, t
        self.is_blank = answers is None
        self.fields = {f.id: f for s in spec.sections for f in s.fields}
        told = answers or {}
        self.asked = {f.id for _, f in shown_fields(spec, told, on)}
        self.values = with_computed(spec, told, on)
        if self.is_blank:
            self.values |= {f.id: unit for f in self.fields.values() if f.computed == 'unit_name'}

    def value(self, field_id: str) -> Any:
        """Return an answer that counts: nothing of a question that was not asked, unless it stands elsewhere."""
        field = self.fields.get(field_id)
        if field is None or (self.is_blank and is_asked(field)):
            return None
        if field_id in self.asked or not is_asked(field):
            return self.values.get(field_id)
        source = self._source(field_id)
        return self.value(source) if source else None

    def _source(self, field_id: str) -> str | None:
        """Return the question whose answer stands for one that was not asked because both are the same person."""
        same = self.layout.same
        if same is None or not field_id.startswith(same.to) or self.values.get(same.field) != same.value:
            return None
        return same.copied + field_id.removeprefix(same.to)

    def text(self, field_id: str) -> str:
        """Return an answer as it is printed, '' where there is none."""
        field, value = self.fields.get(field_id), self.value(field_id)
        if field is None or value is None or value == '':
            return ''
        text = FIELDS[field.type].format(field, value, self.t)
        return written_out(text) if field.computed == 'unit_name' else text

    def is_answered(self, field_id: str) -> bool:
        """Tell whether there is something to print; a box that was not ticked is nothing."""
        return self.value(field_id) not in (None, '', [], {}, False)

    def block(self, block: Block) -> Iterator[Piece]:
        """Yield heading and lines."""
        heading, lines = block.heading, [part for line in block.lines for part in self.line(line)]
        if heading.startswith(OPTIONAL):
            ids = {i for line in block.lines for i in _ids(line)}
            if not self.is_blank and not any(self.is_answered(i) for i in ids):
                return
            heading = heading.removeprefix(OPTIONAL)
        if heading:
            yield {'kind': 'heading', 'text': heading}
        yield from lines

    def line(self, line: Line) -> Iterator[Piece]:
        """Yield a line, or a table, as it is drawn; nothing where the version has no such question."""
        ids = _ids(line)
        if ids and not ids & self.fields.keys():
            return
        match line:
            case Table():
                if self.is_blank or not line.optional or self.is_answered(line.table):
                    yield self._table(line)
            case Beside():
                yield self._beside(line)
            case Matrix():
                yield self._matrix(line)
            case str():
                if self._is_shown(line, ids):
                    yield from self._text_line(line.removeprefix(OPTIONAL))

    def _is_shown(self, line: str, ids: set[str]) -> bool:
        return self.is_blank or not line.startswith(OPTIONAL) or any(self.is_answered(i) for i in ids)

    def _text_line(self, line: str) -> Iterator[Piece]:
        """Yield a line, and below it the options that are too long for it."""
        pieces = self.pieces(line)
        if short := [p for p in pieces if 'options' not in p]:
            yield {'kind': 'line', 'pieces': short, 'more': self._more_lines(line)}
        yield from ({'kind': 'options', 'options': p['options']} for p in pieces if 'options' in p)

    def _more_lines(self, line: str) -> int:
        """Return how many lines of dots follow a line on a paper to be filled in by hand."""
        last = list(HOLE.finditer(line))[-1:]
        kinds = [self.fields[m[1]].type for m in last if m[1] in self.fields and m.end() == len(line)]
        return {'textarea': 1, 'address': 1}.get(kinds[0], 0) if kinds and self.is_blank else 0

    def pieces(self, template: str) -> list[Piece]:
        """Return a text with its holes filled."""
        found: list[Piece] = []
        end = 0
        for match in HOLE.finditer(template):
            if match.start() > end:
                found.append({'text': template[end : match.start()]})
            end = match.end()
            found += self._hole(match[1], match[2], is_last=not HOLE.search(template, end))
        return [*found, {'text': template[end:]}] if template[end:] else found

    def _hole(self, field_id: str, how: str | None, *, is_last: bool) -> list[Piece]:
        field = self.fields.get(field_id)
        if field is None:
            return [{'dots': 0 if is_last else 40}]
        if field.type == 'checkbox':
            return [{'tick': self.value(field_id) is True, 'label': ''}]
        if how == 'ticks' and 0 < len(field.options) <= MOST_TICKS:
            return self._ticks(field)
        text = self.text(field_id)
        if text:
            return [{'value': text.upper() if how == 'upper' else text}]
        return [{'dots': 0 if is_last else _DOTS.get(field.type, 60)}]

    def _ticks(self, field: FormField) -> list[Piece]:
        """Return the options with their boxes, in the line or below it."""
        value = self.value(field.id)
        chosen = value if isinstance(value, list) else [value]
        ticks = [{'tick': o.value in chosen, 'label': o.label.vi} for o in field.options]
        is_long = sum(len(o.label.vi) + 4 for o in field.options) > TICKS_INLINE
        return [{'options': ticks}] if is_long else ticks

    def _table(self, line: Table) -> Piece:
        field = self.fields[line.table]
        value = self.value(field.id)
        entries = [e for e in value if isinstance(e, dict)] if isinstance(value, list) else []
        rows = [[self._cell(inner, entry) for inner in field.fields] for entry in entries]
        if not rows and not self.is_blank:
            return {'kind': 'line', 'pieces': [{'text': f'{line.title or field.label.vi}: '}, {'dots': 0}], 'more': 0}
        return {
            'kind': 'table',
            'title': line.title,
            'heads': ['TT', *(inner.label.vi for inner in field.fields)],
            'widths': [{'mm': 8}, *(_width(inner) for inner in field.fields)],
            'centred': [0, *(n for n, inner in enumerate(field.fields, 1) if inner.type in _CENTRED)],
            'rows': [[[{'text': str(n)}], *row] for n, row in enumerate(rows, 1)]
            or [[[] for _ in range(len(field.fields) + 1)] for _ in range(EMPTY_ROWS)],
            'empty': not rows,
        }

    def _cell(self, field: FormField, entry: dict[str, Any]) -> list[Piece]:
        value = entry.get(field.id)
        if field.type == 'checkbox':
            return [{'tick': value is True, 'label': ''}]
        text = FIELDS[field.type].format(field, value, self.t) if value not in (None, '') else ''
        return [{'value': text, 'narrow': field.type not in _UNBROKEN}] if text else []

    def _beside(self, line: Beside) -> Piece:
        rows = [row for row in line.rows if self._is_shown(row[0], {m[1] for t in row for m in HOLE.finditer(t)})]
        return {
            'kind': 'beside',
            'title': '',
            'heads': ['', *line.columns],
            'widths': [{'mm': 36}, *({'share': 1} for _ in line.columns)],
            'centred': [],
            'rows': [[[{'text': row[0].removeprefix(OPTIONAL)}], *self._cells(row[1:])] for row in rows],
            'empty': self.is_blank,
        }

    def _cells(self, templates: tuple[str, ...]) -> list[list[Piece]]:
        """Return texts beside each other; what nobody answered is an empty cell."""
        cells = []
        for template in templates:
            ids = {m[1] for m in HOLE.finditer(template)}
            cells.append(self.pieces(template) if any(self.is_answered(i) for i in ids) else [])
        return cells

    def _matrix(self, line: Matrix) -> Piece:
        fields = [self.fields[i] for i in line.matrix if i in self.fields]
        options = fields[0].options
        return {
            'kind': 'table',
            'title': '',
            'heads': [line.title, *(o.label.vi for o in options)],
            'widths': [{'share': 1}, *({'mm': 24} for _ in options)],
            'centred': list(range(1, len(options) + 1)),
            'rows': [
                [
                    [{'text': f'{n}. {f.label.vi}'}],
                    *([{'tick': self.value(f.id) == o.value, 'label': ''}] for o in options),
                ]
                for n, f in enumerate(fields, 1)
            ],
            'empty': False,
        }

    def head(self, layout: Layout) -> Piece | None:
        """Return the head of a letter, where the declaration is one."""
        if layout.head is None:
            return None
        day = self.value(layout.head.day)
        return {
            'sender': self.pieces(layout.head.sender),
            'number': self.pieces(layout.head.number),
            'place': self.text(layout.head.place),
            'day': day if isinstance(day, str) else None,
        }

    def signer(self, one: Signer) -> Piece:
        """Return the place of a signature, with the name that was given."""
        names = (name for i in one.names if (name := self.text(i)))
        return {
            'role': one.role,
            'name': next(names, ''),
            'position': self.text(one.position) if one.position else '',
            'note': one.note,
        }

    def unplaced(self, layout: Layout) -> list[Piece]:
        """Return what was asked on the screen and has no place on the form, so that no answer is lost."""
        placed = layout.holes() | set(layout.implied) | (set(layout.left_out) if self.is_blank else set())
        fields = [f for f in self.fields.values() if is_asked(f) and f.id not in placed]
        wanted = fields if self.is_blank else [f for f in fields if self.is_answered(f.id)]
        parts = [part for field in wanted for part in self.line(line_of(field, ticks=self.is_blank))]
        return [part | {'more': 0} if part['kind'] == 'line' else part for part in parts]


def _width(field: FormField) -> Piece:
    """Return the width of a column: what is short by nature is fixed."""
    fixed = _FIXED.get(field.type)
    return {'mm': fixed} if fixed else {'share': _SHARES.get(field.type, 1)}


def _ids(line: Line) -> set[str]:
    """Return the questions of a line."""
    match line:
        case Table():
            return {line.table}
        case Matrix():
            return set(line.matrix)
        case Beside():
            return {m[1] for row in line.rows for text in row for m in HOLE.finditer(text)}
    return {m[1] for m in HOLE.finditer(line)}
