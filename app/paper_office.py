"""Word and Excel files: which of the two it is, and that nothing in it acts, fetches or hides something else.

Runs in the processes of ``app.workshop`` only, as ``app.paper_kinds`` does.
"""

import io
import re
import zipfile
from collections.abc import Callable
from urllib.parse import urlsplit
from xml.parsers import expat

from app.workshop import Refusal

DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
MAIN = {DOCX: 'word/document.xml', XLSX: 'xl/workbook.xml'}
TYPES = '[Content_Types].xml'
UNPACKED_LIMIT = 200 * 1024 * 1024
MEMBERS = 5000
END = 22
"""Bytes of the last record of an archive without a remark: before the first and after the last record lies nothing."""
SIZE_LIMIT_MB = 20
HARMLESS = frozenset({'http', 'https', 'mailto', 'tel'})
"""Addresses that a link may lead to: nothing is fetched before somebody presses it."""
REASONS = (
    ('macros', re.compile(r'vbaproject|vbadata|/macrosheets/|/dialogsheets/|\.(exe|dll|js|vbs|cmd|bat|ps1|hta|lnk)$')),
    ('embedded_office', re.compile(r'/embeddings/|/activex/|oleobject|/afchunk|\.(docm|xlsm|html?|mht|rtf|svg)$')),
    ('linked_office', re.compile(r'/externallinks/|/connections\.xml$|/querytables/')),
)
"""Members that no paper needs, with what is said of them."""
RELATIONS = {
    'vbaProject': 'macros',
    'xlMacrosheet': 'macros',
    'oleObject': 'embedded_office',
    'package': 'embedded_office',
    'control': 'embedded_office',
    'aFChunk': 'embedded_office',
    'externalLink': 'linked_office',
    'externalLinkPath': 'linked_office',
    'attachedTemplate': 'linked_office',
    'subDocument': 'linked_office',
    'frame': 'linked_office',
}
FETCHING = re.compile(r'\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|RD)\b', re.IGNORECASE)
"""Fields of Word that get something from elsewhere."""


def media_type(content: bytes) -> str:
    """Return what the file is by what lies in it; '' for any other package."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ''
    return next((kind for kind, main in MAIN.items() if main in names), '')


def check(content: bytes) -> int:
    """Return 1, for an office file has no pages before it is printed. Raises Refusal for what may not be kept."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > UNPACKED_LIMIT or len(members) > MEMBERS:
            raise Refusal('too_large', limit=SIZE_LIMIT_MB)
        for member in members:
            _refuse_by_name(member.filename)
        if content.rfind(b'PK\x05\x06') != len(content) - END or min(member.header_offset for member in members):
            raise Refusal('mixed')
        if archive.testzip() is not None or TYPES not in archive.namelist():
            raise Refusal('broken')
        for member in members:
            if member.filename.lower().endswith(('.xml', '.rels', '.vml')):
                _read(archive, member)
    return 1


def _refuse_by_name(name: str) -> None:
    name = '/' + name.lower().replace('\\', '/')
    for reason, pattern in REASONS:
        if pattern.search(name):
            raise Refusal(reason)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read a part from beginning to end. Raises Refusal, or expat's error for what is not whole."""
    part = _Part()
    with archive.open(member) as source:
        while chunk := source.read(64 * 1024):
            part.parser.Parse(chunk)
        part.parser.Parse(b'', True)
    if FETCHING.search(''.join(part.fields)):
        raise Refusal('linked_office')


class _Part:
    """What is looked at while a part is read, in whichever encoding and with whichever prefixes it is written."""

    def __init__(self) -> None:
        self.fields: list[str] = []
        self._is_field = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _doctype(self, *_: object) -> None:
        raise Refusal('broken')  # no office program writes one; it is the way to bombs and to files of ours

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._is_field = False
        if look := _LOOKS.get(name.rpartition(':')[2]):
            look(self, {key.rpartition(':')[2]: value for key, value in attributes.items()})

    def _end(self, _name: str) -> None:
        self._is_field = False

    def _text(self, text: str) -> None:
        if self._is_field:
            self.fields.append(text)

    def relation(self, of: dict[str, str]) -> None:
        """One part leads to another, or out of the file."""
        kind = of.get('Type', '').rpartition('/')[2]
        if kind in RELATIONS:
            raise Refusal(RELATIONS[kind])
        is_link = kind == 'hyperlink' and urlsplit(of.get('Target', '')).scheme.lower() in {*HARMLESS, ''}
        if of.get('TargetMode', '').lower() == 'external' and not is_link:
            raise Refusal('linked_office')

    def type(self, of: dict[str, str]) -> None:
        """What a part is said to be."""
        if 'macroenabled' in of.get('ContentType', '').lower() or 'vbaproject' in of.get('ContentType', '').lower():
            raise Refusal('macros')

    def instruction(self, of: dict[str, str]) -> None:
        """A field of Word begins; its text may be spread over several."""
        self._is_field = True
        self.fields.append(of.get('instr', ''))


_LOOKS: dict[str, Callable[[_Part, dict[str, str]], None]] = {
    'Relationship': _Part.relation,
    'Override': _Part.type,
    'Default': _Part.type,
    'instrText': _Part.instruction,
    'fldSimple': _Part.instruction,
}
