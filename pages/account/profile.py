"""One's own details, used to fill in forms."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.access import Actor, ActorKind
from app.accounts import commands
from app.accounts.profile import Profile, questions
from app.accounts.queries import profile
from app.accounts.rules import GENDERS
from app.errors import AppError, Invalid
from app.fields.common import choices, table
from app.i18n import words
from app.registry import FIELDS
from pages.account.forms import ask_sign_in, go, posted, show
from pages.visitor import Visitor

addresses = APIRouter()
PARTS = ('province', 'commune', 'detail')


@addresses.get('/tai-khoan')
async def account_page(request: Request, da: str = '') -> Response:
    """Show the profile."""
    actor = await Visitor.of(request).actor()
    if actor.kind is ActorKind.GUEST:
        return ask_sign_in('/tai-khoan')
    known = await profile(actor)
    return await _form(request, actor, known, _written(actor, known), note='account.saved' if da == 'luu' else '')


@addresses.post('/tai-khoan')
async def save(request: Request) -> Response:
    """Keep the profile."""
    fields, actor = await posted(request), await Visitor.of(request).actor()
    if actor.kind is ActorKind.GUEST:
        return ask_sign_in('/tai-khoan')
    address = {part: fields.get(f'address_{part}', '') for part in PARTS}
    try:
        await commands.save_profile(actor, {**fields, 'address': address if any(address.values()) else None})
    except Invalid as refused:
        return await _form(request, actor, await profile(actor), fields, refused)
    return go('/tai-khoan', da='luu')


async def _form(
    request: Request,
    actor: Actor,
    known: Profile,
    typed: dict[str, str],
    error: AppError | None = None,
    *,
    note: str = '',
) -> Response:
    if isinstance(error, Invalid) and 'address' in error.problems:
        key = error.problems['address'].key.rpartition('_')[2]
        part = key if key in PARTS else PARTS[0]
        error.problems[f'address_{part}'] = error.problems.pop('address')
    t = words(actor.lang)
    values: dict[str, Any] = {
        'known': known,
        'typed': {**dict.fromkeys([*(f'address_{part}' for part in PARTS), *_names(known)], ''), **typed},
        'genders': [('', t('account.gender_none')), *((g, t(f'account.gender_{g}')) for g in GENDERS)],
        'provinces': [('', t('account.choose')), *choices(table('provinces'), t)],
        'note': note,
    }
    return await show(request, 'profile.html', actor, error, **values)


def _names(known: Profile) -> list[str]:
    return [q.id for q in questions(known.kind)]


def _written(actor: Actor, known: Profile) -> dict[str, str]:
    """Return the profile as a person writes it. The personal number is not sent to the browser."""
    t, written = words(actor.lang), {}
    for one in questions(known.kind):
        value = getattr(known, one.id)
        if value and one.id not in ('personal_id', 'address', 'gender'):
            written[one.id] = FIELDS[one.type].format(one, value, t)
    written['gender'] = known.gender or ''
    written |= {f'address_{part}': (known.address or {}).get(part, '') for part in PARTS}
    return written
