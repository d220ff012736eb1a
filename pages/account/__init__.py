"""Accounts in plain HTML: sign in, register, reset, profile, security. ``router`` holds all their addresses."""

from fastapi import APIRouter

from pages.account import password, profile, registration, security, signing_in

router = APIRouter(include_in_schema=False)
for _part in (signing_in, registration, password, profile, security):
    router.routes += _part.addresses.routes
