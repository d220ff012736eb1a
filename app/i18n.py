"""Words of the interface: one YAML file per area in ``app/locale``, each key with a Vietnamese and an English text."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

from app.clock import local
from app.errors import AppError, Problem

LANGUAGES = ('vi', 'en')
LOCALE = Path(__file__).parent / 'locale'
_DAYS = {
    'vi': ('Thứ Hai', 'Thứ Ba', 'Thứ Tư', 'Thứ Năm', 'Thứ Sáu', 'Thứ Bảy', 'Chủ Nhật'),
    'en': ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'),
}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return every key with its texts. The area is the file's name: ``apply.yaml`` holds ``apply.*``."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(LOCALE.glob('*.yaml')):
        for key, texts in (yaml.load(file.read_text('utf-8'), Loader=_loader()) or {}).items():  # noqa: S506 a safe one
            found[f'{file.stem}.{key}'] = texts
    return found


def _loader() -> type:
    return getattr(yaml, 'CSafeLoader', yaml.SafeLoader)


class Texts(Protocol):
    """A text in several languages: the ``Text`` of the procedure catalogue, or a mapping of language to text."""

    def get(self, lang: str, /) -> str | None:
        """Return the text in one language."""


class Words:
    """All texts in one language; call it with a key."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else LANGUAGES[0]

    def __call__(self, key: str, **values: Any) -> str:
        """Return the text of ``key`` with ``{name}`` replaced from ``values``. Raises KeyError for an unknown key."""
        texts = catalogue()[key]
        text = texts.get(self.lang) or texts['vi']
        return text.format(**values) if values else text

    def pick(self, text: Texts | str | None) -> str:
        """Choose from the ``{vi, en}`` of the procedure catalogue; Vietnamese stands in where English is missing."""
        if text is None or isinstance(text, str):
            return text or ''
        return text.get(self.lang) or text.get('vi') or ''

    def error(self, error: AppError | Problem) -> str:
        """Say an expected refusal."""
        return self(error.key, **error.values)

    def date(self, day: date) -> str:
        """Write a day the way the country does: ``Thứ Hai, 05/10/2026``."""
        return f'{_DAYS[self.lang][day.weekday()]}, {day:%d/%m/%Y}'

    def moment(self, moment: datetime) -> str:
        """Write an aware moment in Vietnam's time: ``16:10 Thứ Sáu, 20/11/2026``."""
        there = local(moment)
        return f'{there:%H:%M} {self.date(there.date())}'

    def short_moment(self, moment: datetime) -> str:
        """Write an aware moment briefly: ``20/11/2026 16:10``."""
        return f'{local(moment):%d/%m/%Y %H:%M}'

    def money(self, dong: int) -> str:
        """Write an amount of đồng: ``8.000 đ`` (Vietnamese) or ``8,000 VND``."""
        return f'{dong:,}'.replace(',', '.') + ' đ' if self.lang == 'vi' else f'{dong:,} VND'


@cache
def words(lang: str) -> Words:
    """Return the words of a language; an unknown one is Vietnamese."""
    return Words(lang if lang in LANGUAGES else LANGUAGES[0])
