"""Pictures: what `.plot()` and notebooks show. matplotlib draws them; it is loaded when the first is asked for."""

import html

REGION_COLORS = {"soma": "#222222", "axon": "#8a8a8a", "dend": "#1f6fb2", "apic": "#c2456b"}


def _axes(ax, **size):
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError("pictures need matplotlib: pip install matplotlib (Debian: python3-matplotlib)") from None
    return ax if ax is not None else plt.subplots(**size)[1]


def _project(points, axes):
    if len(axes) != 2 or set(axes) - set("xyz") or axes[0] == axes[1]:
        raise ValueError(f"axes={axes!r}: two of x, y and z")
    return points["xyz".index(axes[0])], points["xyz".index(axes[1])]


def draw_lines(ax, lines, widths, colors, axes):
    """lines: [n, 2, 3] in um. Widths are those of the neuron, as far as points of the picture can show them."""
    from matplotlib.collections import LineCollection

    flat = lines[:, :, ["xyz".index(axes[0]), "xyz".index(axes[1])]]
    collection = LineCollection(flat, linewidths=widths, colors=colors if isinstance(colors, list) else None, capstyle="round")
    ax.add_collection(collection)
    ax.autoscale_view()
    ax.set_aspect("equal")
    ax.set_xlabel(f"{axes[0]} (um)")
    ax.set_ylabel(f"{axes[1]} (um)")
    return collection


def draw_shape(morphology, ax=None, axes="xy", color=None, linewidth=None):
    import numpy

    _project("xyz", axes)
    ax = _axes(ax)
    lines, widths, colors = [], [], []
    for section in morphology.sections:
        points = section.points
        lines.append(numpy.stack([points[:-1, :3], points[1:, :3]], axis=1))
        widths.extend(0.5 * (points[:-1, 3] + points[1:, 3]))
        colors.extend([color or REGION_COLORS.get(section.region, "#3a8f5a")] * (len(points) - 1))
    widths = linewidth if linewidth is not None else numpy.clip(numpy.array(widths) * 0.6, 0.4, 12)
    draw_lines(ax, numpy.concatenate(lines), widths, colors, axes)
    return ax


def draw_simulation(simulation, variable=None, ax=None, axes="xy"):
    """All compartments, coloured by a variable if one is given."""
    import numpy

    ax = _axes(ax)
    places = simulation._simulation.places("", "all")
    where = simulation._simulation.describe(places)
    real = [k for k, one in enumerate(where) if one["area"] > 0]
    lines = numpy.array([[where[k]["begin"], where[k]["end"]] for k in real])
    widths = numpy.clip([0.6 * where[k]["diam"] for k in real], 0.5, 12)
    collection = draw_lines(ax, lines, widths, None if variable else [REGION_COLORS.get(where[k]["section"].split("[")[0], "#3a8f5a") for k in real], axes)
    if variable:
        values = numpy.atleast_1d(simulation["", "all"].get(variable))
        collection.set_array(values[real])
        ax.figure.colorbar(collection, ax=ax, label=variable)
    ax.set_title(f"t = {simulation.t:g} ms")
    return ax


def draw_report(report, ax=None, columns=None, **more):
    ax = _axes(ax)
    for name in columns if columns is not None else report.columns[:12]:
        ax.plot(report.time, report[name], label=name, **more)
    ax.set_xlabel("t (ms)")
    ax.set_ylabel(f"{report.name} ({report.units})")
    if len(report.columns) > 1:
        ax.legend(fontsize="small")
    return ax


def draw_spikes(spikes, ax=None, **more):
    ax = _axes(ax)
    ax.plot(spikes.times, spikes.gids, **{"marker": "|", "linestyle": "none", "color": "#222222", **more})
    ax.set_xlabel("t (ms)")
    ax.set_ylabel("gid")
    return ax


def draw_traces(results, protocol, ax=None):
    ax = _axes(ax)
    drawn = False
    for own, variant, sweep, t, _, current in results.traces:
        if own == protocol:
            ax.plot(t, current, label=f"{variant}, {sweep}")
            drawn = True
    if not drawn:
        raise KeyError(f"there is no protocol {protocol!r}; there are {', '.join(results.protocols)}")
    ax.set_xlabel("t (ms)")
    ax.set_ylabel("current (mA/cm2)")
    ax.set_title(protocol)
    return ax


def _svg(lines, size=360):
    """lines: (begin, end, width, color). An SVG that needs no library."""
    xs = [p[0] for begin, end, _, _ in lines for p in (begin, end)]
    ys = [p[1] for begin, end, _, _ in lines for p in (begin, end)]
    x0, y1 = min(xs), max(ys)
    scale = size / max(max(xs) - x0, y1 - min(ys), 1e-9)
    paths = {}
    for begin, end, width, color in lines:
        step = max(0.5, min(12.0, round(width * scale * 2) / 2))
        paths.setdefault((color, step), []).append(f"M{(begin[0] - x0) * scale:.1f} {(y1 - begin[1]) * scale:.1f}L{(end[0] - x0) * scale:.1f} {(y1 - end[1]) * scale:.1f}")
    body = "".join(f'<path d="{"".join(parts)}" stroke="{color}" stroke-width="{width}" stroke-linecap="round" fill="none"/>'
                   for (color, width), parts in paths.items())
    return f'<svg width="{(max(xs) - x0) * scale + 12:.0f}" height="{(y1 - min(ys)) * scale + 12:.0f}" viewBox="-6 -6 {(max(xs) - x0) * scale + 12:.0f} {(y1 - min(ys)) * scale + 12:.0f}">{body}</svg>'


def _page(title, facts, picture):
    rows = "".join(f"<tr><td style='text-align:left'>{html.escape(str(name))}</td><td style='text-align:left'>{html.escape(str(value))}</td></tr>" for name, value in facts)
    return (f"<div style='display:flex;gap:2em;align-items:flex-start'><div><b>{html.escape(title)}</b><table>{rows}</table></div>"
            f"<div style='background:white'>{picture}</div></div>")


def shape_html(morphology):
    lines = [(p[:2], q[:2], 0.5 * (p[3] + q[3]), REGION_COLORS.get(section.region, "#3a8f5a"))
             for section in morphology.sections for p, q in zip(section.points[:-1], section.points[1:])]
    facts = [("format", morphology.format), ("sections", len(morphology.sections)), ("regions", ", ".join(morphology.regions)),
             ("length", f"{morphology.length:.0f} um"), ("area", f"{morphology.area:.0f} um2"), ("findings", len(morphology.diagnostics))]
    return _page(morphology.file, facts, _svg(lines))


def simulation_html(simulation):
    if simulation._simulation.closed:
        return html.escape(repr(simulation))
    size = simulation.size
    facts = [("t", f"{simulation.t:g} ms"), *((key.replace("_", " "), value) for key, value in size.items()), ("spikes", len(simulation.spikes)),
             ("reports", ", ".join(simulation.reports.keys()))]
    most = 20000  # compartments in a picture
    picture = ""
    if 0 < size["compartments"] <= most:
        where = simulation._simulation.describe(simulation._simulation.places("", "all"))
        picture = _svg([(one["begin"], one["end"], one["diam"], REGION_COLORS.get(one["section"].split("[")[0], "#3a8f5a")) for one in where if one["area"] > 0])
    return _page("simulation", facts, picture)
