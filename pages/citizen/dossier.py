"""One dossier as its applicant sees it: how far it is, what has to be done, papers, result; it changes by itself."""

from markupsafe import Markup
from nicegui import ui

from app.dossiers.queries import Progress, progress
from app.errors import NotFound
from app.i18n import Words
from components.live import LiveNotice
from components.markup import markup, show
from components.notice import notice
from components.page_head import PageHead, page_head
from components.results import taken_back
from models.enums import Status
from pages.citizen import acts, parts
from pages.citizen.dossiers import PATH, open_form
from pages.shell import Route, Screen
from pages.visitor import Visitor

RATEABLE = (Status.RESOLVED, Status.RETURNED, Status.REFUSED, Status.STOPPED)
"""Where there is something to rate; the page of the rating says whether it still can be."""
DONE = ('bo-sung', 'rut', 'dong-y', 'de-nghi')
"""What the person has just done, as the address says it."""


async def dossier(visitor: Visitor, screen: Screen, dossier_id: str, xong: str = '') -> None:
    """Draw a dossier for who owns it or has opened it; others are asked for number and secret."""
    t = visitor.t
    try:
        found = await progress(await visitor.actor(), dossier_id)
    except NotFound:
        return closed(screen, t)
    screen_ = _Screen(visitor, found, _head(found, t))
    screen_.draw(xong if xong in DONE else '')
    screen.on_change([f'dossier:{dossier_id}'], screen_.changed)


class _Screen:
    """What is shown, and the version that its buttons act on: it moves only when the person loads the change."""

    def __init__(self, visitor: Visitor, found: Progress, head: PageHead) -> None:
        self._visitor, self._found, self._head = visitor, found, head

    def draw(self, done: str) -> None:
        """Draw everything below the heading."""
        t = self._visitor.t
        self._notice = LiveNotice(t, self.reload, text=t('citizen.changed'))
        self._body = ui.element('div').classes('mc-dossier')
        self._fill(done)

    def _fill(self, done: str = '') -> None:
        t, found = self._visitor.t, self._found
        self._body.clear()
        with self._body:
            if done:
                show(notice(t(f'citizen.done_{done.replace("-", "_")}'), tone='ok'))
            with ui.element('div').classes('mc-dossier-main'):
                acts.draw(self._visitor, found, self.reload)
                if found.is_taken_back:
                    show(taken_back(found.results, found.revocation_note, t))
                show(*parts.card(found, t))
                if found.status in RATEABLE:
                    show(parts.rate(found, t))
                show(*parts.events(found, t))
            with ui.element('div').classes('mc-dossier-side'):
                for part in (
                    parts.result(found, t),
                    parts.issued(found, t),
                    parts.papers(found, t),
                    parts.declared(found, t),
                ):
                    if part:
                        show(*part)
                parts.answers(found, t)
                acts.draw_withdrawal(self._visitor, found)

    async def reload(self) -> None:
        """Load the dossier as it is now, and begin at its top again."""
        self._found = await progress(await self._visitor.actor(), self._found.dossier_id)
        self._head.set_below(_number(self._found, self._visitor.t))
        self._fill()
        self._head.run_method('focus')

    async def changed(self) -> None:
        """Say that the dossier changed, unless what changed is shown already."""
        now = await progress(await self._visitor.actor(used=False), self._found.dossier_id)
        if now.version != self._found.version:
            self._notice.changed()


def _head(found: Progress, t: Words) -> PageHead:
    name = t.pick(found.spec.short_name or found.procedure_name)
    title = f'{found.official_code or found.filing_number} – {name}'
    return page_head(name, t, back=(PATH, t('citizen.title_back')), below=_number(found, t), title=title)


def _number(found: Progress, t: Words) -> Markup:
    """Return the number that counts now: acceptance gives another one."""
    return markup(
        '<p class="mc-lead">{words} <span class="mc-code">{number}</span></p>',
        words=t('public.track_number'),
        number=found.official_code or found.filing_number,
    )


def closed(screen: Screen, t: Words) -> None:
    """Ask for number and secret: the dossier is not theirs, or was opened too long ago."""
    page_head(t('citizen.closed_title'), t, lead=t('public.track_closed'), back=(PATH, t('citizen.title_back')))
    show(open_form(screen, t), classes='mc-narrow')


ROUTES = [Route(PATH + '/{dossier_id}', dossier, 'anyone', 'citizen.dossier')]
