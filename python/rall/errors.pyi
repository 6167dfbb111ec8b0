from collections.abc import Iterable

from ._findings import _Finding

class Error(Exception): ...

class InputError(Error, ValueError):
    code: str | None
    file: str | None
    line: int | None
    column: int | None
    message: str
    hint: str | None
    diagnostics: list[_Finding]
    def __init__(self, text: str, diagnostics: Iterable[_Finding] = ()) -> None: ...

class UsageError(Error, ValueError): ...
class MachineError(Error, RuntimeError): ...
class InputWarning(UserWarning): ...
