"""Accepted mail arrives at least once, under one Message-ID, whatever the server does."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine

from app import notifications
from app.db import write
from app.errors import NotFound, WrongState
from app.notifications import commands, outbox, queries, worker
from app.notifications.channels.email import Email
from app.workflow.transitions import Action
from models import Message
from models.enums import MessageState, Role, Status
from tests.notifications.conftest import AN, NewDossier, Office, act, messages, settings_for
from tests.support.smtp import SmtpServer

START = datetime(2036, 11, 20, 2, 0, tzinfo=UTC)
"""Later than any machine's clock, so that what was written before is due."""


async def fill(count: int) -> None:
    """Put so many letters to different people into the outbox."""
    async with write() as db:
        for number in range(count):
            recipient = f'p{number}@example.com'
            await outbox.enqueue(db, template='password_changed', recipient=recipient, lang='vi', data={})


async def until_settled(moves: time_machine.Traveller, step: timedelta, limit: int = 2000) -> int:
    """Let time pass until nothing is queued any more. Returns how often the worker ran."""
    for run in range(limit):
        await worker.run_once()
        if all(m.state is not MessageState.QUEUED for m in await messages()):
            return run
        moves.shift(step)
    raise AssertionError('never settled')


async def test_a_change_of_status_arrives_as_a_letter(smtp: SmtpServer, new_dossier: NewDossier) -> None:
    dossier = await new_dossier()
    assert await act(dossier, Action.ACCEPT, Status.ACCEPTED) == 1
    assert await worker.run_once() == 1
    (got,) = smtp.messages
    (row,) = await messages()
    assert (row.state, row.attempts, row.last_error) == (MessageState.SENT, 1, None)
    assert got.recipient == AN
    assert got.sender == 'motcua@xa.example.vn'
    assert got.mail['Message-ID'] == row.message_id == f'<{row.id}@motcua.example.vn>'
    assert got.mail['Auto-Submitted'] == 'auto-generated'
    assert got.mail['Content-Language'] == 'vi'
    assert dossier.filing_number in got.mail['Subject']
    assert 'Hẹn trả kết quả: 16:10 Thứ Sáu, 27/11/2026' in got.text
    assert '0259 3 888 999' in got.text
    assert await worker.run_once() == 0


async def test_a_greylisted_letter_arrives_at_the_second_try(smtp: SmtpServer, new_dossier: NewDossier) -> None:
    smtp.greylist = True
    dossier = await new_dossier()
    with time_machine.travel(START) as moves:
        await act(dossier, Action.ACCEPT, Status.ACCEPTED)
        await worker.run_once()
        (row,) = await messages()
        assert row.state is MessageState.QUEUED
        assert row.last_error == 'later:451 4.7.1 greylisted, try again later'
        await worker.run_once()
        assert smtp.messages == []
        moves.shift(timedelta(minutes=2))
        await worker.run_once()
    (row,) = await messages()
    assert (row.state, row.attempts) == (MessageState.SENT, 2)
    assert len(smtp.messages) == 1


@pytest.mark.parametrize(
    ('fault', 'copies'), [('full', 1), ('drop_before', 1), ('drop_at_recipient', 1), ('drop_after', 2)]
)
async def test_each_fault_of_the_server_is_outlived(
    fault: str, copies: int, smtp: SmtpServer, new_dossier: NewDossier
) -> None:
    setattr(smtp, fault, 1)
    dossier = await new_dossier()
    with time_machine.travel(START) as moves:
        await act(dossier, Action.ACCEPT, Status.ACCEPTED)
        await until_settled(moves, timedelta(minutes=1))
    assert [m.mail['Message-ID'] for m in smtp.messages] == [(await messages())[0].message_id] * copies


async def test_a_fault_with_one_letter_does_not_stop_the_others(smtp: SmtpServer, database: None) -> None:
    await fill(30)
    smtp.drop_before, smtp.full, smtp.drop_at_recipient = 1, 1, 1
    smtp.refused.add('p7@example.com')
    await worker.run_once()
    states = [m.state for m in await messages()]
    assert states.count(MessageState.SENT) >= 26
    assert states.count(MessageState.FAILED) == 1


