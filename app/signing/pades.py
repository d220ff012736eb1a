"""PAdES by pyhanko: B-B, with a time stamp B-T. What was there stays to the byte; the signature is added at its end.

Imported only where something is signed. Source: ETSI EN 319 142-1.
"""

import asyncio
import io

from asn1crypto import tsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper

from app.audit.stamp import answered
from app.errors import WrongState
from app.settings import Settings
from app.signing.signing import Purpose

RESERVED = 32_768
"""Half as many bytes for a signature with its certificates and a time stamp; what is too much is zeros."""


class Stamper(TimeStamper):
    """Asks the authority that stamps the anchors of the audit; only an answer that holds under its roots is taken."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the answer. Raises NotStamped. Source: RFC 3161."""
        digest, nonce = req['message_imprint']['hashed_message'].native, req['nonce'].native
        answer, _ = await answered(self._settings, req.dump(), digest, nonce)
        return tsp.TimeStampResp.load(answer)


def signed(pdf: bytes, purpose: Purpose, opened: SimpleSigner, name: str, stamped_by: Settings | None) -> bytes:
    """Return a PDF with one more signature. Keeps a processor busy: for a thread.

    Raises:
        WrongState: it cannot be signed.  NotStamped: the time-stamping authority gave nothing that holds.
    """
    stamper = Stamper(stamped_by) if stamped_by else None
    try:
        return asyncio.run(_signed(pdf, purpose, opened, name, stamper))
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
