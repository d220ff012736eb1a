"""A key that lies with a remote service signs like one kept here: only the digest goes over the wire."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers.pdf_cms import Signer as KeyHolder
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.access import Actor
from app.db import read
from app.demo.authority import Issued
from app.dossiers import attachments
from app.errors import NotAllowed
from app.settings import Settings
from app.signing import keys, results, rules
from app.signing.reading import signatures_of
from app.signing.signing import Holder, KeptKey, Signer
from tests.signing.conftest import Signers, at_leader, pem
from tests.support.world import World


@pytest.fixture
def dialect() -> str:
    """What signs does not hang on the database."""
    return 'sqlite'


class Remote(KeyHolder):
    """What a remote signing service needs to be for the rest: a certificate, and an answer to a few bytes."""

    def __init__(self, url: str, certificate: x509.Certificate) -> None:
        super().__init__(signing_cert=certificate, cert_registry=SimpleCertificateStore())
        self._url = url

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Ask the service, which asks its holder."""
        if dry_run:
            return bytes(256)
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.post(self._url, content=data)).raise_for_status().content


@contextmanager
def service(one: Issued, sizes: list[int]) -> Iterator[str]:
    """Hold a key far away; ``sizes`` hears how much was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers['Content-Length']))
            sizes.append(len(data))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(one.key.sign(data, PKCS1v15(), SHA256()))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(('127.0.0.1', 0), Handler) as server:
        worker = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.02})
        worker.start()
        try:
            yield f'http://127.0.0.1:{server.server_port}/sign'
        finally:
            server.shutdown()
            worker.join()


async def test_a_remote_key_approves_like_one_kept_here(world: World, trusted: Settings, signers: Signers) -> None:
    known = await keys.add_certificate(world.dung, pem(signers.dung))
    dossier_id, version = await at_leader(world)
    sizes: list[int] = []
    with service(signers.dung, sizes) as url:
        certificate = x509.Certificate.load(signers.dung.certificate.public_bytes(Encoding.DER))
        holder = Holder(known.id, 'Phạm Văn Dũng', known.fingerprint, world.dung.account_id)
        signer: Signer = KeptKey(holder, Remote(url, certificate), None)
        with pytest.raises(NotAllowed):
            await results.approve_with(world.giang, dossier_id, version, signer)
        await results.approve_with(world.dung, dossier_id, version, signer)
    (found,) = await signatures_of(await _result(world.dung, dossier_id))
    assert found.holds and found.signer == 'Phạm Văn Dũng' and found.visible
    assert sizes and max(sizes) < 1000, 'the paper itself never leaves the house'


async def _result(actor: Actor, dossier_id: str) -> bytes:
    async with read() as db:
        row = await rules.present(db, dossier_id)
    assert row
    return (await attachments.open_file(actor, row.id)).content
