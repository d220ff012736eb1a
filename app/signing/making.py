"""Making one signature: what comes out is checked by the code that checks strangers' signatures, or it is not given out."""

from typing import Any

from app.errors import WrongState
from app.signing.kept import to_keep
from app.signing.reading import signatures_of
from app.signing.signing import Purpose, Signer


async def made(pdf: bytes, signer: Signer, purpose: Purpose) -> tuple[bytes, dict[str, Any]]:
    """Return a PDF with one more signature, and what its signatures are worth, as its row keeps it.

    Raises:
        WrongState: it cannot be signed, or the signature would not hold.
    """
    signed = await signer.sign(pdf, purpose)
    found = await signatures_of(signed)
    if found and found[-1].revocation == 'revoked':
        raise WrongState('signing.revoked', name=signer.holder.name)
    if not found or not found[-1].holds or found[-1].fingerprint != signer.holder.fingerprint:
        raise WrongState('signing.cannot_sign_file')
    return signed, await to_keep(found)
