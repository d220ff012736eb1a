"""A procedure inside the application: what it is, what to prepare, and the ways to start that are on."""

from collections.abc import Awaitable, Callable

from markupsafe import Markup
from nicegui import ui

from app.access import Actor, ActorKind
from app.dossiers import drafts
from app.i18n import Words
from app.procedures.queries import StartPage, start_page
from app.units.queries import home_unit
from components import wording
from components.buttons import actions, link_button, primary, quiet, secondary
from components.markup import NOTHING, markup, show
from components.notice import callout, notice
from components.page_head import page_head
from components.tags import tag, tags
from pages.public.procedures import told
from pages.shell import Route, guarded, sign_in_address
from pages.visitor import Visitor

Start = Callable[[bool], Awaitable[None]]


async def procedure(visitor: Visitor, slug: str) -> None:
    """Draw the start page of a procedure with its ways to file."""
    t, actor = visitor.t, await visitor.actor()
    start = await start_page(actor, slug)
    earlier = next((d for d in await drafts.mine(actor) if d.slug == start.spec.id), None) if start.online else None
    unit = await home_unit(actor)
    name = unit.name if unit else t('common.unit_fallback')
    facts, body = await told(start.spec.id, t.lang, name)

    async def begin(with_account: bool) -> None:
        begun = await drafts.start(await visitor.actor(), start.spec.id, with_account=with_account)
        ui.navigate.to(f'/nop/{start.spec.id}/{begun.token}')

    with ui.element('div').classes('mc-start'):
        with ui.element('div').classes('mc-start-head'):
            _head(start, t)
            if earlier:
                _earlier(earlier, guarded(begin, single=True), start, t)
            elif start.online:
                _ways(start, actor, guarded(begin, single=True), t)
            _notices(start, name, t)
        show(facts, tag='aside', classes='mc-start-side')
        with ui.element('div').classes('mc-start-body'):
            show(body, classes='mc-prose')
            if start.online and not earlier:
                with ui.element('div').classes('mc-again'):
                    show(markup('{heading}', heading=t('public.start_again')), tag='h2')
                    _ways(start, actor, guarded(begin, single=True), t)


def _head(start: StartPage, t: Words) -> None:
    spec = start.spec
    level = tag(wording.level_text(spec.level, t), 'action' if spec.level in ('full', 'partial') else 'neutral')
    code = tag(t('public.start_code', code=spec.code)) if spec.code else NOTHING
    unchecked = NOTHING if spec.checked else tag(t('common.unchecked'), 'warn')
    page_head(
        t.pick(spec.name),
        t,
        lead=t.pick(spec.summary) or None,
        back=('/nop', t('public.list_title')),
        below=tags(level, code, unchecked),
    )


def _ways(start: StartPage, actor: Actor, begin: Start, t: Words) -> None:
    """Draw the ways that are switched on, the one that fits this person first."""
    slug = start.spec.id
    is_citizen = actor.kind is ActorKind.CITIZEN
    with actions():
        if is_citizen and start.account_filing:
            primary(t('apply.start_mine'), lambda: begin(True), t=t, busy=t('apply.starting'))
            if start.guest_filing:
                quiet(t('apply.start_without'), lambda: begin(False), t=t)
        elif start.guest_filing:
            primary(t('apply.start_guest'), lambda: begin(False), t=t, busy=t('apply.starting'))
            if start.account_filing and actor.kind is ActorKind.GUEST:
                href = sign_in_address(f'/nop/{slug}')
                show(link_button(t('public.start_signed_in'), href, kind='secondary', icon='user'))
        elif actor.kind is ActorKind.GUEST:
            show(link_button(t('apply.start_sign_in'), sign_in_address(f'/nop/{slug}'), icon='user'))
    key = 'apply.start_mine_note' if is_citizen and start.account_filing else 'public.start_guest_note'
    show(_small(t(key if start.guest_filing or is_citizen else 'public.start_account_note')))


def _small(text: str) -> Markup:
    return markup('<p class="mc-muted mc-small">{text}</p>', text=text)


def _earlier(earlier: drafts.DraftItem, begin: Start, start: StartPage, t: Words) -> None:
    """Offer to go on where the person stopped."""
    saved = t('apply.earlier_text', moment=t.moment(earlier.saved_at))
    with callout(tone='info', title=t('apply.earlier_title'), text=saved), actions():
        show(link_button(t('apply.earlier_continue'), f'/nop/{earlier.slug}/{earlier.token}'))
        if start.account_filing:
            secondary(t('apply.earlier_new'), lambda: begin(True), t=t, busy=t('apply.starting'))


def _notices(start: StartPage, unit: str, t: Words) -> None:
    spec = start.spec
    if not start.online:
        key = 'public.start_forms_text' if spec.level == 'forms' else 'public.start_offline_text'
        show(notice(t(key, unit=unit), title=t('public.start_offline')))
    if spec.presence_required:
        show(notice(t.pick(spec.presence_required), title=t('public.start_partial')))
    if not spec.checked:
        show(notice(t('public.unchecked_note', unit=unit), tone='warn', title=t('common.unchecked')))


ROUTES = [Route('/nop/{slug}', procedure, 'anyone', 'apply.title')]
