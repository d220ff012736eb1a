"""What the frame of a live page shows: whose portal, who is signed in, and where they may go."""

from collections.abc import Iterable
from typing import Protocol

from starlette.requests import Request

from app.access import Actor, ActorKind
from app.downtime.queries import coming
from app.i18n import Words
from app.notifications import settings
from app.units.names import name_of
from app.units.queries import home_unit
from components.foot import FOOT
from components.frame import Link, SignOut, Surroundings
from pages import csrf
from pages.visitor import Visitor

SIGN_IN = '/dang-nhap'
SIGN_OUT = '/dang-xuat'


async def downtimes(t: Words) -> tuple[str, ...]:
    """Say when the portal will not work, or does not."""
    return tuple(
        t(
            f'downtime.banner_{"now" if one.has_begun else "ahead"}',
            begins=t.moment(one.begins_at), ends=t.moment(one.ends_at), reason=one.reason, instead=one.instead,
        )
        for one in await coming()
    )  # fmt: skip


class Listed(Protocol):
    """A screen that may stand in a menu."""

    @property
    def path(self) -> str: ...
    @property
    def title_key(self) -> str: ...
    @property
    def menu(self) -> str: ...
    @property
    def rare(self) -> bool: ...
    @property
    def within(self) -> str: ...
    def admits(self, actor: Actor) -> bool: ...


async def surroundings(request: Request, actor: Actor, screens: Iterable[Listed]) -> Surroundings:
    """Return what stands around every screen of this live page."""
    visitor = Visitor.of(request)
    t, unit = visitor.t, await home_unit(actor)
    is_in = actor.kind is not ActorKind.GUEST
    every = tuple(screens)
    listed = sorted((each for each in every if each.menu and each.admits(actor)), key=lambda each: each.path)
    own = [
        Link(
            each.path, t(each.title_key), each.menu, is_rare=each.rare,
            holds=tuple(one.path for one in every if one.within == each.path),
        )
        for each in listed
    ]  # fmt: skip
    return Surroundings(
        t=t,
        unit_name=name_of(unit, t.lang) if unit else t('common.unit_fallback'),
        site_name=t('common.service'),
        path=request.url.path,
        theme=visitor.theme,
        nav=[*own, *_public(t, actor)],
        account_name=actor.name if is_in else None,
        account_links=_account(t, actor) if is_in else (),
        sign_out=SignOut(SIGN_OUT, csrf.token(request)) if is_in else None,
        foot_links=[Link(href, t(words)) for href, words in FOOT],
        address=unit.address if unit else None,
        phone=unit.phone if unit else None,
        hours=unit.hours_text if unit else None,
        is_demo=settings().demo,
        downtimes=await downtimes(t),
        is_wide=actor.is_staff,
    )


def _public(t: Words, actor: Actor) -> list[Link]:
    """Return the doors of applicants, inside the application where there is a screen; officers have their own work."""
    if actor.is_staff:
        return []
    mine = t('common.nav_my' if actor.kind is ActorKind.CITIZEN else 'common.nav_track')
    links = [Link('/nop', t('common.nav_procedures')), Link('/ho-so', mine), Link('/tro-giup', t('common.nav_help'))]
    return links if actor.kind is ActorKind.CITIZEN else [*links, Link(SIGN_IN, t('common.nav_account'))]


def _account(t: Words, actor: Actor) -> list[Link]:
    links = [
        Link('/tai-khoan', t('account.to_profile'), 'user'),
        Link('/tai-khoan/bao-mat', t('account.to_security'), 'lock'),
    ]
    return [*links, Link('/quan-tri/ma-truy-cap', t('admin.tokens_title'), 'lock')] if actor.is_staff else links
