"""Whole submissions by the API: draft, answers, a paper of 100 KB, sending it; beside them what the disk itself can do."""

import io
import os
import time
import uuid
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx
from PIL import Image

from app.demo.answers import plausible
from app.procedures import validation
from app.procedures.load import load_catalogue
from app.procedures.schema import ProcedureSpec
from scripts.bench.load import Rate, press, spread
from scripts.bench.servers import Running

SLUG = 'khai-tu'
SIZE = 100_000


def picture() -> bytes:
    """Return a JPEG of about 100 KB."""
    noise = Image.effect_noise((620, 877), 60).convert('RGB')
    low, high = 5, 95
    while high - low > 1:
        quality = (low + high) // 2
        low, high = (quality, high) if len(_saved(noise, quality)) < SIZE else (low, quality)
    return _saved(noise, low)


def _saved(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, 'JPEG', quality=quality)
    return out.getvalue()


_made = count()
"""Filings of this run, by whichever programs."""


class Filer:
    """Programs that file one dossier after the other, each from an address of its own."""

    def __init__(self, server: Running) -> None:
        self.server, self.paper = server, picture()
        self.spec: ProcedureSpec = next(spec for spec in load_catalogue() if spec.id == SLUG)
        self.answers: dict[str, Any] = plausible(self.spec, Random(7))  # noqa: S311 plausible, not secret
        wanted = validation.shown(self.spec, self.answers)[1]
        needed = [d.id for d in self.spec.documents if d.id in wanted and d.mode == 'upload' and d.required]
        self.documents = needed[:1] or [d.id for d in self.spec.documents if d.mode == 'upload'][:1]
        self.others = needed[1:]
        self.http = httpx.AsyncClient(base_url=server.url, timeout=60)

    async def __call__(self, _number: int) -> None:
        """File one dossier. A new address every 200, since one address may not file without end."""
        made = next(_made)
        own = {'X-Forwarded-For': f'10.{made // 50_000}.{made // 200 % 250}.7'}
        started = await self.http.post('/api/v1/drafts', json={'procedure': SLUG}, headers=own)
        path = f'/api/v1/drafts/{started.raise_for_status().json()["token"]}'
        saved = await self.http.patch(f'{path}/answers', json={'answers': self.answers}, headers=own)
        saved.raise_for_status()
        for document in (*self.documents, *self.others):
            sent = {'file': ('anh.jpg', self.paper, 'image/jpeg')}
            (await self.http.post(f'{path}/documents/{document}', files=sent, headers=own)).raise_for_status()
        key = {'Idempotency-Key': str(uuid.uuid4())}
        done = await self.http.post(f'{path}/submit', json={'declared': True}, headers=own | key)
        if done.is_error:
            raise RuntimeError(done.text)


async def filings(server: Running, clients: int, seconds: float) -> Rate:
    """File by so many clients for some seconds."""
    filer = Filer(server)
    await filer(0)
    try:
        return await press(server, clients, seconds, filer)
    finally:
        await filer.http.aclose()


def durable(folder: Path, times: int = 300) -> tuple[float, float]:
    """Return median and p95, in ms, of appending 4 KB and waiting for the disk."""
    file = folder / 'durable'
    found = []
    with file.open('wb') as out:
        for _ in range(times):
            start = time.perf_counter()
            out.write(os.urandom(4096))
            out.flush()
            os.fsync(out.fileno())
            found.append(time.perf_counter() - start)
    file.unlink()
    return spread(found)
