"""Making one signature: what comes out is checked by the code that checks strangers' signatures, or it is not given out."""

from collections.abc import Sequence
from typing import Any

from app.errors import WrongState
from app.signing.kept import to_keep
from app.signing.reading import Signature, signatures_of
from app.signing.signing import Purpose, Signer


async def made(
    pdf: bytes, signer: Signer, purpose: Purpose, known: Sequence[Signature] = ()
) -> tuple[bytes, dict[str, Any]]:
    """Return a PDF with one more signature, and what its signatures are worth, as its row keeps it.

    ``known``: what the earlier ones were found to be worth when they came: a certificate that ended since ended after them.

    Raises:
        WrongState: it cannot be signed, or the signature would not hold.
    """
    signed = await signer.sign(pdf, purpose)
    found = await signatures_of(signed)
    if found and found[-1].revocation == 'revoked':
        raise WrongState('signing.revoked', name=signer.holder.name)
    if not found or not found[-1].holds or found[-1].fingerprint != signer.holder.fingerprint:
        raise WrongState('signing.cannot_sign_file')
    return signed, await to_keep((*map(_then, known, found), *found[len(known) :]))


def _then(old: Signature, new: Signature) -> Signature:
    """Return what a signature was worth when it came, where it was good then and is judged otherwise now."""
    is_same = old.fingerprint == new.fingerprint and new.intact and new.covers_whole_document
    return old if is_same and old.holds and not new.trusted else new
