"""``/quan-tri``: what an administrator may look after."""

from markupsafe import Markup

from app.access import Actor, Permission
from app.deadlines import commands as calendar
from app.dossiers import quarantine
from app.operations import copies, first_day
from app.procedures.ending import endings
from components.cards import stack, tile
from components.markup import join, markup, show
from components.notice import notice
from components.page_head import page_head
from pages.shell import Route
from pages.visitor import Visitor

PARTS = (
    ('/quan-tri/ngay-dau', 'first_day', 'check', Permission.SETTING_MANAGE),
    ('/quan-tri/nguoi-dung', 'people', 'user', Permission.PERSON_MANAGE),
    ('/quan-tri/dang-nhap', 'sessions', 'lock', Permission.PERSON_MANAGE),
    ('/quan-tri/nguoi-dan', 'citizens', 'user', Permission.PERSON_MANAGE),
    ('/quan-tri/ma-truy-cap', 'tokens', 'lock', Permission.PERSON_MANAGE),
    ('/quan-tri/don-vi', 'units', 'building', Permission.UNIT_MANAGE),
    ('/quan-tri/truc', 'duty', 'phone', Permission.UNIT_MANAGE),
    ('/quan-tri/gian-doan', 'downtime', 'alert', Permission.SETTING_MANAGE),
    ('/quan-tri/con-dau', 'seals', 'lock', Permission.SEAL_MANAGE),
    ('/quan-tri/lich', 'calendar', 'calendar', Permission.CALENDAR_MANAGE),
    ('/quan-tri/gio-lam-viec', 'hours', 'clock', Permission.CALENDAR_MANAGE),
    ('/quan-tri/thu-tuc', 'procedures', 'list', Permission.PROCEDURE_MANAGE),
    ('/quan-tri/can-cu', 'ending', 'clock', Permission.PROCEDURE_MANAGE),
    ('/quan-tri/le-phi', 'fees', 'coin', Permission.PROCEDURE_MANAGE),
    ('/quan-tri/thu', 'outbox', 'mail', Permission.OUTBOX_READ),
    ('/quan-tri/bao-tin', 'webhooks', 'globe', Permission.WEBHOOK_MANAGE),
)


async def home_page(visitor: Visitor) -> None:
    """Draw a tile for each part that this person may look after."""
    t, actor = visitor.t, await visitor.actor()
    page_head(t('admin.title'), t, lead=t('admin.lead'))
    state = await _state(visitor, actor)
    tiles = [
        tile(href, t(f'admin.{key}_title'), note=t(f'admin.{key}_note'), icon=icon)
        for href, key, icon, need in PARTS
        if actor.may(need)
    ]
    with stack():
        show(*state)
        show(markup('<ul class="mc-grid">{tiles}</ul>', tiles=join(markup('<li>{x}</li>', x=x) for x in tiles)))


async def _state(visitor: Visitor, actor: Actor) -> list[Markup]:
    """Say how old the last backup is, how much of the first day is left, and whether the virus scanner is down."""
    t, backup, left = visitor.t, await copies.state(), await first_day.open_count(actor)
    at = t.moment(backup.last) if backup.last else t('first_day.never')
    fresh, minutes = backup.is_fresh, round(backup.limit.total_seconds() / 60)
    words = t(f'first_day.home_backup{"" if fresh else "_old"}', at=at, minutes=minutes)
    said = [notice(words, tone='ok' if fresh else 'warn')]
    said += [notice(t('first_day.home_open', count=left), tone='warn')] if left else []
    if (waiting := await quarantine.waiting()).since and waiting.is_long:
        said.append(notice(t('admin.quarantine', count=waiting.count, at=t.moment(waiting.since)), tone='warn'))
    if actor.may(Permission.CALENDAR_MANAGE):
        said += [_drafted(visitor, year) for year in await calendar.years_to_confirm(actor)]
    return said + (await _ending(visitor, actor) if actor.may(Permission.PROCEDURE_MANAGE) else [])


def _drafted(visitor: Visitor, year: int) -> Markup:
    """Say that the days off of a year are still a draft, before dates rest on them."""
    text = visitor.t('admin.year_draft_home', year=year)
    link = markup(' <a class="mc-link" href="/quan-tri/lich">{see}</a>', see=visitor.t('admin.calendar_title'))
    return notice(markup('{text}{link}', text=text, link=link), tone='warn')


async def _ending(visitor: Visitor, actor: Actor) -> list[Markup]:
    """Say which legal basis ends next, before it happens."""
    t, found = visitor.t, await endings(actor)
    if not found:
        return []
    coming = next((one for one in found if one.days_left >= 0), None)
    text = t('admin.ending_home_over', count=len(found))
    if coming is not None:
        text = t('admin.ending_home', count=len(found), number=coming.number, date=t.date(coming.last))
    link = markup(' <a class="mc-link" href="/quan-tri/can-cu">{see}</a>', see=t('admin.ending_see'))
    return [notice(markup('{text}{link}', text=text, link=link), tone='warn')]


ROUTES = [Route('/quan-tri', home_page, need=Permission.SETTING_MANAGE, title_key='admin.title', menu='building')]
