"""Slow hashes of passwords and of dossier secrets, computed off the event loop, two at a time."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from passlib.context import CryptContext

_context = CryptContext(
    schemes=['argon2'], argon2__type='id', argon2__memory_cost=19456, argon2__time_cost=2, argon2__parallelism=1
)
_workers = ThreadPoolExecutor(2, thread_name_prefix='password')
_nobody = _context.hash(secrets.token_urlsafe(16))


async def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(_workers, _context.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    """Tell whether the password is the stored one. Without one the same work is done, so that time tells nothing."""
    good = await asyncio.get_running_loop().run_in_executor(_workers, _verify, password, stored or _nobody)
    return good and stored is not None


def _verify(password: str, stored: str) -> bool:
    try:
        return bool(_context.verify(password, stored))
    except (ValueError, TypeError):
        return False
