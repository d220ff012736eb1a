"""Putting a signature into a PDF: PAdES B-B, with a time stamp B-T, as an addition that leaves what was there to the byte.

``Signer`` is all that the rest of the service knows of a key: one kept here is a signer, a remote service can be another.
"""

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper

from app.errors import WrongState
from app.settings import Settings
from app.signing.stamping import NotStamped, Stamper

RESERVED = 32_768
"""Half as many bytes for a signature with its certificates and a time stamp; what is too much is zeros."""


@dataclass(frozen=True)
class Purpose:
    """What is said beside a signature."""

    reason: str
    place: str
    at: datetime


@dataclass(frozen=True)
class Holder:
    """Whose key it is: a person's account, or a unit's seal."""

    key_id: str
    name: str
    fingerprint: str
    account_id: str | None = None
    unit_id: str | None = None


class Signer(Protocol):
    """Somebody whose signature can be put into a PDF, unlocked for one act or one batch."""

    holder: Holder

    async def sign(self, pdf: bytes, purpose: Purpose) -> bytes:
        """Return the PDF with one more signature at its end. Raises WrongState where that cannot be done."""


class KeptKey:
    """A signer whose key is kept here; it was opened with the PIN and lives only as long as this object."""

    def __init__(self, holder: Holder, opened: SimpleSigner, settings: Settings | None) -> None:
        self.holder, self._opened, self._settings = holder, opened, settings

    async def sign(self, pdf: bytes, purpose: Purpose) -> bytes:
        """Sign; where the time-stamping authority does not answer, without its stamp, and the file says so."""
        if self._settings and self._settings.tsa_url:
            try:
                return await asyncio.to_thread(self._sign, pdf, purpose, Stamper(self._settings))
            except NotStamped:
                pass  # an office goes on working; the absence is seen wherever the signature is shown
        return await asyncio.to_thread(self._sign, pdf, purpose, None)

    def _sign(self, pdf: bytes, purpose: Purpose, stamper: TimeStamper | None) -> bytes:
        try:
            return asyncio.run(_signed(pdf, purpose, self._opened, self.holder.name, stamper))
        except (PdfError, SigningError) as error:
            raise WrongState('signing.cannot_sign_file') from error


async def _signed(pdf: bytes, purpose: Purpose, opened: SimpleSigner, name: str, stamper: TimeStamper | None) -> bytes:
    out = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    meta = PdfSignatureMetadata(
        field_name=_free_name(out),
        md_algorithm='sha256',
        subfilter=SigSeedSubFilter.PADES,
        name=name,
        reason=purpose.reason,
        location=purpose.place or None,
    )
    session = PdfSigner(meta, opened, timestamper=stamper).init_signing_session(out)
    session.system_time = purpose.at
    prepared = session.prepare_tbs_document(None, RESERVED)
    digest, whole = prepared.digest_tbs_document()
    await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=purpose.at))
    whole.seek(0)
    return bytes(whole.read())


def _free_name(out: IncrementalPdfFileWriter) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(out)}
    return next(name for number in range(1, len(taken) + 2) if (name := f'Motcua{number}') not in taken)
