"""Addresses of pages that lower apps serve."""

from django.urls import NoReverseMatch, reverse


def door(view: str, *arguments: object) -> str:
    """The address of a page; empty where this installation does not serve it."""
    try:
        return reverse(view, args=arguments)
    except NoReverseMatch:
        return ""
