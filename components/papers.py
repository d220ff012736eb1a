"""The papers of a procedure as the start page shows them: what to do about each, and when it is needed at all."""

from typing import Any

from app.i18n import Words
from app.procedures.schema import DocumentRequirement, ProcedureSpec
from components.wording import lower_first


def papers_by_kind(spec: ProcedureSpec) -> dict[str, Any]:
    """Sort the papers by what has to be done about them, and count the originals of those always needed.

    ``need``: everyone hands it in; ``maybe``: it depends on the case; ``show``: only shown; ``none``: nothing to prepare.
    """
    kinds: dict[str, list[DocumentRequirement]] = {'need': [], 'maybe': [], 'show': [], 'none': []}
    for paper in spec.documents:
        kinds[_kind(paper)].append(paper)
    originals = sum(1 for paper in (*kinds['need'], *kinds['show']) if paper.originals or paper.mode == 'show')
    return {'papers': {kind: tuple(found) for kind, found in kinds.items() if found}, 'originals': originals}


def _kind(paper: DocumentRequirement) -> str:
    if paper.mode in ('generated', 'database'):
        return 'none'
    if not paper.required or paper.show_when is not None or paper.condition_text:
        return 'maybe'
    return 'show' if paper.mode == 'show' else 'need'


def when_text(paper: DocumentRequirement, spec: ProcedureSpec, t: Words) -> str:
    """Say when a paper is needed: in its own words, or in those of the questions it depends on; '' when neither tells."""
    if paper.condition_text:
        return t.pick(paper.condition_text)
    condition = _said(paper.show_when, spec, t)
    return t('public.paper_when', condition=condition) if condition else ''


def _said(node: Any, spec: ProcedureSpec, t: Words) -> str:
    """Put a condition into words; '' for one whose form has no plain wording."""
    if not isinstance(node, dict) or len(node) != 1:
        return ''
    ((name, operand),) = node.items()
    given = operand if isinstance(operand, list | tuple) else [operand]
    if name in ('and', 'or'):
        parts = [_said(one, spec, t) for one in given]
        return t(f'public.when_{name}').join(parts) if all(parts) else ''
    if name == 'var':
        return lower_first(_label(node, spec, t))
    label = _label(given[0], spec, t)
    if not label:
        return ''
    if name == '!':
        return t('public.when_not', label=label)
    if name == '==' and given[1:] == ['yes']:
        return lower_first(label)
    if name in ('==', '!=', 'in') and len(given) == 2:
        options = _options(given[0], given[1], spec, t)
        key = 'public.when_is_not' if name == '!=' else 'public.when_is'
        return t(key, label=label.removesuffix(' là'), options=options) if options else ''
    return ''


def _label(node: Any, spec: ProcedureSpec, t: Words) -> str:
    """Return the question that ``{"var": id}`` names."""
    question = spec.field(node['var']) if isinstance(node, dict) and isinstance(node.get('var'), str) else None
    return t.pick(question.label) if question else ''


def _options(node: Any, wanted: Any, spec: ProcedureSpec, t: Words) -> str:
    """Return the answers that a condition compares with, as the form offers them, each in quotes of its own."""
    question = spec.field(node['var'])
    values = wanted if isinstance(wanted, list | tuple) else [wanted]
    found = [option for option in (question.options if question else ()) if option.value in values]
    labels = [t('public.when_option', option=t.pick(option.label)) for option in found]
    return t('public.when_or').join(labels) if len(labels) == len(values) else ''
