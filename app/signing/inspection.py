"""What the signatures of a PDF are worth. Runs in the processes of ``app.workshop`` only: strangers made what it opens."""

import asyncio
import base64
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from app.signing.certificates import SIGNS, named, read_pem

Answer = tuple[dict[str, Any], bytes]
MOST = 20
"""Signatures of one paper that are looked at."""
FOR_SIGNING = KeyUsageConstraints(key_usage=SIGNS)
UNREADABLE: dict[str, Any] = {
    'signer': '', 'organisation': '', 'title': '', 'issuer': '', 'signed_at': None, 'intact': False, 'trusted': False,
    'covers_whole_document': False, 'timestamped': False, 'fingerprint': '', 'kind': 'person', 'numbers': [],
    'certificate': '', 'visible': False,
}  # fmt: skip


def signatures(content: bytes, roots: int, stamp_roots: int, at: str) -> Answer:
    """Return every signature of a PDF, in the order in which they were made.

    ``content`` is the trusted roots (PEM), those of the time-stamping authority, and the PDF, one after the other; the
    sizes of the first two are given. ``at``: the moment by which the signatures were there. Nothing is fetched.
    """
    begin = roots + stamp_roots
    anchors, stamps = read_pem(content[:roots]), read_pem(content[roots:begin])
    reader = PdfFileReader(io.BytesIO(content[begin:]), strict=False)
    moment = datetime.fromisoformat(at)
    found = [asyncio.run(_one(each, anchors, stamps, moment)) for each in _embedded(reader)]
    return {'signatures': found}, b''


def continues(content: bytes, ours: int) -> Answer:
    """Tell whether a PDF whose first ``ours`` bytes are another whole PDF only adds signatures to that one."""
    reader, before = (PdfFileReader(io.BytesIO(each), strict=False) for each in (content, content[:ours]))
    old = reader.get_historical_resolver(before.xrefs.total_revisions - 1)
    if '/AcroForm' not in old.root:  # where there was no form, its beginning is compared with an empty one
        old.root['/AcroForm'] = _empty_form(reader)
    review = DEFAULT_DIFF_POLICY.review_file(reader, old)
    if not isinstance(review, DiffResult) or review.modification_level > ModificationLevel.FORM_FILLING:
        return {'continues': False}, b''
    touched = _fields(reader) - _fields(before) | set(review.changed_form_fields)
    return {'continues': touched <= _signed(reader)}, b''


def _empty_form(reader: PdfFileReader) -> generic.DictionaryObject:
    form = generic.DictionaryObject({generic.pdf_name('/Fields'): generic.ArrayObject()})
    now = _form(reader)
    for key in (
        '/SigFlags',
        '/DA',
    ):  # that there are signatures, and how fields without a look of their own are written
        if key in now:
            form[generic.pdf_name(key)] = now[key]
    return form


def _form(reader: PdfFileReader) -> Any:
    # `get` of the library does not follow a reference, reading an item does
    return reader.root['/AcroForm'] if '/AcroForm' in reader.root else {}  # noqa: SIM401


def _signed(reader: PdfFileReader) -> set[str]:
    return {each.field_name for each in reader.embedded_signatures}


def _fields(reader: PdfFileReader) -> set[str]:
    """Return the names of the fields at the top of the form."""
    form = _form(reader)
    fields = [field.get_object() for field in (form['/Fields'] if '/Fields' in form else ())]  # noqa: SIM401 - see below
    return {str(field['/T']) for field in fields if '/T' in field}


def _embedded(reader: PdfFileReader) -> Iterator[EmbeddedPdfSignature | None]:
    """Yield the signatures; None for what cannot be read as one."""
    try:
        found = reader.embedded_regular_signatures
    except Exception:  # of any kind: a signature field that is none
        yield None
        return
    yield from found[:MOST]


async def _one(
    each: EmbeddedPdfSignature | None, anchors: list[x509.Certificate], stamps: list[x509.Certificate], at: datetime
) -> dict[str, Any]:
    if each is None:
        return UNREADABLE
    try:
        found = await _status(each, anchors, stamps, at)
        stamp = found.timestamp_validity
        is_stamped = bool(stamp and stamp.valid and stamp.intact and stamp.trusted)
        if stamp and is_stamped and stamp.timestamp < at:
            found = await _status(each, anchors, stamps, stamp.timestamp)
        said = stamp.timestamp if stamp and is_stamped else found.signer_reported_dt
    except Exception:  # of any kind: what is in there was made by somebody who may want it to fail
        return {**UNREADABLE, **_who(each)}
    return {
        **_who(each),
        'signed_at': said.isoformat() if said else None,
        'intact': bool(found.intact and found.valid),
        'trusted': bool(found.trusted),
        'covers_whole_document': _covers(found),
        'timestamped': is_stamped,
        'visible': _is_seen(each),
    }


async def _status(
    each: EmbeddedPdfSignature, anchors: list[x509.Certificate], stamps: list[x509.Certificate], at: datetime
) -> PdfSignatureStatus:
    def context(roots: list[x509.Certificate]) -> ValidationContext:
        return ValidationContext(trust_roots=roots, moment=at, allow_fetching=False, revocation_mode='soft-fail')

    return await async_validate_pdf_signature(
        each, context(anchors), context([*stamps, *anchors]), key_usage_settings=FOR_SIGNING
    )


def _is_seen(each: EmbeddedPdfSignature) -> bool:
    """Tell whether a signature has a place on a page."""
    left, bottom, right, top = (float(edge) for edge in each.sig_field.get('/Rect', (0, 0, 0, 0)))
    return right != left and top != bottom


def _covers(found: PdfSignatureStatus) -> bool:
    """Nothing but further signatures came after it."""
    if found.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    level = found.modification_level
    return (
        found.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and level is not None
        and level <= ModificationLevel.FORM_FILLING
        and bool(found.docmdp_ok)
    )


def _who(each: EmbeddedPdfSignature) -> dict[str, Any]:
    """Return who a certificate says that it is of."""
    try:
        certificate = each.signer_cert
        return {**named(certificate), 'certificate': base64.b64encode(certificate.dump()).decode()}
    except Exception:  # of any kind: there may be no certificate in it
        return {}
