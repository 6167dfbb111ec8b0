from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

import pandas
from matplotlib.axes import Axes
from numpy import float64
from numpy.typing import NDArray

from ._findings import Findings

_Names = str | PathLike[str] | Sequence[str | PathLike[str]]
_Trace = tuple[str, str, str, NDArray[float64], NDArray[float64], NDArray[float64]]

class Table(dict[str, NDArray[float64] | list[str]]):
    diagnostics: Findings
    def to_pandas(self) -> pandas.DataFrame: ...

def sweep(
    description: str | PathLike[str] | Mapping[str, Any],
    directory: str | PathLike[str] | None = None,
    output_dir: str | PathLike[str] | None = None,
    threads: int = 0,
    batch: int = 0,
    on_progress: Callable[[float, int], object] | None = None,
) -> Table: ...

class ChannelResults:
    data: dict[str, Any]
    traces: list[_Trace]
    diagnostics: Findings
    def __init__(self, data: dict[str, Any], traces: list[_Trace], found: Sequence[Mapping[str, Any]]) -> None: ...
    @property
    def variants(self) -> list[str]: ...
    @property
    def protocols(self) -> list[str]: ...
    @property
    def differences(self) -> list[dict[str, Any]]: ...
    def traces_of(self, protocol: str) -> pandas.DataFrame: ...
    def plot(self, protocol: str | None = None, ax: Axes | None = None) -> Axes: ...

def channel(
    channels: _Names,
    sets: str | Sequence[str] = (),
    protocols: _Names = (),
    ions: Mapping[str, float] | None = None,
    constants: Mapping[str, float] | None = None,
    current: str = "",
    waveform: str | PathLike[str] | None = None,
    dt: float | None = None,
    celsius: float = 6.3,
    series_resistance: float = 1e-9,
    capacitance: float = 10.0,
    exact: bool = True,
    tables: bool = False,
    threads: int = 0,
) -> ChannelResults: ...
