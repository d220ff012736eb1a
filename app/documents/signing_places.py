"""Places for electronic signatures: what a layout marks becomes an empty signature field, known to every signing program.

A layout marks a place with a link to ``motcua:<name>`` around an empty box. The link stands in the page and in the tagged
structure already, so turned into a field it stays PDF/A and stays within reach of screen readers. Source: ISO 32000-1, 12.7.4.5.
"""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from app.i18n import words

SCHEME = 'motcua:'
PERSON, SEAL = 'NguoiKy', 'ConDau'
"""Names of the fields: of the leader's signature, and of the agency's."""
KEYS = {PERSON: 'signing.place_person', SEAL: 'signing.place_seal'}
_PRINTED = 4
_SIGNATURES = 3
"""There are fields for signatures, and whoever saves the file only adds to it."""
_LINK_ONLY = ('/A', '/Border', '/C', '/Contents', '/H')


def with_fields(made: bytes) -> bytes:
    """Return a PDF that we drew with its marked places as empty signature fields; without any, as it is."""
    with pikepdf.open(BytesIO(made)) as paper:
        fields = [_field(paper, page, note, name) for page, note, name in _marked(paper)]
        if not fields:
            return made
        paper.Root.AcroForm = paper.make_indirect(Dictionary(Fields=Array(fields), SigFlags=_SIGNATURES))
        out = BytesIO()
        paper.save(out, deterministic_id=True)
    return out.getvalue()


def _marked(paper: pikepdf.Pdf) -> list[tuple[pikepdf.Page, pikepdf.Object, str]]:
    found = []
    for page in paper.pages:
        for note in page.obj.get('/Annots', Array()):
            address = str(note.get('/A', Dictionary()).get('/URI', ''))
            if address.startswith(SCHEME):
                found.append((page, note, address.removeprefix(SCHEME)))
    return found


def _field(paper: pikepdf.Pdf, page: pikepdf.Page, note: pikepdf.Object, name: str) -> pikepdf.Object:
    """Make a field of a link, in its place."""
    left, bottom, right, top = (float(edge) for edge in note.Rect)
    for key in _LINK_ONLY:
        if key in note:
            del note[key]
    look = paper.make_stream(b'', Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, right - left, top - bottom])
    note.Subtype, note.FT, note.F = Name.Widget, Name.Sig, _PRINTED
    note.T, note.TU = String(name), String(words('vi')(KEYS[name]))
    note.P, note.AP = page.obj, Dictionary(N=look)
    element = _element(paper, int(note.StructParent))
    element.S = Name.Form
    if isinstance(
        element.K, Array
    ):  # whoever compares versions of the file looks for the field right below its element
        (element.K,) = element.K
    return note


def _element(paper: pikepdf.Pdf, number: int) -> pikepdf.Object:
    """Return the element of the tagged structure that an annotation belongs to. Source: ISO 32000-1, 14.7.4.4."""
    pairs = list(paper.Root.StructTreeRoot.ParentTree.Nums)
    return next(element for key, element in zip(pairs[::2], pairs[1::2], strict=True) if int(key) == number)
