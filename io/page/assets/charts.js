// Voltage traces and the spike raster: dygraphs that share one time axis.
'use strict';

class Charts {
    constructor() {
        this.graphs = [];
        this.colourOf = {};  // trace name -> index into the list of trace colours
        theme.onChange(() => this.graphs.forEach(graph => graph.rallRestyle()));
    }

    traceColour(name) { return name in this.colourOf ? theme.colour('traces', this.colourOf[name]) : null; }

    /** Panel with one chart per variable and one raster per population. */
    panel(traces, rasters, stop) {
        this.range = [0, stop];
        traces.forEach((trace, i) => { this.colourOf[trace.name] = i; });
        const kinds = [...new Set(traces.map(trace => `${trace.variable}\n${trace.units}`))];
        const charts = [
            ...kinds.map(kind => this.traceChart(kind, traces.filter(trace => `${trace.variable}\n${trace.units}` === kind))),
            ...rasters.map(raster => this.raster(raster)),
        ];
        this.expected = kinds.length + rasters.filter(raster => raster.times.length).length;
        const panel = element('section.panel.timeline', {}, ...charts);
        if (charts.length) panel.append(element('div.axis-name', {}, 'time (ms)'));
        else panel.append(element('p.hint', {}, 'No report and no spikes were recorded in this run.'));
        return panel;
    }

    traceChart(kind, traces) {
        const [variable, units] = kind.split('\n');
        const title = element('h2', {}, variable === 'v' ? 'Membrane potential' : variable, element('span', {}, units ? ` (${units})` : ''));
        const chips = traces.map((trace, i) => {
            const chip = element('button.chip', {'aria-pressed': 'true', title: 'show or hide'}, element('i'), trace.name, element('output'));
            chip.addEventListener('click', () => {
                const shown = chip.getAttribute('aria-pressed') !== 'true';
                chip.setAttribute('aria-pressed', String(shown));
                graph.setVisibility(i, shown);
            });
            return chip;
        });
        const now = element('span.now');
        const plot = element('div.plot');
        const chart = element('div.chart.traces', {}, element('div.bar', {}, title, ...chips, now), plot);

        const colours = () => traces.map(trace => this.traceColour(trace.name));
        const restyle = () => chips.forEach((chip, i) => { chip.firstChild.style.background = colours()[i]; });
        const read = values => chips.forEach((chip, i) => { chip.lastChild.textContent = values[i] === undefined ? '' : number(values[i], 4).replace(/^-/, '\u2212'); });
        restyle();
        let graph;
        requestAnimationFrame(() => {
            graph = this.graph(plot, table(traces), {
                labels: ['t', ...traces.map((_, i) => String(i))],
                strokeWidth: traces.length > 6 ? 1 : 1.4,
                connectSeparatedPoints: true,
                highlightCircleSize: 3,
                highlightCallback: (event, x, points) => {
                    now.textContent = `${fixed(x, 2)} ms`;
                    read(Object.fromEntries(points.map(point => [point.name, point.yval])));
                },
                unhighlightCallback: () => {
                    now.textContent = '';
                    read({});
                },
            }, () => {
                restyle();
                return {colors: colours()};
            });
        });
        return chart;
    }

    raster(data) {
        const rows = data.nodes;
        const title = element('h2', {}, 'Spikes ', element('span', {}, data.population));
        const now = element('span.now', {}, `${plural(data.total, 'spike')} of ${plural(data.nodes, data.names.length ? 'cell' : 'source')}` +
            (data.total > data.times.length ? `, ${count(data.times.length)} drawn` : ''));
        const height = Math.min(260, Math.max(92, 34 + 18 * rows));
        const plot = element('div.plot', {style: `height:${height}px`});
        if (!data.times.length) {
            return element('div.chart', {}, element('div.bar', {}, title), element('p.hint', {}, `None of ${plural(data.nodes, 'cell')} fired.`));
        }
        const label = name => name.length > 8 ? '…' + name.slice(-6) : name;
        const ticks = (low, high) => {
            const every = Math.max(1, Math.ceil(Math.abs(high - low) / 8));
            const out = [];
            for (let row = 0; row < rows; row += every) out.push({v: row, label: label(data.names[row] || String(row))});
            return out;
        };
        requestAnimationFrame(() => this.graph(plot, data.times.map((t, i) => [t, data.row[i]]), {
            labels: ['t', 'cell'],
            valueRange: [rows - 0.5, -0.5],
            highlightCircleSize: 0,
            plotter: e => {
                const tall = Math.max(1.5, Math.min(16, 0.7 * e.plotArea.h / rows)), c = e.drawingContext;
                c.fillStyle = theme.value('ink');
                for (const point of e.points) c.fillRect(point.canvasx - 0.6, point.canvasy - tall / 2, 1.2, tall);
            },
            axes: {y: {ticker: ticks, drawGrid: false}},
        }, () => ({})));
        return element('div.chart', {}, element('div.bar', {}, title, now), plot);
    }

    /** A dygraph in this page's style, zoomed together with the others. `style()`: its options that depend on the theme. */
    graph(plot, rows, options, style) {
        const themed = () => ({gridLineColor: theme.value('grid'), axisLineColor: theme.value('line'), ...style()});
        const {axes = {}, ...rest} = options;
        const graph = new Dygraph(plot, rows, {
            legend: 'never', dateWindow: this.range, rightGap: 18, axisLabelFontSize: 11, animatedZooms: false,
            axes: {
                x: {drawAxis: this.graphs.length === this.expected - 1, pixelsPerLabel: 70, axisLabelFormatter: x => number(x, 6)},
                y: {axisLabelWidth: 52, pixelsPerLabel: 34, axisLabelFormatter: y => number(y, 4).replace('-', '\u2212'), ...axes.y},
            },
            drawCallback: (drawn, first) => { if (!first) this.follow(drawn); },
            ...themed(), ...rest,
        });
        graph.rallRestyle = () => graph.updateOptions(themed());
        // Dygraphs resets to the extent of the data; here all charts go back to the whole run.
        graph.resetZoom = () => graph.updateOptions({dateWindow: this.range});
        plot.addEventListener('dblclick', () => graph.updateOptions({dateWindow: this.range, valueRange: rest.valueRange || null}));
        new ResizeObserver(() => graph.resize()).observe(plot);
        this.graphs.push(graph);
        return graph;
    }

    follow(leader) {
        if (this.following) return;
        this.following = true;
        const window = leader.xAxisRange();
        for (const graph of this.graphs) {
            const own = graph.xAxisRange();
            if (graph !== leader && (own[0] !== window[0] || own[1] !== window[1])) graph.updateOptions({dateWindow: window});
        }
        this.following = false;
    }
}

/** Rows [t, value of each trace] of traces that may be sampled at different times: null where a trace has no sample. */
function table(traces) {
    const values = traces.map(trace => floats(trace.values));
    const time = (trace, i) => trace.start + i * trace.dt;
    const same = traces.every((trace, k) => trace.start === traces[0].start && trace.dt === traces[0].dt && values[k].length === values[0].length);
    if (same) return Array.from(values[0], (_, i) => [time(traces[0], i), ...values.map(v => v[i])]);
    const rows = new Map();
    traces.forEach((trace, k) => values[k].forEach((value, i) => {
        const t = Number(time(trace, i).toFixed(9));
        if (!rows.has(t)) rows.set(t, [t, ...traces.map(() => null)]);
        rows.get(t)[k + 1] = value;
    }));
    return [...rows.values()].sort((a, b) => a[0] - b[0]);
}
