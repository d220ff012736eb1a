"""The doorstep: plain HTML that needs no script. ``router`` holds all its addresses."""

from fastapi import APIRouter

from pages.public import (
    demo_mail,
    duty,
    feedback,
    feedback_answers,
    figures,
    figures_wall,
    following,
    forms_figures,
    help,
    home,
    leaflets,
    open_data,
    preferences,
    procedures,
    rating,
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
    rating,
    verifying,
    figures,
    figures_wall,
    open_data,
    registers,
    duty,
    leaflets,
    forms_figures,
    feedback,
    feedback_answers,
    following,
    help,
    preferences,
    demo_mail,
    robots,
):
    router.routes += _part.addresses.routes
