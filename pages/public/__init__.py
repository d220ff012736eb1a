"""The doorstep: plain HTML that needs no script. ``router`` holds all its addresses."""

from fastapi import APIRouter

from pages.public import (
    demo_mail,
    figures,
    figures_wall,
    following,
    help,
    home,
    open_data,
    preferences,
    procedures,
    registers,
    robots,
    tracking,
    verifying,
)

router = APIRouter(include_in_schema=False)
for _part in (
    home,
    procedures,
    tracking,
    verifying,
    figures,
    figures_wall,
    open_data,
    registers,
    following,
    help,
    preferences,
    demo_mail,
    robots,
):
    router.routes += _part.addresses.routes
