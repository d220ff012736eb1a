"""``/quan-tri``: what an administrator may look after."""

from app.access import Permission
from components.cards import tile
from components.markup import join, markup, show
from components.page_head import page_head
from pages.shell import Route
from pages.visitor import Visitor

PARTS = (
    ('/quan-tri/nguoi-dung', 'people', 'user', Permission.PERSON_MANAGE),
    ('/quan-tri/don-vi', 'units', 'building', Permission.UNIT_MANAGE),
    ('/quan-tri/lich', 'calendar', 'calendar', Permission.CALENDAR_MANAGE),
    ('/quan-tri/thu-tuc', 'procedures', 'list', Permission.PROCEDURE_MANAGE),
    ('/quan-tri/thu', 'outbox', 'mail', Permission.OUTBOX_READ),
)


async def home_page(visitor: Visitor) -> None:
    """Draw a tile for each part that this person may look after."""
    t, actor = visitor.t, await visitor.actor()
    page_head(t('admin.title'), t, lead=t('admin.lead'))
    tiles = [
        tile(href, t(f'admin.{key}_title'), note=t(f'admin.{key}_note'), icon=icon)
        for href, key, icon, need in PARTS
        if actor.may(need)
    ]
    show(markup('<ul class="mc-grid">{tiles}</ul>', tiles=join(markup('<li>{x}</li>', x=x) for x in tiles)))


ROUTES = [Route('/quan-tri', home_page, need=Permission.SETTING_MANAGE, title_key='admin.title', menu='building')]
