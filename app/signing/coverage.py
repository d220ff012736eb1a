"""What came after a signature: nothing but further signatures, or something else. Runs in the processes of ``app.workshop`` only.

The library tells changes of a paper from signatures added to it. On top of that nothing that anybody can see may come
without a signature: no answer in a form, no empty field with a picture, no visible time stamp. And where a signature says
that it lies is not believed: whoever adds to a file could write another place.
"""

import io
from collections.abc import Sequence
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

Answer = tuple[dict[str, Any], bytes]
REVISIONS = 100
"""Times that a file may have been added to. Each is compared with what was signed, which takes long: whoever has a file of
thousands wants to keep us busy."""


def continues(content: bytes, ours: int) -> Answer:
    """Tell whether a PDF whose first ``ours`` bytes are another whole PDF only adds signatures to that one."""
    reader, before = (PdfFileReader(io.BytesIO(each), strict=False) for each in (content, content[:ours]))
    if is_too_long(reader):
        return {'continues': False}, b''
    old = reader.get_historical_resolver(before.xrefs.total_revisions - 1)
    if '/AcroForm' not in old.root:  # where there was no form, its beginning is compared with an empty one
        old.root['/AcroForm'] = _empty_form(reader)
    review = DEFAULT_DIFF_POLICY.review_file(reader, old)
    if not isinstance(review, DiffResult) or review.modification_level > ModificationLevel.FORM_FILLING:
        return {'continues': False}, b''
    return {'continues': _only_signs(reader, before.root, review)}, b''


def is_too_long(reader: PdfFileReader) -> bool:
    """Tell whether a file was added to more often than anybody does who signs."""
    return bool(reader.xrefs.total_revisions > REVISIONS)


def covers(each: EmbeddedPdfSignature, found: PdfSignatureStatus) -> bool:
    """Tell whether a signature covers all that was there, and nothing but further signatures came after it."""
    if not _leaves_out_itself(each):
        return False
    if found.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    review = found.diff_result
    if found.coverage is not SignatureCoverageLevel.ENTIRE_REVISION or not isinstance(review, DiffResult):
        return False
    signed = each.reader.get_historical_resolver(each.signed_revision)
    return (
        review.modification_level <= ModificationLevel.FORM_FILLING
        and bool(found.docmdp_ok)
        and _only_signs(each.reader, signed.root, review)
    )


def without_strangers(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return signatures in the order in which they were made, none of which covers a paper that somebody unknown added to.

    What a later signature shows on the page stands above what was signed before, so it must be believed as well. Of one that
    is not believed itself nothing more needs to be said.
    """
    is_believed, told = True, []
    for one in reversed(found):
        covers_all = one['covers_whole_document'] and (is_believed or not one['trusted'])
        told.append({**one, 'covers_whole_document': covers_all})
        is_believed = is_believed and one['intact'] and one['trusted']
    return told[::-1]


def is_seen(each: EmbeddedPdfSignature) -> bool:
    """Tell whether a signature has a place on a page."""
    kids = each.sig_field['/Kids'] if '/Kids' in each.sig_field else ()  # noqa: SIM401 - `get` follows no reference
    return any(_has_area(one.get_object()) for one in (each.sig_field, *kids))


def _has_area(widget: Any) -> bool:
    left, bottom, right, top = (float(edge) for edge in (widget['/Rect'] if '/Rect' in widget else (0, 0, 0, 0)))  # noqa: SIM401
    return right != left and top != bottom


def _leaves_out_itself(each: EmbeddedPdfSignature) -> bool:
    """Tell whether the bytes that are not covered are the signature itself, written as they must be: in hexadecimal.

    The library counts them by the length of a value that may be written again, and longer, elsewhere in the file.
    Source: ISO 32000-1, 12.8.1.
    """
    places = [int(one) for one in each.byte_range]
    if len(places) != 4 or places[0] != 0:
        return False
    _, first, second, _ = places
    each.reader.stream.seek(first)
    gap = bytes(each.reader.stream.read(max(0, second - first)))
    return gap.lower() == b'<' + each.pkcs7_content.hex().encode() + b'>'


def _only_signs(reader: PdfFileReader, old: Any, review: DiffResult) -> bool:
    """Tell whether every field that came or was changed since holds a signature."""
    touched = _fields(reader.root) - _fields(old) | set(review.changed_form_fields)
    return touched <= {
        each.field_name
        for each in reader.embedded_signatures
        if each.sig_object_type == '/Sig' or not is_seen(each)  # a time stamp of the whole paper shows nothing
    }


def _empty_form(reader: PdfFileReader) -> generic.DictionaryObject:
    form = generic.DictionaryObject({generic.pdf_name('/Fields'): generic.ArrayObject()})
    now = _form(reader.root)
    for key in (
        '/SigFlags',
        '/DA',
    ):  # that there are signatures, and how fields without a look of their own are written
        if key in now:
            form[generic.pdf_name(key)] = now[key]
    return form


def _form(root: Any) -> Any:
    # `get` of the library does not follow a reference, reading an item does
    return root['/AcroForm'] if '/AcroForm' in root else {}  # noqa: SIM401


def _fields(root: Any) -> set[str]:
    """Return the names of the fields at the top of the form."""
    form = _form(root)
    fields = [field.get_object() for field in (form['/Fields'] if '/Fields' in form else ())]  # noqa: SIM401 - see above
    return {str(field['/T']) for field in fields if '/T' in field}
