from os import PathLike
from typing import Any

from matplotlib.axes import Axes
from numpy import float64, int32
from numpy.typing import NDArray

from ._findings import Findings

class Section:
    index: int
    name: str
    region: str
    parent: Section | None
    parent_x: float
    L: float
    diam: float
    area: float
    points: NDArray[float64]
    def __init__(self, index: int, values: dict[str, Any], parent: Section | None) -> None: ...

class Segments(dict[str, NDArray[Any]]):
    x: NDArray[float64]
    y: NDArray[float64]
    z: NDArray[float64]
    diam: NDArray[float64]
    area: NDArray[float64]
    volume: NDArray[float64]
    section: NDArray[int32]
    position: NDArray[float64]
    distance: NDArray[float64]
    def __getattr__(self, name: str) -> NDArray[Any]: ...

class Morphology:
    file: str
    def __init__(self, file: str | PathLike[str], **options: object) -> None: ...
    @property
    def sections(self) -> list[Section]: ...
    def select(self, region: str) -> list[Section]: ...
    def segments(
        self,
        d_lambda: float = 0.1,
        nseg: int | None = None,
        max_length: float | None = None,
        frequency: float = 100.0,
        Ra: float = 35.4,
        cm: float = 1.0,
    ) -> Segments: ...
    @property
    def diagnostics(self) -> Findings: ...
    @property
    def regions(self) -> list[str]: ...
    @property
    def format(self) -> str: ...
    @property
    def soma_reading(self) -> str: ...
    @property
    def area(self) -> float: ...
    @property
    def length(self) -> float: ...
    def plot(self, ax: Axes | None = None, axes: str = "xy", color: Any = None, linewidth: float | None = None) -> Axes: ...
