"""My dossiers: with an account all of them and the drafts; without one those opened by number and secret."""

from collections.abc import Awaitable, Callable, Sequence

from markupsafe import Markup
from nicegui import ui

from app.access import Actor, ActorKind
from app.clock import local
from app.dossiers import drafts
from app.dossiers.drafts import DraftItem
from app.dossiers.mine import MyDossier, my_dossiers
from app.dossiers.queries import Progress, progress
from app.errors import NotFound
from app.i18n import Words
from components import wording
from components.buttons import actions, link_button, quiet
from components.dialogs import ask
from components.markup import markup, show
from components.page_head import page_head
from components.queues import InboxRow, RowList
from components.tags import Tone
from models.enums import Status
from pages import csrf
from pages.shell import Route, Screen, guarded, sign_in_address
from pages.visitor import Visitor

PATH = '/ho-so'
GROUPS = ('to_do', 'running', 'done')
TONES: dict[str, Tone] = {'warn': 'warn', 'ok': 'ok', 'error': 'error', 'action': 'action'}


async def dossiers(visitor: Visitor, screen: Screen) -> None:
    """Draw what this person may open."""
    t, actor = visitor.t, await visitor.actor()
    if actor.kind is ActorKind.CITIZEN:
        await _mine(visitor, screen, actor, t)
    else:
        await _opened(screen, actor, t)


async def _mine(visitor: Visitor, screen: Screen, actor: Actor, t: Words) -> None:
    page_head(t('citizen.title'), t)
    body = ui.element('div').classes('mc-mine')

    async def fill() -> None:
        me = await visitor.actor(used=False)
        found, unfinished = await my_dossiers(me), await drafts.mine(me)
        body.clear()
        with body:
            _groups(found, t)
            _drafts(visitor, unfinished, fill, t)
            if not found and not unfinished:
                show(_nothing(t('citizen.none'), t('citizen.none_text')))
            with actions():
                show(link_button(t('citizen.new'), '/nop', icon='plus'))

    await fill()
    screen.on_change(await _topics(actor), fill)


async def _topics(actor: Actor) -> list[str]:
    return [f'dossier:{one.dossier_id}' for one in await my_dossiers(actor) if one.group != 'done']


def _groups(found: Sequence[MyDossier], t: Words) -> None:
    for group in GROUPS:
        rows = [dossier_row(one, t) for one in found if one.group == group]
        if rows:
            title = t(f'citizen.group_{group}')
            show(markup('<h2 class="mc-review">{title} ({count})</h2>', title=title, count=len(rows)))
            RowList(title, t, rows=rows)


def dossier_row(one: MyDossier, t: Words) -> InboxRow:
    """Return the line of one dossier: its number, when it was filed, and the nearest date."""
    words = f'citizen.waits_{one.waits_for}' if one.waits_for else f'common.status_{int(one.status)}'
    tone = 'warn' if one.waits_for else wording.status_kind(one.status)
    if one.is_taken_back:
        words, tone = 'citizen.taken_back', 'error'
    facts = [one.number, t('citizen.filed_on', day=wording.short_date(local(one.submitted_at)))]
    if one.due_at and one.group != 'done':
        facts.append(t(_due_words(one), moment=t.short_moment(one.due_at)))
    return InboxRow(
        one.dossier_id,
        t.pick(one.procedure_name),
        ' · '.join(facts),
        f'{PATH}/{one.dossier_id}',
        tag=t(words),
        tone=TONES[tone],
    )


def _due_words(one: MyDossier) -> str:
    """Choose the words of the nearest date: whose it is to keep, and only that of a result is an appointment."""
    if one.waits_for == 'supplement':
        return 'citizen.due_supplement'
    return 'citizen.due_reply' if one.status is Status.REGISTERED else 'citizen.due_on'


def _drafts(visitor: Visitor, unfinished: Sequence[DraftItem], fill: Callable[[], Awaitable[None]], t: Words) -> None:
    """Draw the drafts, each with its way on and a way to let it go."""
    if not unfinished:
        return
    show(markup('<h2 class="mc-review">{title} ({count})</h2>', title=t('citizen.drafts'), count=len(unfinished)))
    with ui.element('ul').classes('mc-files'):
        for one in unfinished:
            with ui.element('li'):
                show(
                    markup(
                        '<a class="mc-link" href="/nop/{slug}/{token}"><b>{name}</b></a><small>{saved}</small>',
                        slug=one.slug,
                        token=one.token,
                        name=t.pick(one.procedure_name),
                        saved=t(
                            'citizen.draft_saved',
                            moment=t.short_moment(one.saved_at),
                            until=wording.short_date(local(one.expires_at)),
                        ),
                    ),
                    classes='mc-grow',
                )
                _discard(visitor, one, fill, t)


