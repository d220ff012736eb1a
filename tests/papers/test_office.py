"""Word and Excel files: honest ones are taken; what acts, fetches, hides something or lies is not, whatever it calls itself."""

from collections.abc import Callable

import pytest

from app import paper_formulas, papers
from app.errors import Invalid
from tests.papers.sheets import EXCEL_TYPE, HONEST, WORD_TYPE, excel, package, relations, word

RELS, SHEET_RELS = 'word/_rels/document.xml.rels', 'xl/_rels/workbook.xml.rels'
MACRO_TYPES = '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
DDE = '<w:p xmlns:w="urn:w"><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>'
LINK = 'LINK Excel.Sheet.12 "C:\\\\a.xlsx" "S!R1C1"'
XLSM = '<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
MACRO_SHEET = (
    '<Types><Override PartName="/xl/a.xml" ContentType="application/vnd.ms-excel.intlmacrosheet+xml"/></Types>'
)
HIDDEN = '<Types><Default Extension="png" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
SHEET = 'xl/worksheets/sheet1.xml'


def cell(formula: str) -> str:
    """Return a sheet with a formula."""
    return f'<worksheet><sheetData><row><c r="A1"><f>{formula}</f><v>0</v></c></row></sheetData></worksheet>'


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
    ('XLMACROSHEET', 'x.xml', '', 'macros'),
    ('connections', 'x.xml', '', 'linked_office'),
    ('queryTable', 'x.xml', '', 'linked_office'),
    ('webextension', 'x.xml', '', 'linked_office'),
)
BAD: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
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
    'a field that takes a workbook': (
        word(**{'word/document.xml': f'<x xmlns:w="urn:w"><w:instrText>{LINK}</w:instrText></x>'}),
        'linked_office',
    ),
    'a workbook with macros under another name': (excel(**{'[Content_Types].xml': XLSM}), 'macros'),
    'a sheet of old macros under another name': (excel(**{'[Content_Types].xml': MACRO_SHEET}), 'macros'),
    'a sheet under the name of a picture': (excel(**{'[Content_Types].xml': HIDDEN}), 'mixed'),
    'a connection under another name': (excel(**{'xl/a.xml': '<x:connections xmlns:x="urn:x"/>'}), 'linked_office'),
    'a query under another name': (excel(**{'xl/a.xml': '<queryTable/>'}), 'linked_office'),
    'an outside workbook under another name': (excel(**{'xl/a.xml': '<externalBook/>'}), 'linked_office'),
    'another program': (
        excel(**{'xl/a.xml': '<externalLink><ddeLink ddeService="cmd"/></externalLink>'}),
        'embedded_office',
    ),
    'a query of Power Query': (excel(**{'customXml/item1.xml': '<DataMashup>AAAA</DataMashup>'}), 'linked_office'),
    'an add-in': (excel(**{'xl/webextensions/webextension1.xml': '<x/>'}), 'linked_office'),
    'a formula that fetches': (excel(**{SHEET: cell('_xlfn.WEBSERVICE(A1)')}), 'linked_office'),
    'a formula that fetches, in UTF-16': (
        excel(**{SHEET: f'<?xml version="1.0" encoding="UTF-16"?>{cell("IMAGE(A1)")}'.encode('utf-16')}),
        'linked_office',
    ),
    'a formula that fetches, written otherwise': (
        excel(**{SHEET: cell('&#87;EBSERVICE<!-- -->(A1)')}),
        'linked_office',
    ),
    'a formula that starts a program': (excel(**{SHEET: cell("cmd|'/c calc'!A0")}), 'macros'),
    'a rule that fetches': (
        excel(**{SHEET: '<x><x14:f xmlns:x14="urn:x14"/><formula1>RTD("a",,"b")</formula1></x>'}),
        'linked_office',
    ),
    'a name that runs when it is opened': (
        excel(**{'xl/workbook.xml': '<x><definedName name="_xlnm.Auto_Open">Macro1!$A$1</definedName></x>'}),
        'macros',
    ),
    'entities': (word(**{'word/document.xml': BOMB}), 'broken'),
    'half a part': (word(**{'word/document.xml': '<w:document>'}), 'broken'),
    'no list of types': (package({'word/document.xml': '<x/>'}), 'broken'),
    'something behind it': (word() + b'<script>', 'mixed'),
    'something before it': (b'PK\x03\x04' + b'<script>' + word(), 'mixed'),
    'another package': (package({'classes.dex': b'x', 'AndroidManifest.xml': b'x'}), 'kind'),
    'unpacks to too much': (lambda: word(**{'word/media/a.bmp': b'\0' * 210_000_000}), 'too_large'),
}


