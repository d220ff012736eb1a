"""A button that prints the page; what is printed is for the style sheet to say."""

from nicegui import ui

from components.icons import icon
from components.markup import markup, show


def print_button(label: str) -> ui.element:
    """Draw the button; the browser prints by itself, connected or not."""
    button = ui.element('button').props('type=button').classes('mc-btn mc-btn-secondary')
    button.on('click', js_handler='() => window.print()')
    with button:
        show(markup('{icon}{label}', icon=icon('print', 22), label=label), tag='span', classes='mc-btn-in')
    return button
