"""The printed summary of a dossier: facts, components, answers and its hand-overs, on A4."""

from markupsafe import Markup
from nicegui import ui

from app.access import Actor
from app.clock import now
from app.dossiers.desk import Component, DeskDossier, StepRow
from app.i18n import Words
from app.units.queries import UnitCard, home_unit
from components.markup import NOTHING, Shown, join, markup
from models.enums import PRESENT
from pages.officer.saying import status_words


async def print_sheet(place: Shown, t: Words, actor: Actor, view: DeskDossier) -> None:
    """Write the sheet into its place, which only paper shows, and open the browser's print dialog."""
    place.set(sheet(t, await home_unit(actor), view, actor.name))
    ui.run_javascript('requestAnimationFrame(() => requestAnimationFrame(() => window.print()))')


def sheet(t: Words, unit: UnitCard | None, view: DeskDossier, printed_by: str) -> Markup:
    """Return the summary as a page to print."""
    facts = [
        (t('officer.sheet_number'), ' · '.join(filter(None, (view.official_code, view.filing_number)))),
        (t('officer.sheet_procedure'), t.pick(view.spec.name)),
        (t('officer.applicant'), view.applicant_name),
        (t('officer.phone'), view.contact_phone or '—'),
        (t('officer.sheet_state'), status_words(t, view.status, awaiting=view.awaiting_supplement)),
        (t('officer.submitted'), t.moment(view.submitted_at)),
        (t('officer.sheet_accepted'), t.moment(view.accepted_at) if view.accepted_at else '—'),
        (t('officer.promised'), t.moment(view.promised_at) if view.promised_at else '—'),
        (t('officer.delivery'), t(f'officer.delivery_{view.delivery}')),
    ]
    parts = [
        _table(t('officer.sheet_facts'), (), [(label, value) for label, value in facts]),
        _table(
            t('officer.sheet_papers'),
            (t('officer.sheet_paper'), t('officer.sheet_received'), t('officer.sheet_check')),
            [_component(t, c) for c in view.components],
        ),
        *(_table(title, (), [(label, text) for label, text, _ in lines]) for title, lines in view.answers),
        _table(
            t('officer.sheet_steps'),
            tuple(t(f'officer.sheet_step_{name}') for name in ('title', 'person', 'given', 'taken', 'ended', 'term')),
            [_step(t, step) for step in view.steps],
        ),
    ]
    return markup(
        '<article><header><p>{parent}</p><p><b>{unit}</b></p><p>{place}</p></header><h2>{title}</h2>{parts}'
        '<footer>{printed}</footer></article>',
        parent=unit.parent_name if unit else '',
        unit=unit.name if unit else '',
        place=' · '.join(filter(None, (unit.address, unit.phone))) if unit else '',
        title=t('officer.sheet_title'),
        parts=join(parts),
        printed=t('officer.sheet_printed', who=printed_by, at=t.moment(now())),
    )


def _table(caption: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Markup:
    if not rows:
        return NOTHING
    top = join(markup('<th scope="col">{h}</th>', h=h) for h in heads)
    return markup(
        '<table><caption>{caption}</caption>{top}<tbody>{rows}</tbody></table>',
        caption=caption,
        top=markup('<thead><tr>{top}</tr></thead>', top=top) if heads else NOTHING,
        rows=join(_line(row) for row in rows),
    )


def _line(row: tuple[str, ...]) -> Markup:
    first, *others = row
    cells = join(markup('<td>{cell}</td>', cell=cell) for cell in others)
    return markup('<tr><th scope="row">{first}</th>{cells}</tr>', first=first, cells=cells)


def _component(t: Words, one: Component) -> tuple[str, ...]:
    stored = [f for f in one.files if f.state in PRESENT]
    checks = {f.check_result for f in stored if f.check_result}
    return (
        t.pick(one.name),
        t('officer.received' if stored else 'officer.to_show' if one.mode == 'show' else 'officer.not_received'),
        ', '.join(t(f'officer.check_{check}') for check in sorted(checks)) or '—',
    )


def _step(t: Words, step: StepRow) -> tuple[str, ...]:
    moments = (t.short_moment(at) if at else '—' for at in (step.given_at, step.taken_at, step.ended_at))
    in_time = '' if step.ended_at is None else t('officer.sheet_late' if step.is_late else 'officer.sheet_in_time')
    return t.pick(step.title), step.person or '—', *moments, in_time
