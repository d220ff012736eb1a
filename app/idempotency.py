"""The same request under the same key is carried out once and answered the same each time."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import crypto
from app.access import Actor
from app.clock import now
from app.errors import WrongState
from models import IdempotencyKey

KEPT = timedelta(hours=24)
"""How long an answer is given again."""
_KEYS: Any = IdempotencyKey.__table__  # type: ignore[attr-defined] # the table itself: these rows are no objects of a session


class Answered(Exception):
    """It was carried out before; ``answer`` is what was said then."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True)
class Once:
    """One request under its sender's key. ``answer`` turns what the command returns into what is kept, sealed."""

    key: str
    request: str
    answer: Callable[[Any], dict[str, Any]]

    @classmethod
    def of(cls, actor: Actor, key: str, request: Any, answer: Callable[[Any], dict[str, Any]]) -> 'Once':
        """Take a key as it was sent and the whole request that it stands for. Each account has keys of its own."""
        text = json.dumps(request, ensure_ascii=True, sort_keys=True)
        who = actor.account_id or ''
        return cls(crypto.mac('idempotency', who, key), hashlib.sha256(text.encode()).hexdigest(), answer)

    async def claim(self, db: AsyncSession) -> None:
        """Take the key for this transaction; whoever sends it meanwhile waits.

        Raises:
            Answered: the same request was carried out.  WrongState: the key stands for another request.
        """
        insert = pg_insert if db.get_bind().dialect.name == 'postgresql' else sqlite_insert
        row = insert(_KEYS).values(key=self.key, result={'request': self.request}, created_at=now())
        done = await db.execute(row.on_conflict_do_nothing())
        if cast('CursorResult[Any]', done).rowcount == 1:
            return
        before = (await db.get_one(IdempotencyKey, self.key)).result
        if before['request'] != self.request:
            raise WrongState('api.key_reused')
        raise Answered(crypto.unseal_json(before['answer'], f'idempotency_key:{self.key}'))

    async def keep(self, db: AsyncSession, done: Any) -> None:
        """Write the answer down, together with what it tells of."""
        sealed = crypto.seal_json(self.answer(done), f'idempotency_key:{self.key}')
        mine = update(_KEYS).where(_KEYS.c.key == self.key)
        await db.execute(mine.values(result={'request': self.request, 'answer': sealed}))