def _discard(visitor: Visitor, one: DraftItem, fill: Callable[[], Awaitable[None]], t: Words) -> None:
    name = t.pick(one.procedure_name)

    async def discard() -> None:
        if await ask(
            t('citizen.discard_title'),
            t('citizen.discard_text', name=name),
            t,
            confirm=t('citizen.discard'),
            kind='danger',
        ):
            await drafts.discard(await visitor.actor(), one.token)
            await fill()

    quiet(t('citizen.discard_short'), guarded(discard), t=t, about=name)


async def _opened(screen: Screen, actor: Actor, t: Words) -> None:
    """Draw the dossiers that this browser opened, and the form that opens another."""
    page_head(t('public.track_title'), t, lead=t('public.track_lead'))
    found = [one for one in [await _progress(actor, each) for each in sorted(actor.opened)] if one]
    if found:
        title = t('citizen.opened')
        show(markup('<h2 class="mc-review">{title}</h2>', title=title))
        with ui.element('div').classes('mc-mine'):
            RowList(title, t, rows=[_opened_row(one, t) for one in found])
    show(open_form(screen, t), classes='mc-narrow')
    if actor.kind is ActorKind.GUEST:
        text = t('citizen.sign_in_text')
        show(
            markup(
                '<p class="mc-after">{text} <a href="{href}">{words}</a></p>',
                text=text,
                href=sign_in_address(PATH),
                words=t('shell.sign_in'),
            )
        )


async def _progress(actor: Actor, dossier_id: str) -> Progress | None:
    try:
        return await progress(actor, dossier_id)
    except NotFound:
        return None


def _opened_row(one: Progress, t: Words) -> InboxRow:
    waits = one.awaiting_supplement or one.status is Status.SUPPLEMENT
    status = 'common.status_5' if waits else f'common.status_{int(one.status)}'
    tone = 'warn' if waits else wording.status_kind(one.status)
    note = f'{one.official_code or one.filing_number} · {one.resolving_unit}'
    name = t.pick(one.spec.short_name or one.procedure_name)
    return InboxRow(one.dossier_id, name, note, f'{PATH}/{one.dossier_id}', tag=t(status), tone=TONES[tone])


def open_form(screen: Screen, t: Words) -> Markup:
    """Return the form that opens a dossier: a plain request, because it sets a cookie."""
    return markup(
        '<form class="mc-card mc-open" method="post" action="/tra-cuu"><h2>{title}</h2>'
        '<input type="hidden" name="csrf" value="{csrf}"><input type="hidden" name="den" value="ho-so">'
        '<div class="mc-field"><label class="mc-label" for="ma">{number}</label><p class="mc-hint" id="ma-hint">{number_hint}'
        '</p><input class="mc-input" id="ma" name="ma" required maxlength="40" autocomplete="off" autocapitalize="characters"'
        ' spellcheck="false" aria-describedby="ma-hint"></div>'
        '<div class="mc-field is-short"><label class="mc-label" for="khoa">{secret} <span class="mc-optional">{optional}</span>'
        '</label><p class="mc-hint" id="khoa-hint">'
        '{secret_hint}</p><input class="mc-input" id="khoa" name="khoa" maxlength="20" autocomplete="off"'
        ' autocapitalize="characters" spellcheck="false" aria-describedby="khoa-hint"></div>'
        '<div class="mc-actions"><button class="mc-btn mc-btn-primary" type="submit">{button}</button></div></form>',
        title=t('citizen.open_title'),
        csrf=csrf.token(screen.client.request),
        number=t('public.track_number'),
        number_hint=t('public.track_number_hint'),
        secret=t('public.track_secret'),
        secret_hint=t('public.track_secret_hint'),
        optional=t('common.optional'),
        button=t('public.track_button'),
    )


def _nothing(title: str, text: str) -> Markup:
    return markup('<div class="mc-empty"><h2>{title}</h2><p>{text}</p></div>', title=title, text=text)


ROUTES = [Route(PATH, dossiers, 'anyone', 'citizen.title')]
