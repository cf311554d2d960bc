"""The pages' log as JSON lines: what :class:`redshank.web.security.Bare` left of a record, and nothing more."""

from __future__ import annotations

import logging

from redshank import logs


class AsJson(logging.Formatter):
    """One JSON object a line. An error's text and the frames' values never come so far: the filter took them."""

    def format(self, record: logging.LogRecord) -> str:
        return logs.line(record.levelname.lower(), record.name, record.getMessage())


def settings(name: str = "redshank.web.logs.AsJson") -> dict[str, object]:
    """For the server that answers, whose own words would otherwise stand between ours as plain text."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"bare": {"()": "redshank.web.security.Bare"}},
        "formatters": {"json": {"()": name}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["bare"], "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
    }
