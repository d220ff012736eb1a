"""What the documents tell people to type and to press is there: commands, settings, screens, points of the first day."""

import re
from pathlib import Path

import pytest

from app.cli import cli
from app.i18n import catalogue
from app.operations.first_day import POINTS
from app.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = (ROOT / 'docs' / 'so-tay-quan-tri.md').read_text('utf-8')
OTHERS = {'SITE', 'PORT', 'NAME'}
"""Of Caddy; and the word that stands for any name."""
PAGES = [ROOT / name for name in ('README.md', 'SECURITY.md', 'docs/operations.md', 'docs/api.md', 'docs/clock.md')]


@pytest.mark.parametrize('page', [*PAGES, ROOT / 'docs/so-tay-quan-tri.md'], ids=lambda page: page.name)
def test_each_command_and_setting_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text('utf-8')
    known = {one.name or getattr(one.callback, '__name__', '') for one in cli.registered_commands}
    typed = set(re.findall(r'(?:main\.py|^motcua|`motcua) ([a-z]+(?:-[a-z]+)*)\b', text, re.M))
    assert typed - known == set()
    assert (
        set(re.findall(rf'{PREFIX}([A-Z_]+[A-Z])', text)) - {name.upper() for name in Settings.model_fields} <= OTHERS
    )


def test_the_handbook_lists_every_point_of_the_first_day_in_its_order() -> None:
    rows = re.findall(r'^\| (\d+) \| ', HANDBOOK, re.M)
    assert rows == [str(number + 1) for number in range(len(POINTS))]


def test_the_handbook_calls_screens_by_their_names() -> None:
    titles = {texts['vi'] for key, texts in catalogue().items() if re.fullmatch(r'admin\.[a-z_]+_title', key)}
    named = {name.strip() for name in re.findall(r'Quản trị → ([^|*.,:;(\n]+)', HANDBOOK)}
    assert len(named) > 8
    assert named - titles == set()
