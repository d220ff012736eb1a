"""What a procedure costs."""

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


def _copy(fee: Fee, pages: int) -> int:
    tiers = fee.tiers or (FeeTier(amount=fee.amount or 0),)
    total, done = 0, 0
    for tier in tiers:
        here = max(0, (pages if tier.up_to is None else min(pages, tier.up_to)) - done)
        total, done = total + here * tier.amount, done + here
    return total if fee.cap is None else min(total, fee.cap)
