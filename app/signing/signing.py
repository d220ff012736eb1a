"""Putting a signature into a PDF, as an addition that leaves what was there to the byte.

PAdES B-B; with a time stamp B-T; with what tells that no certificate was revoked besides B-LT.

``Signer`` is all that the rest of the service knows of a key: one kept here is a signer, a remote service can be another.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from app.audit.stamp import NotStamped
from app.log import log
from app.settings import Settings
from app.signing import answers, reading, revocation, trust
from app.signing.stamping import Picture, Place, drawn, place_for

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer as KeyHolder


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


async def _lasting(stamped: bytes) -> bytes:
    """Return a stamped PDF with what tells that no certificate was revoked, where that is to be had: B-LT, else B-T as it is.

    Answers alone where they are enough: they are small, lists may be large.
    """
    from app.signing import pades  # heavy: read only by who signs

    last = (await reading.facts(stamped))[-1]
    if last['revocation'] != 'good':
        return stamped
    roots, said = b'\n'.join(await trust.roots()), await answers.answers_to(last['asks'])
    made = await asyncio.to_thread(pades.with_evidence, stamped, roots, (), said) if said else stamped
    if made != stamped:
        return made
    lists = await revocation.lists_of(last['lists'])
    return await asyncio.to_thread(pades.with_evidence, stamped, roots, lists, said) if lists else stamped


class KeptKey:
    """A signer whose key is kept here; it was opened with the PIN and lives only as long as this object.

    ``opened`` is what signs a digest. A key that lies with a remote service can be one as well: a pyhanko ``Signer`` whose
    ``async_sign_raw`` asks that service; all else (place, picture, time stamp, evidence) stays as it is.
    """

    def __init__(
        self, holder: Holder, opened: 'KeyHolder', settings: Settings | None, picture: Picture | None = None
    ) -> None:
        self.holder, self._opened, self._settings, self._picture = holder, opened, settings, picture

    async def sign(self, pdf: bytes, purpose: Purpose) -> bytes:
        """Sign; where the time-stamping authority does not answer, without its stamp, and the file says so."""
        place = await place_for(pdf, is_seal=self.holder.unit_id is not None)
        if self._settings and self._settings.tsa_url:
            try:
                return await _lasting(await asyncio.to_thread(self._sign, pdf, purpose, self._settings, place))
            except NotStamped:
                log.warning('a signature has no time stamp: the authority did not give one')
        return await asyncio.to_thread(self._sign, pdf, purpose, None, place)

    def _sign(self, pdf: bytes, purpose: Purpose, stamped_by: Settings | None, place: Place | None) -> bytes:
        from app.signing import pades  # heavy: read only by who signs

        name, look = self.holder.name, None
        if place:
            is_seal = self.holder.unit_id is not None
            look = pades.Look(place, drawn(place, name, purpose.at, is_seal=is_seal, picture=self._picture))
        return pades.signed(pdf, purpose, self._opened, name, stamped_by, look)
