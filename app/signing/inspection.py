"""What the signatures of a PDF are worth. Runs in the processes of ``app.workshop`` only: strangers made what it opens."""

import asyncio
import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from asn1crypto import x509
from asn1crypto.ocsp import OCSPResponse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.path import ValidationPath

from app.signing.certificates import SIGNS, asks_of, named, places_of_lists, read_pem
from app.signing.coverage import Answer, covers, is_seen, is_too_long, without_strangers

MOST = 20
"""Signatures of one paper that are looked at."""
FOR_SIGNING = KeyUsageConstraints(key_usage=SIGNS)
UNREADABLE: dict[str, Any] = {
    'signer': '', 'organisation': '', 'title': '', 'issuer': '', 'signed_at': None, 'intact': False, 'trusted': False,
    'covers_whole_document': False, 'timestamped': False, 'fingerprint': '', 'kind': 'person', 'numbers': [],
    'certificate': '', 'visible': False, 'revocation': 'unchecked', 'revoked_at': None, 'lists': [], 'asks': [],
}  # fmt: skip


@dataclass(frozen=True)
class _Ground:
    """What signatures are judged by: roots of signers and of time stamps, lists of revoked certificates, answers (DER)."""

    anchors: list[x509.Certificate]
    stamps: list[x509.Certificate]
    lists: list[bytes]
    answers: list[bytes]
    old_lists: list[bytes]
    old_answers: list[bytes]
    """What the paper itself brought: from some day on which nobody had revoked anything yet."""

    def with_old(self) -> '_Ground':
        """Return the same with what the paper brought, for whoever is known to have signed on such a day."""
        lists, answers = [*self.lists, *self.old_lists], [*self.answers, *self.old_answers]
        return replace(self, lists=lists, answers=answers)


def signatures(
    content: bytes, roots: int, stamp_roots: int, at: str, lists: Sequence[int] = (), answers: Sequence[int] = ()
) -> Answer:
    """Return every signature of a PDF, in the order in which they were made.

    ``content`` is the trusted roots (PEM), those of the time-stamping authority, lists of revoked certificates (DER),
    answers of authorities (DER), and the PDF, one after the other; the sizes of all but the last are given. ``at``: the
    moment by which the signatures were there. Nothing is fetched.
    """
    sizes, parts = [roots, stamp_roots, *lists, *answers], []
    for size in sizes:
        parts.append(content[:size])
        content = content[size:]
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    until = 2 + len(lists)
    ground = _Ground(read_pem(parts[0]), read_pem(parts[1]), parts[2:until], parts[until:], *_kept_in(reader))
    moment = datetime.fromisoformat(at)
    found = [asyncio.run(_one(each, ground, moment)) for each in _embedded(reader)]
    return {'signatures': without_strangers(found)}, b''


def _kept_in(reader: PdfFileReader) -> tuple[list[bytes], list[bytes]]:
    """Return the lists and the answers that a paper carries for later. Source: ETSI EN 319 142-1, 5.4.2."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
        lists, answers = ([bytes(one.get_object().data) for one in kept[:MOST]] for kept in (store.crls, store.ocsps))
        return lists, [one for one in answers if OCSPResponse.load(one).native]
    except Exception:  # of any kind: most have none, and a stranger's may be anything
        return [], []


def _embedded(reader: PdfFileReader) -> Iterator[EmbeddedPdfSignature | None]:
    """Yield the signatures; None for what cannot be read as one, and for all that are too many."""
    if is_too_long(reader):
        yield None
        return
    try:
        found = reader.embedded_regular_signatures
    except Exception:  # of any kind: a signature field that is none
        yield None
        return
    yield from found[:MOST]
    if len(found) > MOST:
        yield None


async def _one(each: EmbeddedPdfSignature | None, ground: _Ground, at: datetime) -> dict[str, Any]:
    if each is None:
        return UNREADABLE
    try:
        found = await _status(each, ground, at)
        stamp = found.timestamp_validity
        is_stamped = bool(stamp and stamp.valid and stamp.intact and stamp.trusted)
        if stamp and is_stamped and stamp.timestamp < at:
            at = stamp.timestamp
            found = await _status(each, ground, at)
        said = stamp.timestamp if stamp and is_stamped else found.signer_reported_dt
        revocation = await _revocation(each, ground.with_old() if is_stamped else ground, at, found)
        place = {'covers_whole_document': covers(each, found), 'visible': is_seen(each)}
    except Exception:  # of any kind: what is in there was made by somebody who may want it to fail
        return {**UNREADABLE, **_who(each)}
    return {
        **_who(each),
        'signed_at': said.isoformat() if said else None,
        'intact': bool(found.intact and found.valid),
        'trusted': bool(found.trusted) and revocation['revocation'] != 'revoked',
        'timestamped': is_stamped,
        **place,
        **revocation,
    }


async def _status(
    each: EmbeddedPdfSignature, ground: _Ground, at: datetime, *, strict: bool = False
) -> PdfSignatureStatus:
    """Judge a signature; strictly, only who is shown not to be revoked is trusted."""

    def context(roots: list[x509.Certificate], *, strict: bool = False) -> ValidationContext:
        return ValidationContext(
            trust_roots=roots, moment=at, allow_fetching=False,
            crls=ground.lists if strict else (), ocsps=ground.answers if strict else (),
            revocation_mode='hard-fail' if strict else 'soft-fail',
            retroactive_revinfo=True,  # a list of today tells of the day on which it was signed, too
        )  # fmt: skip

    return await async_validate_pdf_signature(
        each,
        context(ground.anchors, strict=strict),
        context([*ground.stamps, *ground.anchors]),
        key_usage_settings=FOR_SIGNING,
    )


async def _revocation(
    each: EmbeddedPdfSignature, ground: _Ground, at: datetime, found: PdfSignatureStatus
) -> dict[str, Any]:
    """Tell whether the certificate was revoked by then, and where it says that this can be seen.

    good, revoked; unchecked: neither a list nor an answer was there; none: its authority names no place for it.
    """
    stamp = found.timestamp_validity
    # the path of whoever is not trusted was built by names alone, which anybody can write into a certificate
    lists, asks = _places(found.validation_path if found.trusted else None)
    more = _places(stamp.validation_path if stamp and stamp.trusted else None)
    told: dict[str, Any] = {
        'revocation': 'unchecked', 'revoked_at': None, 'lists': [*lists, *more[0]], 'asks': [*asks, *more[1]],
    }  # fmt: skip
    if not found.trusted:
        return told
    if not lists and not asks:
        return told | {'revocation': 'none'}
    strict = await _status(each, ground, at, strict=True) if ground.lists or ground.answers else None
    if strict and strict.revocation_details:
        return told | {'revocation': 'revoked', 'revoked_at': strict.revocation_details.revocation_date.isoformat()}
    return told | {'revocation': 'good'} if strict and strict.trusted else told


def _places(path: ValidationPath | None) -> tuple[list[str], list[dict[str, str]]]:
    """Return where the lists for the certificates of a path lie, and who is to be asked of each."""
    certificates = list(path.iter_certs(include_root=True)) if path else []
    lists = [place for one in certificates[1:] for place in places_of_lists(one)]
    return lists, [ask for issuer, one in pairwise(certificates) for ask in asks_of(one, issuer)]


def _who(each: EmbeddedPdfSignature) -> dict[str, Any]:
    """Return who a certificate says that it is of."""
    try:
        certificate = each.signer_cert
        return {**named(certificate), 'certificate': base64.b64encode(certificate.dump()).decode()}
    except Exception:  # of any kind: there may be no certificate in it
        return {}