@pytest.mark.parametrize('name', HONEST)
async def test_honest_papers_are_taken(name: str) -> None:
    kept = await papers.inspect(HONEST[name](), name)
    assert kept.pages == 1 and kept.content


@pytest.mark.parametrize('name', BAD)
async def test_what_acts_hides_or_lies_is_refused(name: str) -> None:
    content, reason = BAD[name]
    with pytest.raises(Invalid) as refused:
        await papers.inspect(content if isinstance(content, bytes) else content(), 'đơn.docx')
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


@pytest.mark.parametrize(
    ('formula', 'reason'),
    [
        ('_xlfn._xlws.PY(0,1)', 'macros'),
        ('IF(A1=1,call("Kernel32","WinExec","JC","calc",5))', 'macros'),
        ('1+_xlfn.STOCKHISTORY("MSFT",1)', 'linked_office'),
        ("'https://evil.example/[a.xlsx]S'!A1", 'linked_office'),
        (r"SUM('\\\\evil\\a\\[b.xlsx]S'!A1:A9)", 'linked_office'),
        ("'C:\\\\a\\[b.xlsx]S'!A1", 'linked_office'),
        ("MSEXCEL|'\\..\\cmd.exe'!'/c calc'", 'macros'),
        ('SUM(A1:A9)*1.1', ''),
        ('"WEBSERVICE(" & A1 & " | ""x"" CALL("', ''),
        ("'Bảng kê | tháng 1'!A1+VLOOKUP(A2,Bang[[Họ | tên]:[Ngày]],2,0)", ''),
        ('HYPERLINK("https://dichvucong.gov.vn","Nộp")', ''),
        ('MYCALL(1)+Kho.RUN(2)+CALL+IMAGES(1)', ''),
        ('_xlfn.XLOOKUP(A1,B:B,C:C)&_xlfn._xlws.FILTER(A1:A9,B1:B9)', ''),
    ],
)
def test_a_formula_is_judged_by_what_it_calls_and_not_by_its_text(formula: str, reason: str) -> None:
    assert paper_formulas.reason(formula) == reason


def test_what_is_left_of_a_macro_that_is_gone_does_nothing() -> None:
    assert paper_formulas.reason('#REF!', 'Auto_Open') == ''
    assert paper_formulas.reason('Macro1!$A$1', 'auto_open.x') == 'macros'


async def test_an_honest_workbook_with_formulas_names_rules_and_a_chart_is_taken() -> None:
    parts: dict[str, bytes | str] = {
        SHEET: cell('SUM(B1:B9)'),
        'xl/workbook.xml': '<workbook><definedNames><definedName name="_xlnm.Print_Area">Bảng!$A$1:$C$9</definedName></definedNames></workbook>',
        'xl/charts/chart1.xml': '<c:chart xmlns:c="urn:c"><c:f>Bảng!$A$1:$A$9</c:f></c:chart>',
        'xl/printerSettings/printerSettings1.bin': b'\0' * 40,
        'xl/_rels/workbook.xml.rels': relations(
            ('printerSettings', 'printerSettings1.bin', ''), ('worksheet', 'sheet1.xml', '')
        ),
    }
    assert (await papers.inspect(excel(**parts), 'bảng')).media_type == EXCEL_TYPE
