"""The bar of acts of an opened dossier: a button for each act that is possible now, the main one first."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from app.dossiers.producing import can_be_drawn_up
from app.errors import Stale
from app.workflow.transitions import Action
from components.buttons import Button, Kind
from components.icons import icon
from components.markup import markup, show
from models.enums import Status
from pages.officer import correcting, handling, pausing, reception
from pages.officer.acting import Acting
from pages.officer.offering import offer_rating
from pages.shell import guarded

Act = Callable[[Acting], Awaitable[None]]
ORDER: tuple[tuple[Action, Kind, Act], ...] = (
    (Action.ACCEPT, 'primary', reception.accept),
    (Action.PASS_ON, 'primary', pausing.pass_on),
    (Action.APPROVE, 'primary', handling.approve),
    (Action.FINISH, 'primary', handling.finish),
    (Action.HAND_OVER, 'primary', reception.hand_over),
    (Action.TAKE, 'primary', handling.take),
    (Action.FORWARD, 'primary', handling.forward),
    (Action.DUTY_DONE, 'primary', pausing.duty_done),
    (Action.END_POSTING, 'primary', pausing.end_posting),
    (Action.SHOW_DRAFT, 'primary', handling.show_draft),
    (Action.REQUEST_SUPPLEMENT, 'secondary', reception.request_supplement),
    (Action.START_POSTING, 'secondary', pausing.start_posting),
    (Action.AWAIT_DUTY, 'secondary', pausing.await_duty),
    (Action.EXTEND, 'secondary', pausing.extend),
    (Action.SEND_BACK, 'secondary', handling.send_back),
    (Action.REFUSE, 'danger', reception.refuse),
)
"""Acts of every day, in the order of their buttons."""
RARE: tuple[tuple[Action, Kind, Act], ...] = (
    (Action.REASSIGN, 'quiet', handling.reassign),
    (Action.REAPPOINT, 'quiet', handling.reappoint),
    (Action.REISSUE_RESULT, 'quiet', correcting.reissue),
    (Action.REVOKE_RESULT, 'quiet', correcting.revoke),
    (Action.REISSUE_SECRET, 'quiet', reception.reissue_secret),
    (Action.STOP, 'quiet', reception.stop),
)
"""Acts behind "more"."""


def draw_acts(acting: Acting, print_it: Callable[[], object]) -> None:
    """Draw the buttons; what is rare, and printing, stand behind one more."""
    t, view = acting.t, acting.view
    has_main = False
    for action, kind, act in ORDER:
        if action in view.actions:
            shown: Kind = 'secondary' if kind == 'primary' and has_main else kind
            has_main = has_main or kind == 'primary'
            Button(t(f'workflow.action_{action}'), press(act, acting, action), t=t, kind=shown)
    if view.is_mine and view.status in (Status.ACCEPTED, Status.PROCESSING):
        Button(t('officer.attach_result'), press(handling.attach, acting), t=t, kind='secondary', icon='upload')
        if can_be_drawn_up(view.spec) and view.may_see_papers:
            Button(t('result.produce'), press(handling.produce, acting), t=t, kind='secondary', icon='edit')
    with ui.element('details').classes('mc-menu mc-more'):
        show(
            markup('{icon}{words}', icon=icon('menu', 22), words=t('officer.more')),
            tag='summary',
            classes='mc-btn mc-btn-quiet',
        )
        with ui.element('ul').on('click', js_handler=_CLOSE):
            for action, kind, act in RARE:
                if action in view.actions:
                    with ui.element('li'):
                        Button(t(f'workflow.action_{action}'), press(act, acting, action), t=t, kind=kind)
            if Action.REISSUE_RESULT in view.actions and can_be_drawn_up(view.spec) and view.may_see_papers:
                with ui.element('li'):
                    Button(t('result.redraw'), press(correcting.redraw, acting), t=t, kind='quiet')
            if view.status in (Status.RESOLVED, Status.RETURNED, Status.REFUSED, Status.STOPPED):
                with ui.element('li'):
                    Button(t('ratings.offer'), press(_offer, acting), t=t, kind='quiet', icon='star')
            with ui.element('li'):
                Button(t('officer.print'), guarded(print_it), t=t, kind='quiet', icon='print')


async def _offer(acting: Acting) -> None:
    await offer_rating(acting.visitor, acting.view.dossier_id)


_CLOSE = """event => {
  const menu = event.currentTarget.closest('details');
  menu.open = false;
  menu.querySelector('summary').focus();
}"""
"""A pressed entry closes the menu; the focus waits on it while a dialog is open."""


def press(act: Act, acting: Acting, action: Action | None = None) -> Callable[[], Awaitable[None]]:
    """Return what a button does: begin an act once, if the screen is not old and the act is still on offer."""

    async def go() -> None:
        await acting.turn()
        if acting.is_old or (action and action not in acting.view.actions):
            raise Stale()
        await act(acting)

    return guarded(go, single=True)
