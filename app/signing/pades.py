"""PAdES by pyhanko: B-B, with a time stamp B-T. What was there stays to the byte; the signature is added at its end.

Imported only where something is signed. Source: ETSI EN 319 142-1.
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import tsp
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_cms import Signer as KeyHolder
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.stamp.static import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import ValidationError

from app.audit.stamp import NotStamped, answered
from app.errors import WrongState
from app.settings import Settings
from app.signing.certificates import read_pem
from app.signing.signing import Purpose
from app.signing.stamping import Place

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


@dataclass(frozen=True)
class Look:
    """Where a signature is seen, and what is drawn there: a PDF of one page."""

    place: Place
    drawn: bytes


class _Drawn(ImportedPdfPage):
    """The page of a PDF that lies in memory."""

    def __init__(self, content: bytes) -> None:
        super().__init__('')
        self._content = content

    def render(self) -> bytes:
        """Return what draws the page, and hold it ready. As the library does for a file."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._content)))
        self.resources.xobject['/Drawn'] = page
        left, bottom, right, top = page.get_object()['/BBox']
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b'/Drawn Do'


class _Addition(IncrementalPdfFileWriter):
    """Adds to a file and leaves alone what it says of itself, which the library would write anew: no longer archival."""

    def _update_meta(self) -> None:
        pass


WHOLE = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
)


def signed(
    pdf: bytes,
    purpose: Purpose,
    opened: KeyHolder,
    name: str,
    stamped_by: Settings | None,
    look: Look | None = None,
) -> bytes:
    """Return a PDF with one more signature, without a ``look`` one that nobody sees. Keeps a processor busy: for a thread.

    Raises:
        WrongState: it cannot be signed.  NotStamped: the time-stamping authority gave nothing that holds.
    """
    stamper = Stamper(stamped_by) if stamped_by else None
    try:
        return asyncio.run(_signed(pdf, purpose, opened, name, stamper, look))
    except NotStamped:
        raise
    except Exception as error:  # of any kind: a file may demand of its signatures what the library never heard of
        raise WrongState('signing.cannot_sign_file') from error


async def _signed(
    pdf: bytes, purpose: Purpose, opened: KeyHolder, name: str, stamper: TimeStamper | None, look: Look | None
) -> bytes:
    out = _Addition(io.BytesIO(pdf), strict=False)
    field = look.place.field if look else ''
    name_of_field = field or _free_name(out)
    meta = PdfSignatureMetadata(
        field_name=name_of_field,
        md_algorithm='sha256',
        subfilter=SigSeedSubFilter.PADES,
        name=name,
        reason=purpose.reason,
        location=purpose.place or None,
    )
    spec = None
    if look and not field:
        left, bottom, right, top = (round(edge) for edge in look.place.box)
        spec = SigFieldSpec(name_of_field, on_page=look.place.page, box=(left, bottom, right, top))
    style = StaticStampStyle(border_width=0, background=_Drawn(look.drawn), background_layout=WHOLE) if look else None
    signer = PdfSigner(meta, opened, timestamper=stamper, stamp_style=style, new_field_spec=spec)
    session = signer.init_signing_session(out, existing_fields_only=bool(field))
    session.system_time = purpose.at
    prepared = session.prepare_tbs_document(None, RESERVED, appearance_text_params={})
    digest, whole = prepared.digest_tbs_document()
    await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=purpose.at))
    whole.seek(0)
    return bytes(whole.read())


def with_evidence(pdf: bytes, roots: bytes, lists: Sequence[bytes], answers: Sequence[bytes]) -> bytes:
    """Return a signed and time-stamped PDF with what its last signature can be judged by later: PAdES B-LT.

    ``roots``: of signers and time stamps (PEM). What does not show of every certificate whether it was revoked is left out:
    the paper comes back as it was. Keeps a processor busy: for a thread. Source: ETSI EN 319 142-1, 6.3.
    """
    signature = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures[-1]
    context = ValidationContext(
        trust_roots=read_pem(roots), crls=lists, ocsps=answers, revocation_mode='hard-fail', retroactive_revinfo=True
    )
    writer, out = _Addition.from_reader(signature.reader), io.BytesIO()
    try:
        paths = asyncio.run(collect_validation_info(signature, context))
        of_signature = signature.pkcs7_content.hex().encode()
        DocumentSecurityStore.supply_dss_in_writer(writer, of_signature, validation_context=context, paths=paths)
        writer.write(out)
    except (PdfError, SigningError, ValidationError, SignatureValidationError):
        return pdf  # it is signed and stamped all the same
    return out.getvalue()


def _free_name(out: IncrementalPdfFileWriter) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(out)}
    return next(name for number in range(1, len(taken) + 2) if (name := f'Motcua{number}') not in taken)
