from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from .morphology import Morphology

class Place:
    cells: str
    location: str
    def __init__(self, cells: str, location: str = "") -> None: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

class Sections(Place):
    def __getitem__(self, index: int) -> Sections: ...
    def __call__(self, x: float) -> Place: ...
    def at(self, distance: float) -> Place: ...

class Cells(Place):
    count: int
    def __init__(self, name: str, count: int = 1) -> None: ...
    def __getitem__(self, index: int) -> Cells: ...
    def __len__(self) -> int: ...
    def __getattr__(self, name: str) -> Sections: ...

class Entry:
    section: str
    name: str
    def __init__(self, section: str, name: str) -> None: ...
    def __getitem__(self, index: int) -> Entry: ...

_AnyPlace = Place | tuple[str, str] | str

class Model:
    config: dict[str, Any]
    directory: str
    def __init__(self, config: str | PathLike[str] | Mapping[str, Any] | None = None, directory: str | PathLike[str] | None = None) -> None: ...
    def to_config(self) -> dict[str, Any]: ...
    def save(self, file: str | PathLike[str]) -> None: ...
    def add_cell(
        self,
        morphology: str | PathLike[str] | Morphology | Sequence[Mapping[str, Any]] | None = None,
        biophysics: str | PathLike[str] | Mapping[str, Any] | None = None,
        name: str | None = None,
        count: int = 1,
        **more: Any,
    ) -> Cells: ...
    def synapse(
        self,
        place: _AnyPlace,
        mechanism: str,
        name: str | None = None,
        pointers: Mapping[str, Any] | None = None,
        vectors: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> Entry: ...
    def generator(
        self,
        mechanism: str | None = None,
        name: str | None = None,
        count: int | None = None,
        times: Sequence[float] | None = None,
        spike_file: str | PathLike[str] | None = None,
        population: str | None = None,
        record: bool | None = None,
        **parameters: Any,
    ) -> Entry: ...
    def connect(self, source: Place | Entry | str, target: Place | Entry | str, weight: float, delay: float = 1.0, **more: Any) -> None: ...
    def stimulus(
        self,
        place: _AnyPlace | None,
        module: str = "linear",
        input_type: str = "current_clamp",
        name: str | None = None,
        delay: float = 0.0,
        duration: float | None = None,
        **more: Any,
    ) -> Entry: ...
    def record(self, place: _AnyPlace | Entry | None, variable: str = "v", name: str | None = None, dt: float = 0.1, **more: Any) -> Entry: ...
    def run_options(self, **options: Any) -> None: ...
    def conditions(self, **options: Any) -> None: ...
    @property
    def cells(self) -> dict[str, Cells]: ...

def example(name: str) -> str: ...
