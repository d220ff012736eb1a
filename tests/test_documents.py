"""Documents made from the code are fresh, and every word that the code names exists in both languages."""

import re
from pathlib import Path

from app.i18n import catalogue
from scripts.documents import pages

ROOT = Path(__file__).parents[1]
_DOC = re.compile(r'""".*?"""', re.S)
KEY = re.compile(r"""(?:\bt|words\([^)]*\)|\.t|visitor\.t)\(\s*['"]([a-z_]+\.[a-z0-9_]+)['"]""")


def test_documents_made_from_the_code_are_fresh() -> None:
    assert [file.name for file, text in pages().items() if file.read_text('utf-8') != text] == []


def test_every_text_exists_in_vietnamese_and_in_english_with_the_same_blanks() -> None:
    faults = []
    for key, texts in catalogue().items():
        if set(texts) != {'vi', 'en'} or not all(texts.values()):
            faults.append(key)
        elif key != 'fields.custom' and len({frozenset(re.findall(r'\{(\w+)', text)) for text in texts.values()}) != 1:
            faults.append(f'{key}: blanks differ')
    assert faults == []


def test_every_word_that_the_code_names_is_in_the_catalogue() -> None:
    named = {
        key
        for folder in ('app', 'components', 'pages')
        for file in (ROOT / folder).rglob('*')
        if file.suffix in ('.py', '.html') and file.is_file()
        for key in KEY.findall(_DOC.sub('', file.read_text('utf-8')))
        if not key.endswith('_')  # the beginning of several
    }
    assert len(named) > 100
    assert named - catalogue().keys() == set()
