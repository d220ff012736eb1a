"""The command ``deadline``: work out a due date by the shipped calendar, for whoever wants to check the engine."""

from datetime import datetime, time
from typing import Annotated

import typer

from app.access import SYSTEM
from app.audit.command import on_database
from app.clock import VIETNAM
from app.db import read
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import Due, Mode, due, parse_term, reception_limit
from app.deadlines.defaults import week
from app.deadlines.explain import explain as words_of
from app.deadlines.reception import presets, rule_for
from app.deadlines.records import recorded_days, standard_calendar
from app.errors import NotFound
from app.i18n import Words, words
from app.procedures.queries import start_page
from app.procedures.schema import Channel
from app.settings import load
from models import enums

ONLINE = Channel.ONLINE.value


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
    mode: Annotated[str, typer.Option(help='hours: from the minute; civil: first day not counted.')] = 'hours',
    explain: Annotated[bool, typer.Option('--explain', help='Say why, too.')] = False,
    sessions: Annotated[str | None, typer.Option(help='Office hours, 07:30-11:30,13:30-17:00.')] = None,
    lang: Annotated[str, typer.Option(help='Language of the explanation: vi or en.')] = 'vi',
) -> None:
    """Work out when a dossier is due. The last line printed is ``due 2026-08-24T14:00+07:00``."""
    t = words(lang)
    if (accepted is None) == (filed is None):
        raise typer.BadParameter(t('deadlines.cli_accepted'))
    if reception != (filed is not None) or (term is not None) == reception:
        raise typer.BadParameter(t('deadlines.cli_term' if accepted and not reception else 'deadlines.cli_reception'))
    calendar, counted = _calendar(sessions, t), _mode(mode)
    if filed is None:
        _refuse_reception(rule, procedure, channel, t)
        found = _result(calendar, _moment(accepted or '', t), term or '', counted, t)
    else:
        way = _channel(channel, t)
        found = reception_limit(calendar, _moment(filed, t), way, rule=_rule(rule, procedure, way, t))
    if explain:
        typer.echo(words_of(found, t))
    typer.echo(f'due {_iso(found.at)}')


def _result(calendar: WorkCalendar, accepted_at: datetime, term: str, mode: Mode, t: Words) -> Due:
    try:
        found = due(calendar, accepted_at, parse_term(term), mode)
    except ValueError as error:
        raise typer.BadParameter(t('deadlines.cli_term')) from error
    if found is None:
        raise typer.BadParameter(t('deadlines.cli_term'))
    return found


def _refuse_reception(rule: str | None, procedure: str | None, channel: str, t: Words) -> None:
    """What belongs to the limit of reception means nothing for the date of the result."""
    if rule is not None or procedure is not None or channel != ONLINE:
        raise typer.BadParameter(t('deadlines.cli_reception'))


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


def _mode(text: str) -> Mode:
    if text == 'hours':
        return 'hours'
    if text == 'civil':
        return 'civil'
    raise typer.BadParameter('--mode hours | civil')


def _moment(text: str, t: Words) -> datetime:
    """Read a moment; one without a zone is Vietnam's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(t('deadlines.cli_moment', text=text)) from error
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
