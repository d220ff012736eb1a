"""A time-stamping authority on a socket: ``openssl ts`` behind a small HTTP server, with a root of its own.

It misbehaves on request: see ``Authority.mood``.
"""

import hashlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """\
[ req ]
distinguished_name = name
prompt = no
[ name ]
CN = {name}
[ ca ]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ signer ]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ tsa ]
default_tsa = here
[ here ]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
certs = {folder}/ca.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
ess_cert_id_alg = sha256
"""


class Authority:
    """Where it is, its root, and what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mood = 'honest'
        """honest; other (stamps another text); old (gives the first answer again); refusing; garbage; flooding; failing."""
        self.asked: list[bytes] = []
        self.first = b''
        self.url = ''
        _make_keys(folder)

    @property
    def root(self) -> str:
        """The file with its root certificate."""
        return str(self.folder / 'ca.pem')

    def answer(self, question: bytes) -> tuple[int, bytes]:
        """Return status and body of an answer."""
        self.asked.append(question)
        if self.mood == 'failing':
            return 503, b''
        if self.mood == 'garbage':
            return 200, b'<html>Bao tri</html>'
        if self.mood == 'flooding':
            return 200, b'0' * 1_000_000
        if self.mood == 'old':
            return 200, self.first
        if self.mood == 'other':
            question = self._about(b'another text')
        if self.mood == 'refusing':
            question = question[:-40]
        reply = self._reply(question)
        self.first = self.first or reply
        return 200, reply

    def _reply(self, question: bytes) -> bytes:
        (self.folder / 'question').write_bytes(question)
        run = ['ts', '-reply', '-config', 'openssl.cnf', '-queryfile', 'question', '-out', 'reply']
        openssl(self.folder, *run)
        return (self.folder / 'reply').read_bytes()

    def _about(self, text: bytes) -> bytes:
        run = ['ts', '-query', '-digest', hashlib.sha256(text).hexdigest(), '-sha256', '-cert', '-out', 'about']
        openssl(self.folder, *run)
        return (self.folder / 'about').read_bytes()


def openssl(folder: Path, *words: str) -> str:
    """Run openssl in a folder and return what it says."""
    done = subprocess.run(['openssl', *words], cwd=folder, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _make_keys(folder: Path) -> None:
    folder.mkdir()
    (folder / 'openssl.cnf').write_text(CONFIG.format(name='Time Stamp Test', folder=folder))
    (folder / 'serial').write_text('01\n')
    new = ['-config', 'openssl.cnf', '-newkey', 'rsa:2048', '-nodes']
    openssl(
        folder, 'req', '-x509', *new, '-extensions', 'ca', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Root'
    )
    openssl(folder, 'req', '-new', *new, '-keyout', 'signer.key', '-out', 'signer.csr')
    sign = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'openssl.cnf', '-extensions', 'signer']
    openssl(folder, 'x509', '-req', '-in', 'signer.csr', *sign, '-days', '30', '-out', 'signer.pem')


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """Serve until the block ends."""
    one = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers['Content-Type'] == 'application/timestamp-query'
            status, body = one.answer(self.rfile.read(int(self.headers['Content-Length'])))
            self.send_response(status)
            self.send_header('Content-Type', 'application/timestamp-reply')
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(('127.0.0.1', 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        one.url = f'http://127.0.0.1:{server.server_port}/tsa'
        try:
            yield one
        finally:
            server.shutdown()
            thread.join()
