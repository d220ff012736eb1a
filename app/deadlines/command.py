"""The command ``deadline``: work out a due date by the shipped calendar, for whoever wants to check the engine."""

from datetime import datetime, time
from typing import Annotated

import typer

from app.clock import VIETNAM
from app.deadlines.calendar import WorkCalendar
from app.deadlines.clock import Due, Mode, due, parse_term, reception_due
from app.deadlines.defaults import week
from app.deadlines.explain import explain as words_of
from app.deadlines.records import recorded_days, standard_calendar
from app.i18n import Words, words


def deadline(
    accepted: Annotated[str | None, typer.Option(help='Moment of acceptance, 2026-08-20T14:00, Vietnam time.')] = None,
    term: Annotated[str | None, typer.Option(help='3wd, 16wh, 45d or sameday.')] = None,
    filed: Annotated[str | None, typer.Option(help='Moment of an online filing, with --reception.')] = None,
    reception: Annotated[bool, typer.Option('--reception', help='The limit of reception, 8 working hours.')] = False,
    mode: Annotated[str, typer.Option(help='hours: from the minute; civil: first day not counted.')] = 'hours',
    explain: Annotated[bool, typer.Option('--explain', help='Say why, too.')] = False,
    sessions: Annotated[str | None, typer.Option(help='Office hours, 07:30-11:30,13:30-17:00.')] = None,
    lang: Annotated[str, typer.Option(help='Language of the explanation: vi or en.')] = 'vi',
) -> None:
    """Work out when a dossier is due. The last line printed is ``due 2026-08-24T14:00+07:00``."""
    t = words(lang)
    found = _found(_calendar(sessions, t), accepted, term, filed, reception, _mode(mode), t)
    if explain:
        typer.echo(words_of(found, t))
    typer.echo(f'due {_iso(found.at)}')


def _found(
    calendar: WorkCalendar,
    accepted: str | None,
    term: str | None,
    filed: str | None,
    reception: bool,
    mode: Mode,
    t: Words,
) -> Due:
    if (accepted is None) == (filed is None):
        raise typer.BadParameter(t('deadlines.cli_accepted'))
    if reception != (filed is not None) or (term is not None) == reception:
        raise typer.BadParameter(t('deadlines.cli_term' if accepted and not reception else 'deadlines.cli_reception'))
    if filed is not None:
        return reception_due(calendar, _moment(filed, t))
    try:
        found = due(calendar, _moment(accepted or '', t), parse_term(term or ''), mode)
    except ValueError as error:
        raise typer.BadParameter(t('deadlines.cli_term')) from error
    if found is None:
        raise typer.BadParameter(t('deadlines.cli_term'))
    return found


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
