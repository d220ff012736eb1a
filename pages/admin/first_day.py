"""``/quan-tri/ngay-dau``: what must be done before the portal opens, as it stands now."""

from datetime import datetime
from typing import Any

from nicegui import ui

from app.access import Permission
from app.i18n import Words
from app.operations import first_day
from app.operations.first_day import Point
from components.buttons import link_button, secondary
from components.cards import stack
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head
from components.tags import tag
from components.toast import toast
from pages.shell import Route, guarded
from pages.visitor import Visitor


class FirstDay:
    """The checklist."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.box = stack()

    async def show(self) -> None:
        """Look again and draw every point."""
        t, found = self.t, await first_day.points(await self.visitor.actor())
        left = sum(not one.done for one in found)
        self.box.clear()
        with self.box:
            said = t('first_day.left', count=left) if left else t('first_day.all_done')
            show(notice(said, tone='warn' if left else 'ok'))
            with ui.element('ol').classes('mc-card mc-lined'):
                for one in found:
                    self._row(one)

    def _row(self, one: Point) -> None:
        t, state = self.t, 'done' if one.done else 'open'
        with ui.element('li').classes('mc-line'):
            show(
                markup(
                    '<h2>{title} {state}</h2><p>{said}</p>',
                    title=t(f'first_day.{one.key}_title'),
                    state=tag(t(f'first_day.{state}'), 'ok' if one.done else 'warn'),
                    said=said(t, one),
                )
            )
            with ui.element('div').classes('mc-actions is-tight'):
                if one.link and not one.done:
                    about = t(f'first_day.{one.key}_title')
                    show(link_button(f'{t("first_day.go")}: {about}', one.link))
                if one.key == 'mail':
                    secondary(t('first_day.mail_send'), guarded(self._send), t=t, icon='mail')
                if one.key == 'key' and not one.done:
                    secondary(t('first_day.key_confirm'), guarded(self._confirm), t=t, icon='lock')

    async def _send(self) -> None:
        await first_day.send_test_mail(await self.visitor.actor())
        toast(self.t('first_day.mail_sent'), self.t)

    async def _confirm(self) -> None:
        await first_day.confirm_key(await self.visitor.actor())
        toast(self.t('first_day.key_confirmed'), self.t)
        await self.show()


def said(t: Words, one: Point) -> str:
    """Say how a point stands."""
    values: dict[str, Any] = {name: _written(t, value) for name, value in one.values.items()}
    names = [t(f'account.role_{name}') if one.key == 'people' else name for name in one.missing]
    more = int(one.values.get('count', 0)) - len(one.missing) if one.missing else 0
    if more > 0:
        names.append(t('first_day.more', count=more))
    return t(f'first_day.{one.key}_{"done" if one.done else "open"}', **{**values, 'missing': ', '.join(names)})


def _written(t: Words, value: object) -> object:
    if isinstance(value, datetime):
        return t.short_moment(value)
    return t('first_day.never') if value is None else value


async def first_day_page(visitor: Visitor) -> None:
    """Draw the checklist."""
    t = visitor.t
    page_head(t('first_day.title'), t, lead=t('first_day.lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = FirstDay(visitor)
    await page.show()


ROUTES = [Route('/quan-tri/ngay-dau', first_day_page, need=Permission.SETTING_MANAGE, title_key='first_day.title')]
