"""A message as it leaves: headers, HTML with its styles inlined, and the same in plain text."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.notifications.facts import Facts
from app.notifications.letters import Letter, compose
from models import Message

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Rendered:
    """A message in its final words, for any channel."""

    recipient: str
    subject: str
    text: str
    html: str
    lang: str
    message_id: str


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / 'templates'),
        autoescape=select_autoescape(('html',)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(message: Message, facts: Facts) -> Rendered:
    """Put a message into its final words. Makes the links: keep the result out of the database and the log."""
    letter = compose(message, facts)
    return Rendered(
        recipient=facts.recipient or message.recipient,
        subject=letter.subject,
        text=_text(letter),
        html=_html(letter),
        lang=letter.lang,
        message_id=message.message_id,
    )


def _html(letter: Letter) -> str:
    page = _environment().get_template('letter.html').render(letter=letter)
    return _inliner.inline(page.replace('\0', ''))


def _text(letter: Letter) -> str:
    page = _environment().get_template('letter.txt').render(letter=letter)
    return page.replace('\0', '').strip() + '\n'
