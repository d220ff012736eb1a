"""The code on the counter's screen: the applicant reads it with their own telephone and touches a level."""

from nicegui import ui

from app.ratings.commands import offer
from components.dialogs import Dialog
from components.markup import markup, show
from components.printing import print_button
from components.qr import qr
from pages.visitor import Visitor


async def offer_rating(visitor: Visitor, dossier_id: str) -> None:
    """Show the code, large; it can be printed for who has no telephone at hand."""
    t = visitor.t
    url = await offer(await visitor.actor(), dossier_id)
    with Dialog(t('ratings.offer_title'), t) as dialog:
        with ui.element('div').classes('mc-print'):
            show(
                markup('<p><b>{ask}</b></p><p>{text}</p>', ask=t('ratings.ask'), text=t('ratings.offer_text')),
                markup('<p class="mc-offer">{code}</p>', code=qr(url, t('ratings.offer_label'))),
            )
        print_button(t('ratings.offer_print'))
    await dialog
