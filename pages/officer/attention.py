"""``/can-bo/nhac-viec``: dossiers with a limit that comes near or has passed, by kind, the most pressing first."""

from datetime import datetime

from nicegui import ui

from app.access import Permission
from app.clock import local
from app.timers.alerts import MOST_PRESSING_FIRST, PAGE, AlertRow, Alerts, alerts
from components.buttons import link_button
from components.markup import join, markup, show
from components.page_head import page_head
from components.pager import Pager
from components.queues import Chip, Chips, InboxRow, RowList
from components.tags import Tone
from models.enums import AlertKind
from pages.shell import Route, Screen, guarded
from pages.visitor import Visitor

TONES: dict[AlertKind, Tone] = {
    AlertKind.OVERDUE: 'error',
    AlertKind.DUE: 'error',
    AlertKind.RECEPTION_LATE: 'error',
    AlertKind.STEP_LEFT: 'error',
    AlertKind.SUPPLEMENT_LEFT: 'error',
    AlertKind.SUPPLEMENT_SOON: 'neutral',
    AlertKind.STEP_SOON: 'neutral',
    AlertKind.UNCOLLECTED: 'neutral',
}

BY_THE_HOUR = {
    AlertKind.RECEPTION_SOON, AlertKind.RECEPTION_LATE, AlertKind.DUE, AlertKind.STEP_SOON, AlertKind.STEP_LATE,
}  # fmt: skip
"""Kinds whose limit is hours away; of the others the day is enough."""


def _day(moment: datetime) -> str:
    return f'{local(moment):%d/%m/%Y}'


class Attention:
    """The kinds with their counts, and one page of the chosen kind."""

    def __init__(self, visitor: Visitor, found: Alerts) -> None:
        self.visitor, self.t, self.page = visitor, visitor.t, 1
        self.kind: AlertKind | None = found.rows[0].kind if found.rows else None
        t = self.t
        page_head(t('timers.title'), t)
        self.chips = Chips(self._chips(found), t('timers.kinds'), selected=self.kind or '', on_pick=guarded(self.pick))
        self.empty = show(classes='mc-desk-empty')
        self.rows = RowList(t('timers.title'), t, on_open=guarded(self.open))
        self.pager = Pager(t, guarded(self.turn), total=0, size=PAGE)
        self._show(found)

    def _chips(self, found: Alerts) -> list[Chip]:
        return [
            Chip(kind, self.t(f'timers.kind_{kind}'), found.counts[kind], TONES.get(kind) == 'error')
            for kind in MOST_PRESSING_FIRST
            if found.counts[kind] or kind == self.kind
        ]

    def _show(self, found: Alerts) -> None:
        self.chips.set_chips(self._chips(found))
        self.chips.set_visibility(any(found.counts.values()))
        self.rows.set_rows([self._row(row) for row in found.rows], None)
        self.rows.set_visibility(bool(found.rows))
        self.pager.set(found.page, found.total)
        nothing = markup('<p class="mc-empty">{text}</p>', text=self.t('timers.none'))
        self.empty.set(*([] if found.rows else [nothing]))

    def _row(self, row: AlertRow) -> InboxRow:
        t = self.t
        parts = [t.pick(row.procedure_name), *([row.holder] if row.holder else [])]
        moment = t.short_moment if row.kind in BY_THE_HOUR else _day
        return InboxRow(
            row.dossier_id,
            row.applicant_name,
            ' · '.join(parts),
            f'/can-bo/ho-so/{row.dossier_id}',
            t(f'timers.limit_{row.kind}', moment=moment(row.limit_at)),
            TONES.get(row.kind, 'warn'),
            code=row.number,
        )

    async def refresh(self) -> None:
        """Draw the list as it is now."""
        self._show(await alerts(await self.visitor.actor(used=False), self.kind, self.page))

    async def pick(self, kind: str) -> None:
        """Show another kind from its first page."""
        if kind in set(AlertKind):
            self.kind, self.page = AlertKind(kind), 1
            await self.refresh()

    async def turn(self, page: int) -> None:
        """Show another page."""
        self.page = page
        await self.refresh()

    async def open(self, dossier_id: str) -> None:
        """Open the dossier on the desk."""
        ui.navigate.to(f'/can-bo/ho-so/{dossier_id}')


async def attention_page(visitor: Visitor, screen: Screen) -> None:
    """Draw what needs attention; new warnings come in by themselves."""
    actor = await visitor.actor()
    table = Attention(visitor, await alerts(actor))
    others = [link_button(visitor.t('apology.title'), '/can-bo/xin-loi', kind='secondary', icon='edit')]
    if actor.may(Permission.DOSSIER_RECEIVE):
        others.append(link_button(visitor.t('officer.junk_title'), '/can-bo/ho-so-rac', kind='quiet', icon='trash'))
    show(markup('<p class="mc-actions">{links}</p>', links=join(others)))
    screen.on_change([f'alerts:{unit}' for unit in actor.units(Permission.DOSSIER_READ)], table.refresh)


ROUTES = [
    Route(
        '/can-bo/nhac-viec',
        attention_page,
        need=Permission.DOSSIER_READ,
        title_key='timers.title',
        menu='clock',
    )
]
