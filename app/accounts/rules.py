"""What a password must be, and the questions about a person that the portal itself asks."""

from pathlib import Path

from app.errors import Invalid, Problem
from app.questions import question, read_answers

SHORTEST = 10
LONGEST = 128
COMMON = frozenset((Path(__file__).parent / 'common_passwords.txt').read_text('utf-8').split())
"""Passwords that are tried first. Compared without case."""

SYSTEM_ADDRESS = '@system.invalid'
"""Accounts of systems have addresses that no mail reaches. Source: RFC 2606."""

IDENTITY = (
    question('full_name', 'person_name', required=True),
    question('email', 'email', required=True),
)
CONTACT = (question('phone', 'phone'),)
GENDERS = ('male', 'female', 'other')
PERSON = (
    question('personal_id', 'personal_id'),
    question('birth_date', 'date', not_after='today'),
    question('gender', 'choice', options=GENDERS),
    question('address', 'address'),
)
BUSINESS = (
    question('organisation', 'text', max_length=200),
    question('tax_code', 'tax_code'),
)
"""Asked of a business besides the person who acts for it."""


def password_problem(password: str, email: str) -> Problem | None:
    """Return what is wrong with a new password: too short, too long, common, or made of the person's own address."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return Problem('account.password_short', {'min': SHORTEST})
    if len(password) > LONGEST:
        return Problem('account.password_long', {'max': LONGEST})
    if plain in COMMON or len(set(plain)) < 4:
        return Problem('account.password_common')
    local = email.casefold().partition('@')[0]
    if email.casefold() in plain or (len(local) >= 4 and local in plain):
        return Problem('account.password_email')
    return None


def require_password(password: str, email: str, field: str = 'password') -> None:
    """Refuse a weak password. Raises Invalid."""
    if problem := password_problem(password, email):
        raise Invalid({field: problem})


def is_system(email: str) -> bool:
    """Tell whether an account is a system's: it has no password and acts by tokens alone."""
    return email.endswith(SYSTEM_ADDRESS)


def normal_email(text: str) -> str:
    """Return an address as accounts keep it. Raises Invalid for what is not an address."""
    return str(read_answers((question('email', 'email', required=True),), {'email': text})['email']).casefold()
