"""Findings of readers, as people look at them."""

import warnings

from .errors import InputWarning


class Findings(list):
    """A list of dicts (severity, code, file, line, column, message, hint, text) that prints as the command line does."""

    def of(self, severity):
        """Those of a severity: "note", "warning" or "error"."""
        return Findings(found for found in self if found["severity"] == severity)

    def __str__(self):
        return "\n".join(found["text"] for found in self)

    def __repr__(self):
        return str(self) or "nothing was found"


def told(found, depth):
    """Findings, of which the warnings are Python's too: they are shown where nobody looks at `diagnostics`. `depth`: calls up to the user's line."""
    found = Findings(found)
    for one in found.of("warning"):
        warnings.warn(one["text"], InputWarning, stacklevel=depth + 1)
    return found
