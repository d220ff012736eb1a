"""Draw every official form for three procedures as pictures beside its fields: ``make forms`` (OUT=folder).

A tick beside a field says that its words were found in the text of the PDF. Whether it stands where it should is for
eyes: open ``index.html``. Also drawn: the filled declaration of each procedure, and every result that can be drawn up.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import pypdfium2
from markupsafe import Markup

from app.demo.answers import plausible
from app.documents.declaration import form_for, paper
from app.documents.forms import Form, forms
from app.documents.layouts import OPTIONAL, layout_of
from app.documents.render import make_pdf, make_result
from app.documents.results import ResultForm, result_forms
from app.dossiers.producing import lines_of
from app.i18n import words
from app.procedures.load import CATALOG, load_spec
from app.procedures.schema import ProcedureSpec
from app.procedures.validation import computed
from tests.documents.sample import COMMON, THREE, fields_of, of

SCALE = 1.6
"""Points of the page to dots of the picture: 115 dots an inch, what a screen shows."""
DAY = date(2026, 11, 20)
VERIFY = {
    'verify': 'https://motcua.example/xac-thuc/ABCDEFGHJKMNPQRSTV',
    'verify_at': 'motcua.example/xac-thuc',
    'verify_code': 'ABCD EFGH JKMN PQRS TV',
}


@dataclass(frozen=True)
class Drawn:
    """One form of one procedure: its pictures, and which of its fields were found."""

    title: str
    about: str
    pictures: tuple[str, ...]
    fields: tuple[tuple[str, bool], ...]


def _draw(folder: Path, name: str, title: str, about: str, pdf: bytes, fields: tuple[str, ...]) -> Drawn:
    """Write a PDF and its pages as pictures."""
    (folder / f'{name}.pdf').write_bytes(pdf)
    pictures, text = [], ''
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, 1):
            pictures.append(f'{name}-{number}.png')
            page.render(scale=SCALE).to_pil().save(folder / pictures[-1])
            text += page.get_textpage().get_text_range()
    said = ''.join(text.replace('\ufffe', '').replace('\u200b', '').split())
    return Drawn(title, about, tuple(pictures), tuple((one, ''.join(one.split()) in said) for one in fields))


def _official(folder: Path, spec: ProcedureSpec) -> Iterator[Drawn]:
    """Yield each official form, every version of it, with made-up data of a procedure."""
    data = of(spec)
    every: list[Form] = [form for versions in forms().values() for form in versions]
    for form in sorted(every, key=lambda form: (form.version, form.number)):
        issued = VERIFY | {'number': f'0012/{form.symbol}'} if form.symbol else {}
        pdf = make_pdf(form, data[form.code] | issued)
        about = f'Mẫu số {form.number}, {form.source} ({form.mark}), từ {form.valid_from:%d/%m/%Y}'
        name = f'{spec.id}-{form.version}-{form.number}'
        yield _draw(folder, name, form.title, about, pdf, fields_of(form.code, form.version))


def _declared(folder: Path, spec: ProcedureSpec) -> Drawn:
    """Return the filled declaration of a procedure."""
    t, form = words('vi'), form_for(spec, words('vi'))
    answers = plausible(spec, Random(7))  # noqa: S311 - made-up people
    answers |= computed(spec, answers, COMMON['unit']['agency'], DAY)
    said = {'day': '2026-11-20T16:10', 'day-of': str(DAY), 'code': COMMON['code'], 'made_from': spec.form_source or ''}
    pdf = make_pdf(form, paper(spec, answers, t, COMMON['unit']['agency'], DAY) | said | {'sent': ''})
    headings = tuple(b.heading for b in layout_of(spec).blocks if b.heading and not b.heading.startswith(OPTIONAL))
    return _draw(folder, f'{spec.id}-declaration', form.title, f'{form.source} ({form.mark})', pdf, headings)


def _resulted(folder: Path, slug: str, form: ResultForm) -> Drawn:
    """Return the result of a procedure as it would be drawn up from made-up answers."""
    spec = load_spec(CATALOG / f'{slug}.yaml')
    answers = plausible(spec, Random(7))  # noqa: S311 - made-up people
    groups = [(group.title, lines_of(spec, form, group, answers)) for group in form.groups]
    shown = [
        {'title': title, 'lines': [{'label': x.label, 'text': x.text} for x in lines]}
        for title, lines in groups
        if lines
    ]
    head = {'above': 'Tỉnh Thái Nguyên', 'name': COMMON['unit']['agency'], 'place': COMMON['unit']['place']}
    said = {'draft': False, 'groups': shown, 'statement_title': form.statement, 'statement': 'Nội dung do cơ quan ghi.'}
    who = {'unit': head, 'day': COMMON['day'], 'code': COMMON['code'], 'signer': 'Phó Chủ tịch Ủy ban nhân dân xã'}
    pdf = make_result(form.title, VERIFY | said | who)
    fields = (form.statement, 'KT. CHỦ TỊCH', *(title for title, lines in groups if lines))
    return _draw(folder, f'{slug}-result', form.title, f'{form.check} ({form.mark})', pdf, fields)


PAGE = Markup("""<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><title>Các mẫu giấy tờ</title><style>
body{{font:16px/1.45 system-ui,sans-serif;margin:2rem;background:#eee}}
section{{display:grid;grid-template-columns:auto 24rem;gap:1.5rem;align-items:start;margin:0 0 3rem}}
img{{display:block;background:#fff;box-shadow:0 1px 6px #0005;margin:0 0 1rem;max-width:100%}}
ol{{padding-left:1.2rem}}.no{{color:#b00020;font-weight:700}}
</style><h1>Các mẫu giấy tờ của {count} thủ tục, và kết quả</h1>{parts}</html>
""")
PART = Markup('<section><div>{pictures}</div><div><h2>{title}</h2><p>{about}</p><ol>{fields}</ol></div></section>')


def _page(found: dict[str, list[Drawn]]) -> Markup:
    """Return the page that shows each picture with its list of fields."""
    parts = Markup()
    for name, drawn in found.items():
        parts += Markup('<h2>{}</h2>').format(name)
        for one in drawn:
            pictures = Markup().join(Markup('<img src="{}" alt="{}">').format(p, one.title) for p in one.pictures)
            fields = Markup().join(
                Markup('<li class="{}">{} {}</li>').format('' if ok else 'no', '✓' if ok else '✗', field)
                for field, ok in one.fields
            )
            parts += PART.format(pictures=pictures, title=one.title, about=one.about, fields=fields)
    return PAGE.format(count=len(THREE), parts=parts)


def main(folder: Path) -> int:
    """Draw everything into a folder; return how many fields were not found."""
    folder.mkdir(parents=True, exist_ok=True)
    specs = [load_spec(CATALOG / f'{slug}.yaml') for slug in THREE]
    found = {spec.name.vi: [*_official(folder, spec), _declared(folder, spec)] for spec in specs}
    found['Kết quả soạn từ hồ sơ'] = [_resulted(folder, slug, form) for slug, form in result_forms().items()]
    (folder / 'index.html').write_text(_page(found), 'utf-8')
    every = [one for drawn in found.values() for one in drawn]
    missing = [(one.title, field) for one in every for field, ok in one.fields if not ok]
    pictures, fields = sum(len(one.pictures) for one in every), sum(len(one.fields) for one in every)
    print(
        f'{len(every)} forms, {pictures} pictures, {fields} fields, {len(missing)} not found: {folder / "index.html"}'
    )
    for title, field in missing:
        print(f'  {title}: {field}')
    return len(missing)


if __name__ == '__main__':
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
