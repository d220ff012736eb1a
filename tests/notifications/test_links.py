"""Links in mail: made when sent, consumed once, dead when anything about them changed."""

import asyncio
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now
from app.db import read, write
from app.errors import NotFound
from app.notifications import commands, links, outbox, worker
from app.workflow.transitions import Action
from models import Account, Dossier, Message, OneTimeLink
from models.enums import AccountKind, LinkPurpose, Role, Status
from tests.notifications.conftest import AN, NewDossier, Office, act, messages
from tests.support.smtp import SmtpServer


async def followed(dossier: Dossier) -> tuple[str, Message]:
    """Send a letter of this dossier and return the token in it."""
    await act(dossier, Action.ACCEPT, Status.ACCEPTED)
    message = (await messages())[-1]
    return links.follow_address(dossier, message).rpartition('/')[2], message


async def test_a_link_opens_its_dossier_once(new_dossier: NewDossier) -> None:
    dossier = await new_dossier(contact_verified=True)
    token, _ = await followed(dossier)
    assert await links.open_follow_link(token) == dossier.id
    with pytest.raises(NotFound):
        await links.open_follow_link(token)


async def test_of_many_at_once_one_gets_in(new_dossier: NewDossier) -> None:
    token, _ = await followed(await new_dossier(contact_verified=True))
    results = await asyncio.gather(*(links.open_follow_link(token) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(r, str) for r in results) == 1
    assert all(isinstance(r, str | NotFound) for r in results)


@pytest.mark.parametrize('change', [{'contact_verified': False}, {'contact_email': 'other@example.com'}])
async def test_a_link_dies_with_the_address_it_went_to(change: dict[str, object], new_dossier: NewDossier) -> None:
    dossier = await new_dossier(contact_verified=True)
    token, _ = await followed(dossier)
    async with write() as db:
        row = await db.get_one(Dossier, dossier.id)
        for name, value in change.items():
            setattr(row, name, value)
    with pytest.raises(NotFound):
        await links.open_follow_link(token)


async def test_a_link_is_too_old_after_thirty_days(new_dossier: NewDossier) -> None:
    token, _ = await followed(await new_dossier(contact_verified=True))
    with time_machine.travel(now() + timedelta(days=31)), pytest.raises(NotFound):
        await links.open_follow_link(token)


async def test_a_link_of_one_letter_does_not_open_another_dossier(new_dossier: NewDossier) -> None:
    one, two = await new_dossier(contact_verified=True), await new_dossier(contact_verified=True)
    (token, _), (other, _) = await followed(one), await followed(two)
    for forged in (token[:22] + other[22:], token[:-1] + ('0' if token[-1] != '0' else '1'), token[:22], '', 'x' * 65):
        with pytest.raises(NotFound):
            await links.open_follow_link(forged)


async def test_resending_gives_a_new_link_and_kills_the_old_one(
    smtp: SmtpServer, office: Office, new_dossier: NewDossier
) -> None:
    dossier = await new_dossier(contact_verified=True)
    token, message = await followed(dossier)
    await worker.run_once()
    await commands.resend(office.staff(Role.INTAKE), message.id)
    await worker.run_once()
    with pytest.raises(NotFound):
        await links.open_follow_link(token)
    again = smtp.to(AN)[-1].text.partition('/theo-doi/')[2].split()[0]
    assert await links.open_follow_link(again) == dossier.id


async def test_a_link_of_an_account_travels_by_mail_only(smtp: SmtpServer, database: None) -> None:
    account = Account(kind=AccountKind.CITIZEN, email=AN, full_name='An', created_at=now(), changed_at=now())
    async with write() as db:
        db.add(account)
        await outbox.enqueue_link(db, account, 'set_password', LinkPurpose.SET_PASSWORD, lasts=timedelta(hours=2))
    await worker.run_once()
    (got,) = smtp.messages
    token = got.text.partition('/dat-mat-khau/')[2].split()[0]
    async with read() as db:
        stored = (await db.execute(select(OneTimeLink))).scalar_one()
        row = (await db.execute(select(Message))).scalar_one()
    assert token not in str(stored) + str(row)
    async with write() as db:
        assert (await links.use_link(db, token, LinkPurpose.SET_PASSWORD)).account_id == account.id
    async with write() as db:
        with pytest.raises(NotFound):
            await links.use_link(db, token, LinkPurpose.SET_PASSWORD)


async def test_a_link_is_good_for_its_own_purpose_only(database: None) -> None:
    async with write() as db:
        link = links.new_link(db, LinkPurpose.VERIFY_EMAIL, lasts=timedelta(hours=2))
    token = links.link_address(LinkPurpose.VERIFY_EMAIL, link.id).rpartition('/')[2]
    async with write() as db:
        with pytest.raises(NotFound):
            await links.use_link(db, token, LinkPurpose.SET_PASSWORD)
    with time_machine.travel(now() + timedelta(hours=3)):
        async with write() as db:
            with pytest.raises(NotFound):
                await links.use_link(db, token, LinkPurpose.VERIFY_EMAIL)
