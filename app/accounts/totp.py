"""One-time codes of an authenticator app (RFC 6238): six digits, thirty seconds, one step of drift either way."""

import pyotp
import segno

from app import crypto
from app.clock import now
from models import Account

ISSUER = 'Motcua'
STEP = 30
DRIFT = (0, -1, 1)


def new_secret() -> str:
    """Return a random key of 160 bits in base 32."""
    return pyotp.random_base32()


def seal(account: Account, secret: str) -> None:
    """Keep the key in the account, encrypted for this row."""
    account.totp_sealed = crypto.seal(secret, _place(account))


def secret_of(account: Account) -> str:
    """Return the key of an account that has one."""
    if account.totp_sealed is None:
        raise ValueError('the account has no key')
    return crypto.unseal(account.totp_sealed, _place(account))


def matching_step(account: Account, code: str) -> int | None:
    """Return the time step that a code belongs to, None for a wrong code or one that was used before."""
    if account.totp_sealed is None:
        return None
    digits = ''.join(code.split())
    generator, present = pyotp.TOTP(secret_of(account)), int(now().timestamp()) // STEP
    found = [present + d for d in DRIFT if crypto.same(generator.generate_otp(present + d), digits)]
    last = account.totp_last_step
    return next((step for step in found if last is None or step > last), None)


def current_code(secret: str) -> str:
    """Return the code of this moment, for the demonstration's page."""
    return pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // STEP)


def address(account: Account) -> str:
    """Return the otpauth address that an authenticator app reads."""
    return pyotp.TOTP(secret_of(account)).provisioning_uri(name=account.email, issuer_name=ISSUER)


def picture(text: str) -> str:
    """Return a QR code as SVG, black on white in dark mode too: scanners need it."""
    code = segno.make(text, error='m')
    return code.svg_inline(scale=5, border=4, dark='#000', light='#fff', svgclass='mc-picture', omitsize=True)


def grouped(secret: str) -> str:
    """Return a key in groups of four, to be typed by hand."""
    return ' '.join(secret[i : i + 4] for i in range(0, len(secret), 4))


def _place(account: Account) -> str:
    return f'account.totp_sealed:{account.id}'
