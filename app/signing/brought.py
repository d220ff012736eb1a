"""A result that was signed in another program: taken back only if it is ours to the byte and the signer's own certificate."""

import base64
from typing import Any

from asn1crypto import x509
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto, live, storage
from app.access import Actor
from app.audit.record import record
from app.db import after_commit, read, write
from app.dossiers import intake
from app.dossiers.files import File, as_file
from app.dossiers.loading import load_for, load_on_desk
from app.errors import NotAllowed, Stale, WrongState
from app.procedures.queries import spec_of
from app.signing import keys, reading, rules, trust, unlocking
from app.signing.kept import PDF, to_keep
from app.signing.results import bytes_of, swap, told_of
from app.text import fold
from app.workflow.apply import available_actions
from app.workflow.transitions import Action
from models import Account, Attachment, Dossier, SigningKey
from models.enums import Authentication


async def add_signed(actor: Actor, dossier_id: str, content: bytes) -> File:
    """Take the result back with the signature of the leader whose step it is, or with the seal at the clerk's.

    Raises:
        NotFound, NotAllowed: not theirs to sign now.  WrongState: with what is wrong: other bytes, something else than
        signatures added, a signature that does not hold, somebody else's certificate.  Invalid: a file that is not taken.
    """
    dossier, row, is_seal = await _place(actor, dossier_id)
    before = await bytes_of(row)
    refuse_other_bytes(content, before)
    paper, state = await intake.taken(actor, content, row.name, dossier=dossier)
    if paper.content != content:
        raise WrongState('signing.changed_content')
    found, new = await additions(content, before)
    keep = await to_keep(tuple(reading.from_json(one) for one in found))
    async with storage.kept(content) as stored, write() as db:
        if (await load_for(db, actor, dossier_id, lock=True)).version != dossier.version:
            raise Stale()
        for one in new:
            await refuse(db, actor, dossier.resolving_unit_id, one, is_seal=is_seal)
        after = await swap(db, actor, row, intake.row(actor, paper, stored, signatures=keep))
        after.state = state
        told = {'how': 'brought', **told_of(row, after, new[-1])}
        await record(
            db, actor, 'dossier', dossier_id, rules.BROUGHT, dossier_id=dossier_id, unit_id=dossier.resolving_unit_id,
            data={'signature': told},
        )  # fmt: skip
        after_commit(db, lambda: live.signal(f'dossier:{dossier_id}'))
    return as_file(after)


def refuse_other_bytes(content: bytes, before: bytes) -> None:
    """Refuse what does not begin with our file. Raises WrongState."""
    if content == before:
        raise WrongState('signing.nothing_signed')
    if not content.startswith(before):
        raise WrongState('signing.other_bytes')


async def additions(content: bytes, before: bytes) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return all signatures of a file that came back, and those that it did not have before.

    Raises:
        WrongState: it is not our file with signatures added and nothing else, or one of them hides what is printed.
    """
    refuse_other_bytes(content, before)
    if not await reading.continues(content, before):
        raise WrongState('signing.changed_content')
    if await reading.hides(content, before):
        raise WrongState('signing.hides_print')
    found = await reading.facts(content)
    new = found[len(await reading.facts(before)) :]
    if not new:
        raise WrongState('signing.nothing_signed')
    return found, new


async def _place(actor: Actor, dossier_id: str) -> tuple[Dossier, Attachment, bool]:
    """Return the dossier, its result, and whether it is the seal's turn."""
    if actor.authentication is Authentication.TOKEN:
        raise NotAllowed()
    async with read() as db:
        dossier = await load_on_desk(db, actor, dossier_id)
        acts = await available_actions(db, actor, dossier, await spec_of(db, dossier.version_id))
        row = await rules.present(db, dossier_id)
    is_seal = Action.FINISH in acts
    permission = keys.SEAL if is_seal else keys.SIGN
    if not (is_seal or Action.APPROVE in acts) or not actor.may(permission, dossier.resolving_unit_id):
        raise NotAllowed()
    if row is None:
        raise WrongState('signing.no_result')
    if row.media_type != PDF:
        raise WrongState('signing.not_pdf', name=row.name)
    return dossier, row, is_seal


async def refuse(db: AsyncSession, actor: Actor, unit_id: str, one: dict[str, Any], *, is_seal: bool) -> None:
    """Refuse a signature that does not hold, or is not of the person or the unit whose turn it is. Raises WrongState."""
    if not (one['intact'] and one['covers_whole_document']):
        raise WrongState('signing.not_intact', name=one['signer'])
    if one['revocation'] == 'revoked':
        raise WrongState('signing.revoked', name=one['signer'])
    if not one['trusted']:
        raise WrongState('signing.untrusted', name=one['signer'], issuer=one.get('issuer', ''))
    if is_seal:
        seal = await unlocking.seal_of(db, unit_id)
        is_theirs = seal is not None and seal.fingerprint == one['fingerprint']
    else:
        is_theirs = await _is_own(db, actor, one)
    if not is_theirs:
        raise WrongState('signing.foreign_seal' if is_seal else 'signing.foreign_certificate', name=one['signer'])


async def _is_own(db: AsyncSession, actor: Actor, one: dict[str, Any]) -> bool:
    """Tell whether a certificate is registered for this person; where the installation says so, also by name and number."""
    registered = select(SigningKey.id).where(
        SigningKey.account_id == actor.account_id,
        SigningKey.fingerprint == one['fingerprint'],
        SigningKey.removed_at.is_(None),
    )
    if (await db.execute(registered)).first() is not None:
        return True
    found = trust.settings()
    if found is None or found.signer_match != 'person':
        return False
    account = await db.get_one(Account, actor.account_id)
    number = account.personal_id_sealed and crypto.unseal(
        account.personal_id_sealed, f'account.personal_id_sealed:{account.id}'
    )
    has_number = bool(number) and any(number == _digits(each) for each in one['numbers'])
    if not has_number or fold(one['signer']) != fold(account.full_name):
        return False
    certificate = x509.Certificate.load(base64.b64decode(one['certificate']))
    await keys.keep(db, certificate, None, account_id=account.id, added_by_id=account.id)
    return True


def _digits(text: str) -> str:
    return ''.join(sign for sign in text if sign.isdecimal())
