"""Word and Excel files: honest ones are taken; what acts, fetches, hides something or lies is not, whatever it calls itself."""

import pytest

from app import papers
from app.errors import Invalid
from tests.papers.sheets import EXCEL_TYPE, HONEST, WORD_TYPE, excel, package, relations, word

RELS, SHEET_RELS = 'word/_rels/document.xml.rels', 'xl/_rels/workbook.xml.rels'
MACRO_TYPES = '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
DDE = '<w:p xmlns:w="urn:w"><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>'
RELATED = (
    ('attachedTemplate', 'https://evil.example/t.dotm', 'External', 'linked_office'),
    ('image', 'https://evil.example/a.png', 'External', 'linked_office'),
    ('frame', 'https://evil.example/', 'External', 'linked_office'),
    ('hyperlink', 'file:///c:/windows/cmd.exe', 'External', 'linked_office'),
    ('hyperlink', 'ms-msdt:/id', 'External', 'linked_office'),
    ('oleObject', 'https://evil.example/a', 'External', 'embedded_office'),
    ('oleObject', 'x.bin', '', 'embedded_office'),
    ('aFChunk', 'x.dat', '', 'embedded_office'),
    ('vbaProject', 'x.dat', '', 'macros'),
)
BAD: dict[str, tuple[bytes, str]] = {
    'macros': (word(**{'word/vbaProject.bin': b'x'}), 'macros'),
    'macros in Excel': (excel(**{'xl/vbaProject.bin': b'x'}), 'macros'),
    'old macros': (excel(**{'xl/macrosheets/sheet1.xml': '<x/>'}), 'macros'),
    'macros by type': (word(**{'[Content_Types].xml': MACRO_TYPES}), 'macros'),
    'macros in UTF-16': (
        word(**{'[Content_Types].xml': ('<?xml version="1.0" encoding="UTF-16"?>' + MACRO_TYPES).encode('utf-16')}),
        'macros',
    ),
    'a program': (word(**{'word/media/x.exe': b'MZ'}), 'macros'),
    'a file inside': (word(**{'word/embeddings/oleObject1.bin': b'x'}), 'embedded_office'),
    'a file inside, with \\': (word(**{'word\\embeddings\\sheet.xlsx': b'x'}), 'embedded_office'),
    'a control': (excel(**{'xl/activeX/activeX1.xml': '<x/>'}), 'embedded_office'),
    'a page inside': (word(**{'word/a.html': '<script/>'}), 'embedded_office'),
    'an outside workbook': (excel(**{'xl/externalLinks/externalLink1.xml': '<x/>'}), 'linked_office'),
    'a query': (excel(**{'xl/connections.xml': '<x/>'}), 'linked_office'),
    'a field that starts a program': (word(**{'word/document.xml': DDE}), 'linked_office'),
    'entities': (word(**{'word/document.xml': BOMB}), 'broken'),
    'half a part': (word(**{'word/document.xml': '<w:document>'}), 'broken'),
    'no list of types': (package({'word/document.xml': '<x/>'}), 'broken'),
    'something behind it': (word() + b'<script>', 'mixed'),
    'something before it': (b'PK\x03\x04' + b'<script>' + word(), 'mixed'),
    'another package': (package({'classes.dex': b'x', 'AndroidManifest.xml': b'x'}), 'kind'),
    'unpacks to too much': (word(**{'word/media/a.bmp': b'\0' * 210_000_000}), 'too_large'),
}


@pytest.mark.parametrize('name', HONEST)
async def test_honest_papers_are_taken(name: str) -> None:
    kept = await papers.inspect(HONEST[name](), name)
    assert kept.pages == 1 and kept.content


@pytest.mark.parametrize('name', BAD)
async def test_what_acts_hides_or_lies_is_refused(name: str) -> None:
    content, reason = BAD[name]
    with pytest.raises(Invalid) as refused:
        await papers.inspect(content, 'đơn.docx')
    assert refused.value.key == f'papers.{reason}'


@pytest.mark.parametrize(('kind', 'target', 'mode', 'reason'), RELATED)
@pytest.mark.parametrize('encoding', ['utf-8', 'utf-16'])
async def test_nothing_leads_out_of_a_file_but_links_that_somebody_presses(
    kind: str, target: str, mode: str, reason: str, encoding: str
) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{relations((kind, target, mode))}'.encode(encoding)
    for content in (word(**{RELS: text}), excel(**{SHEET_RELS: text})):
        with pytest.raises(Invalid) as refused:
            await papers.inspect(content, 'đơn')
        assert refused.value.key == f'papers.{reason}'


async def test_ordinary_links_and_numbers_of_pages_are_no_harm() -> None:
    links = relations(
        ('hyperlink', 'https://dichvucong.gov.vn', 'External'),
        ('hyperlink', 'mailto:a@b.vn', 'External'),
        ('image', 'media/a.png', ''),
    )
    fields = '<w:document xmlns:w="urn:w"><w:r><w:instrText> PAGE </w:instrText></w:r><w:fldSimple w:instr="NUMPAGES"/><w:t>DDE</w:t></w:document>'
    assert (await papers.inspect(word(**{RELS: links, 'word/document.xml': fields}), 'đơn')).media_type == WORD_TYPE
    assert (await papers.inspect(excel(), 'bảng')).media_type == EXCEL_TYPE
