"""Feedback and questions of the demonstration: sent, handled and answered by the commands that people use, each in its time."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.access import Actor, anonymous
from app.accounts.queries import actor_for
from app.clock import now, pretend
from app.db import read
from app.deadlines.records import standard_calendar
from app.demo.people import sign_in_as
from app.demo.units import rows
from app.feedback import commands, public
from app.feedback.sending import Sent, send
from app.limits import forget_all
from app.settings import Settings
from models import Feedback

HANDLERS = {'sort': 'binh', 'answer': 'minh', 'publish': 'dung'}
WAIT = timedelta(hours=20)
"""About a working day between two acts."""


async def prepare_feedback(settings: Settings) -> int:
    """Make the feedback of the demonstration; returns how many pieces."""
    async with read() as db:
        if (await db.execute(select(Feedback.id).limit(1))).first():
            return 0
    people = {act: await _person(settings, key) for act, key in HANDLERS.items()}
    told = sorted(rows('feedback'), key=lambda row: -row['days'])
    for number, row in enumerate(told):
        await forget_all()
        await _tell(people, row, number)
    return len(told)


async def _person(settings: Settings, key: str) -> Actor:
    signed_in = await sign_in_as(settings, anonymous(), key)
    return await actor_for(signed_in.token, None, 'vi', None)


async def _tell(people: dict[str, Actor], row: dict[str, Any], number: int) -> None:
    """Send one and bring it to where it stands, a working day between two acts."""
    at = min(standard_calendar().next_opening(now() - timedelta(days=row['days'])), now() - timedelta(minutes=20))
    with pretend(at):
        sent = await send(anonymous(address=f'192.0.2.{number + 1}'), row, form=f'demo {number}')
    one_id = await _id_of(sent)
    for act in _acts(people, row, one_id):
        at = min(standard_calendar().next_opening(at + WAIT), now())
        with pretend(at):
            await act()
    if row['ends'] == 'published':
        await _vote(one_id, *row['helpful'])


def _acts(people: dict[str, Actor], row: dict[str, Any], one_id: str) -> list[Callable[[], Awaitable[None]]]:
    """Return the acts that lead there."""
    binh, minh, dung, ends = people['sort'], people['answer'], people['publish'], row['ends']
    if ends == 'received':
        return []
    if ends == 'refused':
        return [lambda: commands.refuse(binh, one_id, seen_version=1, reason=row['reason'], note=row['note'])]
    acts: list[Callable[[], Awaitable[None]]] = [
        lambda: commands.sort(binh, one_id, seen_version=1, about=row['about']),
        lambda: commands.take(minh, one_id, seen_version=2),
    ]
    if ends == 'asked':
        acts.append(lambda: commands.ask_more(minh, one_id, seen_version=3, note=row['note']))
    if ends in ('answered', 'published'):
        acts.append(lambda: commands.answer(minh, one_id, seen_version=3, text=row['answer']))
    if ends == 'published':
        words = {'subject': row['subject'], 'text': row['text'], 'public_answer': row['answer']}
        acts.append(lambda: commands.publish(dung, one_id, seen_version=4, **words))
    return acts


async def _id_of(sent: Sent) -> str:
    async with read() as db:
        return (await db.execute(select(Feedback.id).where(Feedback.code == sent.code))).scalar_one()


async def _vote(one_id: str, helpful: int, unhelpful: int) -> None:
    visitor = anonymous()
    for number in range(helpful + unhelpful):
        who = replace(visitor, address=f'198.51.100.{number + 1}')
        await public.vote(who, one_id, helpful=number < helpful)