async def test_an_unknown_recipient_fails_at_once_and_staff_see_why(
    smtp: SmtpServer, office: Office, new_dossier: NewDossier
) -> None:
    smtp.refused.add(AN)
    await act(await new_dossier(), Action.ACCEPT, Status.ACCEPTED)
    await worker.run_once()
    actor = office.staff(Role.INTAKE)
    page = await queries.outbox(actor, MessageState.FAILED)
    (row,) = page.rows
    assert (row.recipient, row.why, row.attempts) == ('a***@example.com', 'mail.why_refused', 1)
    assert '550' in row.detail
    assert AN not in row.detail
    assert await queries.failed_count(actor) == 1


async def test_after_72_hours_without_a_server_it_failed_and_resending_works(
    smtp: SmtpServer, office: Office, new_dossier: NewDossier
) -> None:
    smtp.stop()
    dossier = await new_dossier()
    with time_machine.travel(START) as moves:
        await act(dossier, Action.ACCEPT, Status.ACCEPTED)
        tries = []
        while (row := (await messages())[0]).state is MessageState.QUEUED:
            if row.next_try_at > datetime.now(UTC):
                moves.move_to(row.next_try_at)
            await worker.run_once()
            tries.append(datetime.now(UTC))
        assert row.state is MessageState.FAILED
        assert timedelta(hours=72) <= tries[-1] - START < timedelta(hours=72, minutes=1)
        waits = [b - a for a, b in pairwise(tries[:-1])]
        assert timedelta(seconds=45) <= waits[0] <= timedelta(seconds=76)
        assert max(waits) <= timedelta(hours=2.5) + timedelta(seconds=1)
        assert all(b > a for a, b in pairwise(waits[:6]))
        assert (await queries.outbox(office.staff(Role.INTAKE))).rows[0].why == 'mail.why_unreachable'

        with smtp:
            await commands.resend(office.staff(Role.INTAKE), row.id)
            await worker.run_once()
    assert [m.mail['Message-ID'] for m in smtp.messages] == [row.message_id]
    assert (await messages())[0].state is MessageState.SENT


async def test_two_workers_never_send_the_same_letter(smtp: SmtpServer, database: None) -> None:
    await fill(120)
    taken = await asyncio.gather(*(worker.drain(25) for _ in range(6)))
    assert sum(taken) == 120
    assert sorted(m.recipient for m in smtp.messages) == sorted(f'p{n}@example.com' for n in range(120))


