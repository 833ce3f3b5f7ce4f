"""Notebooks for tests."""

from __future__ import annotations

import json


def notebook(*cells: str, language: str = "python", indent: int | None = 1) -> str:
    """Give the JSON of a notebook with code cells, as Jupyter writes it."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "metadata": {"tags": ["ä"]},
                    "outputs": [],
                    "source": cell.splitlines(keepends=True),
                }
                for cell in cells
            ],
            "metadata": {"language_info": {"name": language}},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=indent,
        ensure_ascii=False,
    )
