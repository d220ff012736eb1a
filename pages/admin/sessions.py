"""``/quan-tri/dang-nhap``: which colleagues are signed in where; a session that should not be is ended."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from app.access import Permission
from app.accounts.presence import SignedIn, end_session_of, signed_in
from components.buttons import quiet
from components.cards import stack
from components.dialogs import ask
from components.markup import markup, show
from components.page_head import page_head
from components.tags import tag
from components.toast import toast
from pages.shell import Route, guarded
from pages.visitor import Visitor


class Sessions:
    """Who is signed in, the last seen first."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t = visitor, visitor.t
        self.box = stack()

    async def show(self) -> None:
        """Draw the list as it is now."""
        rows = await signed_in(await self.visitor.actor())
        self.box.clear()
        with self.box:
            if not rows:
                show(markup('<p class="mc-empty">{text}</p>', text=self.t('admin.sessions_none')))
                return
            with ui.element('div').classes('mc-card mc-lined'):
                for row in rows:
                    self._row(row)

    def _row(self, row: SignedIn) -> None:
        t = self.t
        times = t('account.session_times', since=t.short_moment(row.created_at), seen=t.short_moment(row.seen_at))
        device = row.device or t('account.session_unknown')
        with ui.element('div').classes('mc-line'):
            show(
                markup(
                    '<p><strong>{name}</strong> {this}<br><span class="mc-muted mc-small">{facts}</span></p>',
                    name=row.full_name,
                    this=tag(t('account.session_this'), 'ok') if row.is_this else '',
                    facts=' · '.join(filter(None, (row.title, device, times))),
                )
            )
            if not row.is_this:
                about = f'{row.full_name}, {device}'
                quiet(t('admin.session_end'), guarded(self._end(row, about), single=True), t=t, about=about)

    def _end(self, row: SignedIn, about: str) -> Callable[[], Awaitable[None]]:
        async def end() -> None:
            name, text = self.t('admin.session_end'), self.t('admin.session_end_ask')
            if await ask(f'{name}: {about}', text, self.t, confirm=name, kind='danger'):
                await end_session_of(await self.visitor.actor(), row.id)
                toast(self.t('admin.session_ended'), self.t)
                await self.show()

        return end


async def sessions_page(visitor: Visitor) -> None:
    """Draw who is signed in."""
    t = visitor.t
    page_head(t('admin.sessions_title'), t, lead=t('admin.sessions_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        page = Sessions(visitor)
    await page.show()


ROUTES = [Route('/quan-tri/dang-nhap', sessions_page, need=Permission.PERSON_MANAGE, title_key='admin.sessions_title')]
