"""The environment of the plain pages: Jinja2 templates of ``plain/``, escaping on, a missing value is an error."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app.clock import local
from app.i18n import LANGUAGES, Texts, Words, words
from app.units.names import Named, name_of
from components import assets, icons, papers, wording
from components.basis import basis_fold
from components.foot import FOOT
from components.issued import issued
from components.markup import vietnamese
from components.results import checked_at, taken_back
from components.signatures import signatures


class Card(Named, Protocol):
    """What is shown of the portal's own unit."""

    @property
    def address(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def hours_text(self) -> str: ...


@dataclass(frozen=True)
class Frame:
    """What every plain page shows around its content."""

    lang: str
    theme: str
    """``light``, ``dark`` or empty: as the device says."""
    path: str
    """Path and query of this page, to come back to after a change of language or colours."""
    canonical: str
    unit: Card | None = None
    """Whose portal it is; None when it cannot be had."""
    is_demo: bool = False
    who: str = ''
    """``citizen``, ``staff`` or empty: nobody is signed in."""
    downtimes: tuple[str, ...] = ()
    """When the portal will not work, or does not, in sentences."""

    @property
    def other_lang(self) -> str:
        """The language to switch to."""
        return next(lang for lang in LANGUAGES if lang != self.lang)


def render(template: str, frame: Frame, **values: Any) -> str:
    """Return the HTML of a plain page.

    Raises: jinja2.UndefinedError when the template needs a value that was not given.
    """
    unit_name = _unit_name(frame, words(frame.lang))
    return _environment(frame.lang).get_template(template).render(frame=frame, unit_name=unit_name, **values)


def part(template: str, t: Words, unit_name: str, **values: Any) -> Markup:
    """Return a part that plain pages and the application share, filled.

    Raises: jinja2.UndefinedError when the template needs a value that was not given.
    """
    text = _environment(t.lang).get_template(template).render(unit_name=unit_name, **values)
    return Markup(text)  # noqa: S704 a template of ours; what it is filled with is escaped


def translated(text: Texts | str | None, t: Words) -> str | Markup:
    """Return a text of the catalogue; one that exists only in Vietnamese is marked so for screen readers."""
    if text is None or isinstance(text, str) or text.get(t.lang):
        return t.pick(text)
    return vietnamese(t.pick(text))


def lines(text: str) -> list[str]:
    """Split a text of several lines, as lists of the help are written."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def linked(text: str, **targets: str) -> Markup:
    """Make ``[words](name)`` of a text a link to ``targets[name]``; all else is escaped."""
    html = str(escape(text))
    for name, address in targets.items():
        start, found, rest = html.partition(f']({name})')
        while found:
            before, _, label = start.rpartition('[')
            html = f'{before}<a href="{escape(address)}">{label}</a>{rest}'
            start, found, rest = html.partition(f']({name})')
    return Markup(html)  # noqa: S704 both the text and the addresses are escaped above


def _unit_name(frame: Frame, t: Words) -> str:
    if frame.unit is None:
        return t('common.unit_fallback')
    return name_of(frame.unit, t.lang)


def _iso(moment: datetime) -> str:
    """Write a moment for ``<time datetime>``."""
    return local(moment).isoformat(timespec='minutes')


@cache
def _environment(lang: str) -> Environment:
    """Return the environment of a language. Templates know its words by themselves: blocks they import are made once."""
    t = words(lang)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / 'plain'),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        t=t,
        pick=lambda text: translated(text, t),
        asset=assets.url,
        icon=icons.icon,
        emblem=icons.emblem,
        subject=icons.subject,
        query=urlencode,
        wording=wording,
        when_text=papers.when_text,
        name_of=name_of,
        vietnamese=vietnamese,
        foot=FOOT,
        basis_fold=basis_fold,
        issued=issued,
        signatures=signatures,
        checked_at=checked_at,
        taken_back=taken_back,
    )
    environment.filters.update(lines=lines, linked=linked, iso=_iso)
    return environment
