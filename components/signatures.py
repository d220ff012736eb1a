"""Signatures beside a paper: who, when, and whether they hold."""

from collections.abc import Sequence

from markupsafe import Markup

from app.i18n import Words
from app.signing.reading import Signature
from components.markup import join, markup
from components.tags import Tone, tag


def signatures(found: Sequence[Signature], t: Words) -> Markup:
    """Return a line for each signature; nothing for none."""
    return join(_line(one, t) for one in found)


def said(one: Signature, t: Words) -> str:
    """Return a signature in a few words, for a list that holds only text."""
    state = t(f'signing.shown_{judged(one)[0]}')
    return f'{state}: {one.signer}' if one.signer else state


def _line(one: Signature, t: Words) -> Markup:
    key, tone = judged(one)
    moment = t.moment(one.signed_at) if one.signed_at else ''
    stamped = [t('signing.shown_stamped')] if one.timestamped else []
    unseen = [] if one.visible or not one.signer else [t('signing.shown_unseen')]
    who = ', '.join(part for part in (one.signer, one.title, moment, *stamped, *unseen) if part)
    return markup('<small class="mc-signed">{state} {who}</small>', state=tag(t(f'signing.shown_{key}'), tone), who=who)


def judged(one: Signature) -> tuple[str, Tone]:
    """Return what to say of a signature, and how strongly."""
    if not one.signer:
        return 'unreadable', 'warn'
    if not one.intact:
        return 'broken', 'error'
    if not one.covers_whole_document:
        return 'changed', 'error'
    if one.revocation == 'revoked':
        return 'revoked', 'error'
    if not one.trusted:
        return 'untrusted', 'warn'
    return ('unchecked', 'warn') if one.revocation == 'unchecked' else ('good', 'ok')
