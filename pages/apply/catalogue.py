"""The catalogue inside the application: the same search as the plain page, without leaving."""

from functools import partial
from urllib.parse import urlencode

from nicegui import ui

from app.fields.base import Control
from app.i18n import Words
from app.procedures.queries import ProcedureList, search
from app.procedures.schema import ApplicantKind, ServiceLevel
from app.units.queries import home_unit
from components import wording
from components.buttons import actions, link_button, secondary
from components.cards import fold
from components.fields import draw
from components.markup import show
from components.page_head import page_head
from components.queues import SearchLine
from pages.public.procedures import FILTERS, told_list
from pages.shell import Route, guarded
from pages.visitor import Visitor

PATH = '/nop'
Chosen = dict[str, str]


async def catalogue(
    visitor: Visitor, q: str = '', linh_vuc: str = '', doi_tuong: str = '', muc_do: str = '', trang: str = '1'
) -> None:
    """Draw what matches the words and the filters, a page at a time. What cannot be understood is left out."""
    t, actor = visitor.t, await visitor.actor(used=False)
    chosen = {
        'q': ' '.join(q.split())[:100],
        'linh_vuc': linh_vuc[:60],
        'doi_tuong': doi_tuong if doi_tuong in set(ApplicantKind) else '',
        'muc_do': muc_do if muc_do in set(ServiceLevel) else '',
    }
    page = int(trang) if trang.isascii() and trang.isdigit() and len(trang) < 5 else 1
    sector, applicant, level = (chosen[name] or None for name in FILTERS)
    found = await search(actor, chosen['q'], sector, applicant, level, page)
    unit = await home_unit(actor)
    page_head(t('public.list_title'), t, lead=t('apply.catalogue_lead'), title=_title(chosen['q'], found, t))
    find = guarded(lambda text: _go({**chosen, 'q': text}))
    SearchLine(t('public.search_label'), t, value=chosen['q'], on_search=find)
    _filters(chosen, found, t)
    show(await told_list(PATH, tuple(chosen.items()), found.page, t.lang, unit.phone if unit else ''))


def _title(text: str, found: ProcedureList, t: Words) -> str:
    base = t('public.list_found_title', text=text) if text else t('public.list_title')
    return t('public.list_page_title', title=base, number=found.page) if found.page > 1 else base


def _go(chosen: Chosen) -> None:
    ui.navigate.to(_address(chosen))


def _address(chosen: Chosen) -> str:
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f'{PATH}?{query}' if query else PATH


def _filters(chosen: Chosen, found: ProcedureList, t: Words) -> None:
    """Draw the filters; they count when the person says so, not while they look through a list."""
    picked = dict(chosen)
    sectors = [(key, t('public.sector_option', name=t.pick(name), count=n)) for key, name, n in found.sectors]
    lists = {
        'linh_vuc': ('public.filter_sector', sectors),
        'doi_tuong': ('public.filter_applicant', wording.applicant_options(t)),
        'muc_do': ('public.filter_level', wording.level_options(t)),
    }

    def pick(name: str, raw: object) -> None:
        picked[name] = raw if isinstance(raw, str) and raw in dict(lists[name][1]) else ''

    is_filtered = any(chosen[name] for name in lists)
    with fold(t('public.filter_title'), is_open=is_filtered):
        with ui.element('div').classes('mc-filter-row'):
            for name, (label, options) in lists.items():
                draw(
                    Control('select', options=tuple(options)),
                    id=name,
                    label=t(label),
                    t=t,
                    value=chosen[name],
                    required=True,
                    nothing=t('public.filter_any'),
                    on_change=partial(pick, name),
                )
        with actions():
            secondary(t('public.filter_apply'), guarded(lambda: _go(picked)), t=t)
            if is_filtered:
                show(link_button(t('public.filter_clear'), _address({'q': chosen['q']}), kind='quiet'))


ROUTES = [Route(PATH, catalogue, 'anyone', 'public.list_title')]