async def test_a_dead_workers_letters_go_out_when_its_lease_ends(
    smtp: SmtpServer, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(3)

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with time_machine.travel(START) as moves:
        with monkeypatch.context() as patched:
            patched.setattr(worker, '_send', dies)
            patched.setattr(worker._Notes, 'write', dies)
            with pytest.raises(KeyboardInterrupt):
                await worker.drain()
        assert await worker.drain() == 0
        moves.shift(worker.LEASE + timedelta(seconds=1))
        assert await worker.drain() == 3
    assert len(smtp.messages) == 3


async def test_a_worker_that_is_stopped_gives_back_what_it_did_not_reach(smtp: SmtpServer, database: None) -> None:
    await fill(40)
    smtp.delay = 0.05
    task = asyncio.create_task(worker.drain(40))
    await asyncio.to_thread(smtp.wait, 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    rows = await messages()
    assert all(m.leased_until is None for m in rows)
    smtp.delay = 0
    await worker.run_once()
    assert all(m.state is MessageState.SENT for m in await messages())
    assert len(smtp.messages) <= 41


async def test_a_slow_server_is_given_up_and_tried_later(smtp: SmtpServer, email: Email, database: None) -> None:
    await fill(1)
    email.timeout, smtp.delay = 1.0, 60
    await worker.run_once()
    (row,) = await messages()
    assert row.state is MessageState.QUEUED
    assert (row.last_error or '').startswith('later:Timed out')


@pytest.mark.parametrize('dialect', ['sqlite'], indirect=True)
async def test_a_thousand_letters_use_one_connection(smtp: SmtpServer, database: None) -> None:
    await fill(1000)
    assert await worker.run_once() == 1000
    assert smtp.connections == 1
    assert len({m.mail['Message-ID'] for m in smtp.messages}) == 1000


async def test_a_letter_that_cannot_be_composed_does_not_stop_the_others(smtp: SmtpServer, database: None) -> None:
    async with write() as db:
        await outbox.enqueue(db, template='no_such_letter', recipient=AN, lang='vi', data={})
    await fill(2)
    await worker.run_once()
    states = {m.template: m for m in await messages()}
    assert states['no_such_letter'].state is MessageState.QUEUED
    assert (states['no_such_letter'].last_error or '').startswith('broken:')
    assert len(smtp.messages) == 2


async def test_nothing_is_sent_when_the_transaction_is_rolled_back(smtp: SmtpServer, database: None) -> None:
    with pytest.raises(ZeroDivisionError):
        async with write() as db:
            await outbox.enqueue(db, template='password_changed', recipient=AN, lang='vi', data={})
            raise ZeroDivisionError
    assert await worker.run_once() == 0
    assert smtp.messages == []


async def test_a_letter_waits_for_its_paper(smtp: SmtpServer, new_dossier: NewDossier) -> None:
    from models import Document

    dossier = await new_dossier()
    paper = Document(
        form_code='receipt', template_version='1', title='Giấy tiếp nhận', issued_at=START, dossier_id=dossier.id
    )
    async with write() as db:
        db.add(paper)
        await outbox.enqueue(
            db, template='accepted', recipient=AN, lang='vi', data={}, dossier_id=dossier.id, document_id=paper.id
        )
    assert await worker.run_once() == 0
    async with write() as db:
        assert await outbox.release(db, paper.id) == 1
    assert await worker.run_once() == 1


async def test_without_a_server_letters_wait_and_fail_in_the_end(office: Office, new_dossier: NewDossier) -> None:
    with time_machine.travel(START) as moves:
        await act(await new_dossier(), Action.ACCEPT, Status.ACCEPTED)
        assert await worker.run_once() == 0
        page = await queries.outbox(office.staff(Role.INTAKE))
        assert (page.has_server, page.rows[0].why, page.rows[0].state) == (
            False,
            'mail.why_no_server',
            MessageState.QUEUED,
        )
        moves.shift(timedelta(hours=73))
        await worker.run_once()
        (row,) = (await queries.outbox(office.staff(Role.INTAKE))).rows
        assert (row.state, row.why) == (MessageState.FAILED, 'mail.why_no_server')


async def test_the_demonstration_shows_letters_instead_of_sending_them(office: Office, new_dossier: NewDossier) -> None:
    actor = office.staff(Role.INTAKE)
    with pytest.raises(NotFound):
        await queries.sent_messages(actor)
    notifications.use_settings(settings_for(demo=True))
    await act(await new_dossier(contact_verified=True), Action.ACCEPT, Status.ACCEPTED)
    assert await worker.run_once() == 1
    (shown,) = await queries.sent_messages(actor)
    letter = await queries.rendered(actor, shown.id)
    assert 'https://motcua.example.vn/theo-doi/' in letter.html
    (row,) = await messages()
    assert (row.state, row.channel, row.last_error) == (MessageState.SENT, 'page', None)
    notifications.use_settings(settings_for())
    with pytest.raises(NotFound):
        await queries.rendered(actor, shown.id)


async def test_staff_of_another_unit_see_and_resend_nothing(
    smtp: SmtpServer, office: Office, new_dossier: NewDossier
) -> None:
    await act(await new_dossier(), Action.ACCEPT, Status.ACCEPTED)
    await worker.run_once()
    (row,) = await messages()
    stranger = office.staff(Role.INTAKE, office.other)
    assert (await queries.outbox(stranger)).total == 0
    with pytest.raises(NotFound):
        await commands.resend(stranger, row.id)


async def test_a_letter_sent_again_is_a_new_letter(smtp: SmtpServer, office: Office, new_dossier: NewDossier) -> None:
    await act(await new_dossier(), Action.ACCEPT, Status.ACCEPTED)
    await worker.run_once()
    (row,) = await messages()
    await commands.resend(office.staff(Role.INTAKE), row.id)
    await worker.run_once()
    assert len({m.mail['Message-ID'] for m in smtp.messages}) == 2


async def test_a_held_letter_cannot_be_pushed_out(office: Office, new_dossier: NewDossier) -> None:
    dossier = await new_dossier()
    async with write() as db:
        message: Message = await outbox.enqueue(
            db, template='accepted', recipient=AN, lang='vi', data={}, dossier_id=dossier.id
        )
        message.state = MessageState.HELD
    with pytest.raises(WrongState):
        await commands.resend(office.staff(Role.INTAKE), message.id)
