"""What a procedure costs."""

from typing import Any

from app.procedures.conditions import holds
from app.procedures.schema import Fee, FeeTier


def calculate(fee: Fee, *, quantity: int = 1, pages: int = 1, exempt: bool = False) -> int | None:
    """Return the fee in đồng, None where the installation must enter it (council's decision or not known).

    ``quantity`` counts cases, units or copies; ``pages`` are those of the original (per_page only). Each copy is
    charged page by page along the tiers and never more than ``cap``.
    Source: TT 226/2016/TT-BTC Điều 4 (2,000 đ for pages one and two, 1,000 đ from the third, at most 200,000 đ).
    """
    if quantity < 0 or pages < 0:
        raise ValueError('a fee has no negative quantities')
    if exempt or fee.kind == 'none':
        return 0
    if fee.kind == 'per_page':
        return quantity * _copy(fee, pages)
    if fee.amount is None or fee.kind in ('council', 'unknown'):
        return None
    return fee.amount if fee.kind == 'fixed' else fee.amount * quantity


def expected(fee: Fee, answers: dict[str, Any]) -> int | None:
    """Return the fee these answers lead to, in đồng; None where the installation must enter it.

    Personal exemptions (poor households, disability, merit) are for the officer to grant: they are not in the answers.
    """
    if fee.free_when is not None and holds(fee.free_when, answers):
        return 0
    group = answers.get(fee.group) if fee.group else None
    entries = [item for item in group if isinstance(item, dict)] if isinstance(group, list) else [answers]
    amounts = [calculate(fee, quantity=_count(fee.quantity, e), pages=_count(fee.pages, e)) for e in entries]
    return None if None in amounts else sum(amount or 0 for amount in amounts)


def _count(question: str | None, answers: dict[str, Any]) -> int:
    """Return the whole number somebody answered; one where nothing was asked or answered."""
    value = answers.get(question) if question else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 1


def _copy(fee: Fee, pages: int) -> int:
    tiers = fee.tiers or (FeeTier(amount=fee.amount or 0),)
    total, done = 0, 0
    for tier in tiers:
        here = max(0, (pages if tier.up_to is None else min(pages, tier.up_to)) - done)
        total, done = total + here * tier.amount, done + here
    return total if fee.cap is None else min(total, fee.cap)
