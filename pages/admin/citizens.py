"""``/quan-tri/nguoi-dan``: a citizen who lost the second factor, after an identity check at the counter."""

from typing import Any

from app.access import Permission
from app.accounts.people import NOTE_LIMIT, reset_second_factor
from app.accounts.queries import PersonRow, citizen_by_email
from app.errors import Invalid, Problem
from components.buttons import actions, secondary
from components.cards import card, stack
from components.markup import markup, show
from components.notice import notice
from components.page_head import page_head
from components.queues import SearchLine
from components.tags import tag, tags
from components.toast import toast
from pages.admin.proving import proven
from pages.asking import Form, ask_form
from pages.shell import Route, guarded
from pages.visitor import Visitor


class Citizens:
    """One citizen at a time, found by the whole address: nobody leafs through the citizens here."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.t, self.email = visitor, visitor.t, ''
        self.typed: dict[str, Any] = {}
        SearchLine(self.t('admin.citizen_find'), self.t, on_search=guarded(self.find))
        self.told = show().props('role=status')
        self.box = stack()

    async def find(self, email: str) -> None:
        """Show the citizen with exactly this address."""
        self.email = email
        self.typed.clear()
        await self.show()

    async def show(self) -> None:
        """Draw who was found, or say that nobody was."""
        found = await citizen_by_email(await self.visitor.actor(), self.email) if self.email else None
        self.told.set(*([] if found or not self.email else [notice(self.t('admin.citizen_none'), tone='warn')]))
        self.box.clear()
        if found:
            with self.box:
                self._draw(found)

    def _draw(self, one: PersonRow) -> None:
        t = self.t
        state = 'on' if one.has_second_factor else 'off'
        with card():
            show(
                markup(
                    '<h2>{name}</h2><p class="mc-muted">{email}</p>{marks}',
                    name=one.full_name,
                    email=one.email,
                    marks=tags(tag(t(f'admin.citizen_factor_{state}'), 'ok' if one.has_second_factor else 'neutral')),
                )
            )
            if one.has_second_factor:
                with actions():
                    secondary(t('admin.factor_reset'), guarded(lambda: self.reset(one), single=True), t=t)

    async def reset(self, one: PersonRow) -> None:
        """Ask how they were identified, then take the second factor away."""
        t = self.t

        def build(form: Form) -> None:
            form.say(notice(t('admin.citizen_identify'), tone='warn'))
            form.tick('checked', t('admin.citizen_checked'))
            form.text('note', t('admin.citizen_note'), hint=t('admin.citizen_note_hint'), limit=NOTE_LIMIT)

        async def act(values: dict[str, Any]) -> None:
            if values['checked'] is not True:
                raise Invalid({'checked': Problem('admin.citizen_check_first')})
            await proven(self.visitor, lambda actor: reset_second_factor(actor, one.id, note=values['note'] or ''))

        heading = f'{t("admin.factor_reset")}: {one.full_name}'
        asked = await ask_form(heading, t, build, act, confirm=t('admin.factor_reset'), key='citizen', typed=self.typed)
        if asked[0]:
            toast(t('admin.citizen_reset_done'), t)
            await self.show()


async def citizens_page(visitor: Visitor) -> None:
    """Draw the search."""
    t = visitor.t
    page_head(t('admin.citizens_title'), t, lead=t('admin.citizens_lead'), back=('/quan-tri', t('admin.title')))
    with stack():
        Citizens(visitor)


ROUTES = [Route('/quan-tri/nguoi-dan', citizens_page, need=Permission.PERSON_MANAGE, title_key='admin.citizens_title')]
