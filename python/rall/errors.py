"""What goes wrong, as exceptions. All of them are `rall.Error`; their texts are those of the command line."""


class Error(Exception):
    """Anything that Rall reports."""


class InputError(Error, ValueError):
    """The model or its data is wrong.

    code, file, line, column, message, hint: of the first error found (None where unknown; lines and columns count from 1).
    diagnostics: all findings, errors and what was noticed before them, as dicts with these keys, `severity` and `text`.
    """

    def __init__(self, text, diagnostics=()):
        super().__init__(text)
        self.diagnostics = list(diagnostics)
        first = next((found for found in self.diagnostics if found["severity"] == "error"), {})
        self.code, self.file, self.line, self.column = (first.get(key) for key in ("code", "file", "line", "column"))
        self.message = first.get("message", text)
        self.hint = first.get("hint") or None

    def __reduce__(self):
        return type(self), (str(self), self.diagnostics)


class UsageError(Error, ValueError):
    """What was asked for makes no sense: an option, an environment variable."""


class MachineError(Error, RuntimeError):
    """The machine failed: disk, memory, compiler."""


class InputWarning(UserWarning):
    """What is most likely not meant: a value a thousand times off, a stimulus that comes too late. Its text is that of the command line."""
