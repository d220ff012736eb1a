"""Everything that changes accounts, in one place to import from."""

from app.accounts.first_admin import create_admin_link
from app.accounts.password import change_password, request_reset, set_password
from app.accounts.people import (
    correct_person,
    create_person,
    deactivate,
    grant,
    invite_again,
    reactivate,
    reset_second_factor,
    revoke_grant,
)
from app.accounts.profile import save_profile
from app.accounts.registration import register, verify_email
from app.accounts.second_factor import begin_enrolment, remove_second_factor, second_factor
from app.accounts.signing_in import revoke_all, revoke_session, sign_in, sign_out

__all__ = [
    'begin_enrolment',
    'change_password',
    'correct_person',
    'create_admin_link',
    'create_person',
    'deactivate',
    'grant',
    'invite_again',
    'reactivate',
    'register',
    'remove_second_factor',
    'request_reset',
    'reset_second_factor',
    'revoke_all',
    'revoke_grant',
    'revoke_session',
    'save_profile',
    'second_factor',
    'set_password',
    'sign_in',
    'sign_out',
    'verify_email',
]
