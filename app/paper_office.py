"""Word and Excel files: which of the two it is, and that nothing in it acts, fetches or hides something else.

Runs in the processes of ``app.workshop`` only, as ``app.paper_kinds`` does.
"""

import io
import re
import zipfile
from collections.abc import Callable
from urllib.parse import urlsplit
from xml.parsers import expat

from app import paper_formulas
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
    (
        'linked_office',
        re.compile(r'/externallinks/|/connections\.xml$|/querytables/|/webextensions/|/volatiledependencies\.xml$'),
    ),
)
"""Members that no paper needs, with what is said of them."""
RELATIONS = {
    'macros': (
        'vbaProject', 'vbaProjectSignature', 'wordVbaData', 'xlMacrosheet', 'xlIntlMacrosheet', 'dialogsheet', 'python',
    ),
    'embedded_office': ('oleObject', 'package', 'control', 'activeXControlBinary', 'ctrlProp', 'aFChunk'),
    'linked_office': (
        'externalLink', 'externalLinkPath', 'attachedTemplate', 'subDocument', 'frame', 'connections', 'queryTable',
        'volatileDependencies', 'webextension', 'webextensiontaskpanes', 'mailMergeSource',
    ),
}  # fmt: skip
"""By these a program finds a part, whatever it is called."""
_RELATIONS = {kind.lower(): reason for reason, kinds in RELATIONS.items() for kind in kinds}
ELEMENTS = {
    **dict.fromkeys(('ddeLink', 'oleLink', 'oleObject'), 'embedded_office'),
    **dict.fromkeys(
        ('externalBook', 'connections', 'queryTable', 'volTypes', 'DataMashup', 'DataBinding'), 'linked_office'
    ),
}
"""What begins a part, or a piece of one, that gets something from elsewhere."""
KINDS = (
    ('macros', ('macroenabled', 'vbaproject', 'macrosheet', 'dialogsheet')),
    ('embedded_office', ('oleobject', 'activex', 'controlproperties')),
    ('linked_office', ('externallink', '.connections+', 'querytable', 'webextension', 'volatiledependencies')),
)
"""Words in what a part is said to be."""
READ = ('.xml', '.rels', '.vml')
"""Ends of the parts that are read here; no other may be said to be one of them."""
FETCHING = re.compile(
    r'\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|RD)\b|\bLINK\s+[a-z]\w*\.[a-z]|\bDATABASE\s+\\', re.IGNORECASE
)
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
            if member.filename.lower().endswith(READ):
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
        self._formula: list[str] | None = None
        self._name = ''
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _doctype(self, *_: object) -> None:
        raise Refusal('broken')  # no office program writes one; it is the way to bombs and to files of ours

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._is_field, kind = False, name.rpartition(':')[2]
        if kind in ELEMENTS:
            raise Refusal(ELEMENTS[kind])
        if kind in paper_formulas.PLACES:
            self._formula, self._name = [], attributes.get('name', '')
        if look := _LOOKS.get(kind):
            look(self, {key.rpartition(':')[2]: value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._is_field = False
        if self._formula is not None and name.rpartition(':')[2] in paper_formulas.PLACES:
            formula, self._formula = ''.join(self._formula), None
            if reason := paper_formulas.reason(formula, self._name):
                raise Refusal(reason)

    def _text(self, text: str) -> None:
        if self._is_field:
            self.fields.append(text)
        if self._formula is not None:
            self._formula.append(text)

    def relation(self, of: dict[str, str]) -> None:
        """One part leads to another, or out of the file."""
        kind = of.get('Type', '').rpartition('/')[2]
        if kind.lower() in _RELATIONS:
            raise Refusal(_RELATIONS[kind.lower()])
        is_link = kind == 'hyperlink' and urlsplit(of.get('Target', '')).scheme.lower() in {*HARMLESS, ''}
        if of.get('TargetMode', '').lower() == 'external' and not is_link:
            raise Refusal('linked_office')

    def type(self, of: dict[str, str]) -> None:
        """What a part is said to be."""
        kind = of.get('ContentType', '').lower()
        for reason, marks in (
            KINDS if 'PartName' in of else KINDS[:1]
        ):  # an ending may be known of which no part is left
            if any(mark in kind for mark in marks):
                raise Refusal(reason)
        end = of.get('PartName', '.' + of.get('Extension', '')).lower()
        if kind.endswith('xml') and not end.endswith((*READ, '.svg')):
            raise Refusal('mixed')  # a sheet under the name of a picture would not be looked at

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
