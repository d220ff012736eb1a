"""What is certified, as the receipt lists it: pages, copies and fee of each paper. Source: Mẫu số 01, TT 03/2025/TT-VPCP (mark B)."""

from typing import Any

from app.procedures.fees import calculate
from app.procedures.schema import ProcedureSpec

SECTOR = 'Chứng thực'
NAME, PAGES = 'document_name', 'page_count'
"""Questions of the procedures of this sector."""


def is_certification(spec: ProcedureSpec) -> bool:
    """Tell whether a procedure certifies copies, signatures or transactions."""
    return spec.sector.vi == SECTOR


def certified(spec: ProcedureSpec, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line for each paper to be certified; none for other procedures. A number that nobody gave is None."""
    if not is_certification(spec):
        return []
    fee, group = spec.fee, answers.get(spec.fee.group or '')
    entries = [one for one in group if isinstance(one, dict)] if isinstance(group, list) else [answers]
    lines = []
    for one in entries:
        pages, copies = _count(one.get(fee.pages or PAGES)), _count(one.get(fee.quantity or ''))
        is_known = fee.kind != 'per_page' or pages is not None
        amount = calculate(fee, quantity=copies or 1, pages=pages or 1) if is_known else None
        lines.append({'name': str(one.get(NAME) or spec.name.vi), 'pages': pages, 'copies': copies, 'amount': amount})
    return lines


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
