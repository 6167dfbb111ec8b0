from typing import Literal, TypedDict

class _Finding(TypedDict):
    severity: Literal["note", "warning", "error"]
    code: str
    file: str | None
    line: int | None
    column: int | None
    message: str
    hint: str
    text: str

def told(found: list[_Finding], depth: int) -> Findings: ...

class Findings(list[_Finding]):
    def of(self, severity: Literal["note", "warning", "error"]) -> Findings: ...
