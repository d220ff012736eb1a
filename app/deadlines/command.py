"""The command ``deadline``: work out a due date by the shipped calendar, for whoever wants to check the engine."""

from datetime import datetime, time
from typing import Annotated, Literal

import typer

from app.access import SYSTEM
from app.audit.command import on_database
from app.clock import VIETNAM
from app.db import read
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import Mode, Segment, parse_term, reception_limit, recount, supplement_limit
from app.deadlines.defaults import week
from app.deadlines.drafts import FIRST, LAST
from app.deadlines.explain import explain as words_of
from app.deadlines.reception import presets, rule_for
from app.deadlines.records import recorded_days, standard_calendar
from app.errors import NotFound
from app.i18n import LANGUAGES, Words, words
from app.procedures.queries import start_page
from app.procedures.schema import Channel, Term
from app.settings import load
from models import enums
from models.enums import ClockKind

ONLINE = Channel.ONLINE.value
RESTART: Literal['restart'] = 'restart'
_AFTER: dict[str, Literal['restart', 'resume']] = {RESTART: RESTART, 'resume': 'resume'}


def deadline(
    accepted: Annotated[str | None, typer.Option(help='Moment of acceptance, 2026-08-20T14:00, Vietnam time.')] = None,
    term: Annotated[str | None, typer.Option(help='3wd, 16wh, 45d or sameday.')] = None,
    filed: Annotated[str | None, typer.Option(help='Moment of a filing, with --reception.')] = None,
    reception: Annotated[
        bool,
        typer.Option('--reception', help='The limit of reception: online 8 working hours, counter and post 1 day.'),
    ] = False,
    rule: Annotated[str | None, typer.Option(help='Another rule of reception: ' + ', '.join(presets()))] = None,
    procedure: Annotated[
        str | None, typer.Option(help='The rule of reception this installation has for a procedure, such as khai-sinh.')
    ] = None,
    channel: Annotated[str, typer.Option(help='How it was filed: online, counter, post.')] = ONLINE,
    asked: Annotated[
        str | None, typer.Option(help='Moment of a request for a supplement. Alone: until when it may be answered.')
    ] = None,
    completed: Annotated[
        str | None, typer.Option(help='With --accepted and --asked: moment when the supplement was complete.')
    ] = None,
    after: Annotated[
        str, typer.Option(help='After a supplement the term begins anew (restart) or goes on (resume).')
    ] = RESTART,
    mode: Annotated[str, typer.Option(help='hours: from the minute; civil: first day not counted.')] = 'hours',
    explain: Annotated[bool, typer.Option('--explain', help='Say why, too.')] = False,
    sessions: Annotated[str | None, typer.Option(help='Office hours, 07:30-11:30,13:30-17:00.')] = None,
    lang: Annotated[str, typer.Option(help='Language of the explanation: vi or en.')] = 'vi',
) -> None:
    """Work out when a dossier is due. The last line printed is ``due 2026-08-24T14:00+07:00``."""
    t = words(lang)
    if lang not in LANGUAGES:
        raise typer.BadParameter(t('deadlines.cli_lang'))
    calendar, counted = _calendar(sessions, t), _mode(mode, t)
    of_reception = reception or rule is not None or procedure is not None or channel != ONLINE
    of_supplement = completed is not None or after != RESTART
    try:
        if accepted and not (filed or of_reception):
            wanted, waited = _term(term, after, t), _waited(accepted, asked, completed, t)
            found = recount(calendar, _moment(accepted, t), wanted, waited, counted)
        elif filed and reception and not (accepted or asked or term or of_supplement):
            way = _channel(channel, t)
            found = reception_limit(calendar, _moment(filed, t), way, rule=_rule(rule, procedure, way, t))
        elif asked and not (accepted or filed or term or of_reception or of_supplement):
            found = supplement_limit(calendar, _moment(asked, t))
        else:
            raise typer.BadParameter(t('deadlines.cli_forms'))
    except ValueError as error:
        raise typer.BadParameter(t('deadlines.cli_far')) from error
    if found is None:
        raise typer.BadParameter(t('deadlines.cli_term'))
    if explain:
        typer.echo(words_of(found, t))
    typer.echo(f'due {_iso(found.at)}')


def _term(text: str | None, after: str, t: Words) -> Term:
    try:
        return parse_term(text or '').model_copy(update={'after_supplement': _AFTER[after]})
    except (ValueError, KeyError) as error:
        raise typer.BadParameter(t('deadlines.cli_after' if after not in _AFTER else 'deadlines.cli_term')) from error


def _waited(accepted: str, asked: str | None, completed: str | None, t: Words) -> tuple[Segment, ...]:
    """Return the stretch that was waited for a supplement, if there was one."""
    if asked is None and completed is None:
        return ()
    if asked is None or completed is None:
        raise typer.BadParameter(t('deadlines.cli_asked'))
    if not _moment(accepted, t) <= _moment(asked, t) <= _moment(completed, t):
        raise typer.BadParameter(t('deadlines.cli_asked'))
    return (Segment(ClockKind.PAUSED, _moment(asked, t), _moment(completed, t)),)


def _channel(text: str, t: Words) -> Channel:
    try:
        return Channel(text)
    except ValueError as error:
        raise typer.BadParameter(t('deadlines.cli_channel')) from error


def _rule(name: str | None, procedure: str | None, channel: Channel, t: Words) -> str:
    """Return the limit for a channel: by a preset, by what this installation has for a procedure, or by the first preset."""
    if procedure is None:
        preset = presets().get(name) if name else next(iter(presets().values()))
        if preset is None:
            raise typer.BadParameter(t('deadlines.cli_rule', text=name, known=', '.join(presets())))
        return preset.limits[channel]
    if name is not None:
        raise typer.BadParameter(t('deadlines.cli_procedure', text=procedure))
    try:
        return on_database(load(), lambda: _installed(procedure, channel))
    except NotFound as error:
        raise typer.BadParameter(t('deadlines.cli_procedure', text=procedure)) from error


async def _installed(procedure: str, channel: Channel) -> str:
    page = await start_page(SYSTEM, procedure)
    async with read() as db:
        return await rule_for(db, page.spec, enums.Channel(channel))


def _mode(text: str, t: Words) -> Mode:
    if text == 'hours':
        return 'hours'
    if text == 'civil':
        return 'civil'
    raise typer.BadParameter(t('deadlines.cli_mode', text=text))


def _moment(text: str, t: Words) -> datetime:
    """Read a moment of the years the lunar table reaches; one without a zone is Vietnam's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(t('deadlines.cli_moment', text=text)) from error
    if not FIRST < moment.year < LAST:
        raise typer.BadParameter(t('deadlines.cli_moment', text=text))
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _calendar(text: str | None, t: Words) -> WorkCalendar:
    if text is None:
        return standard_calendar()
    try:
        pairs = [stretch.split('-') for stretch in text.split(',')]
        hours = week(tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs))
        return WorkCalendar.of(hours, recorded_days())
    except ValueError as error:
        raise typer.BadParameter(t('deadlines.cli_sessions', text=text)) from error


def _iso(moment: datetime) -> str:
    exact = moment.second or moment.microsecond
    return moment.isoformat(timespec='seconds' if exact else 'minutes')
