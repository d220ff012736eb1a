"""Where the result of a dossier can be checked by anybody, and what became of it: for applicants and for officers."""

from markupsafe import Markup

from app.i18n import Words
from app.verification.results import IssuedResult
from app.verification.tokens import PATH, spoken
from components.markup import NOTHING, join, markup
from components.notice import notice


def checked_at(results: tuple[IssuedResult, ...], t: Words) -> Markup:
    """Return the newest result's address and code, and a notice where it was revoked; nothing before there is one."""
    if not results:
        return NOTHING
    return _newest(results[0], t) + join(_earlier(one, t) for one in results[1:])


def taken_back(results: tuple[IssuedResult, ...], note: str, t: Words) -> Markup:
    """Return what the applicant is told when the result was taken back: when, why, and what comes next; else nothing."""
    if not results or results[0].revoked_at is None:
        return NOTHING
    said = t(
        'verification.was_revoked',
        moment=t.moment(results[0].revoked_at),
        reason=t(f'verification.reason_{results[0].reason}'),
    )
    lines = join(markup('<p>{line}</p>', line=line) for line in (said, note, t('citizen.taken_back_next')) if line)
    return notice(lines, tone='error', title=t('citizen.taken_back_title'))


def _newest(one: IssuedResult, t: Words) -> Markup:
    if one.revoked_at is not None:
        reason = t(f'verification.reason_{one.reason}')
        said = t('verification.was_revoked', moment=t.moment(one.revoked_at), reason=reason)
        return notice(said, tone='error', title=t('verification.state_revoked'))
    return markup(
        '<p class="mc-checked">{hint} <a class="mc-link" href="{path}/{token}" target="_blank">{words}</a>, {code} '
        '<span class="mc-code">{spoken}</span></p>',
        hint=t('verification.give_on'),
        path=PATH,
        token=one.token,
        words=one.address.partition('://')[2].rpartition('/')[0],
        code=t('verification.with_code'),
        spoken=spoken(one.token),
    )


def _earlier(one: IssuedResult, t: Words) -> Markup:
    """Say what came before: it was replaced, and its own page says so."""
    number = f' {one.number}' if one.number else ''
    said = t('verification.earlier', number=number, moment=t.moment(one.issued_at))
    return markup(
        '<p class="mc-checked mc-muted mc-small">{said} <a class="mc-link" href="{path}/{token}" target="_blank">{look}</a></p>',
        said=said,
        path=PATH,
        token=one.token,
        look=t('verification.look'),
    )
