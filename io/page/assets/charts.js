// Voltage traces: dygraphs that share one time axis, with the rasters and rates of spikes.js.
'use strict';

const MOST_CHIPS = 12;  // names of traces that are shown at first

class Charts {
    constructor() {
        this.graphs = [];
        this.colourOf = {};  // trace name -> index into the list of trace colours
        theme.onChange(() => this.graphs.forEach(graph => graph.rallRestyle()));
    }

    traceColour(name) { return name in this.colourOf ? theme.colour('traces', this.colourOf[name]) : null; }

    /** Panel with one chart per variable of a mechanism, and a raster and the rates of the spikes of each file population. `recorded`: how many
     *  places reports recorded, of which `traces` are drawn. */
    panel(traces, rasters, stop, recorded) {
        this.range = [0, stop];
        traces.forEach((trace, i) => { this.colourOf[trace.name] = i; });
        const kindOf = trace => [trace.variable, trace.mechanism, trace.units].join('\n');
        const kinds = [...new Set(traces.map(kindOf))];
        const charts = [
            ...kinds.map(kind => this.traceChart(traces.filter(trace => kindOf(trace) === kind))),
            ...rasters.flatMap(raster => spikeCharts(this, raster)),
        ];
        this.expected = charts.filter(chart => chart.querySelector('.plot')).length;
        const panel = element('section.panel.timeline', {}, ...charts);
        if (this.expected) panel.append(element('div.axis-name', {}, 'time (ms)'));
        if (!kinds.length) panel.append(element('p.hint', {}, 'No report was recorded in this run: an entry of "reports" draws what it records here.'));
        if (traces.length < recorded)
            panel.append(element('p.hint', {}, `Traces of ${count(traces.length)} of ${count(recorded)} recorded places are drawn; the report files hold all.`));
        return panel;
    }

    traceChart(traces) {
        const {variable, mechanism, units} = traces[0];
        const name = variable === 'v' ? 'Membrane potential' : mechanism ? `${variable} of ${mechanism}` : variable;
        const title = element('h2', {}, name, element('span', {}, units ? ` (${units})` : ''));
        const index = trace => this.colourOf[trace.name];
        const chips = traces.map((trace, i) => {
            const chip = element('button.chip', {'aria-pressed': 'true', title: 'show or hide'},
                lineSample(() => this.traceColour(trace.name), dashOf(index(trace))), trace.name, element('output'));
            chip.addEventListener('click', () => {
                const shown = chip.getAttribute('aria-pressed') !== 'true';
                chip.setAttribute('aria-pressed', String(shown));
                graph.setVisibility(i, shown);
            });
            return chip;
        });
        const extra = chips.slice(MOST_CHIPS);
        extra.forEach(chip => { chip.hidden = true; });
        const more = extra.length ? element('button.link', {onclick: () => {
            extra.forEach(chip => { chip.hidden = false; });
            more.remove();
        }}, `${MOST_CHIPS} of ${traces.length} named; show all`) : null;
        const now = element('span.now');
        const plot = element('div.plot');
        const chart = element('div.chart.traces', {}, element('div.bar', {}, title, ...chips, more, now), plot);

        const colours = () => traces.map(trace => this.traceColour(trace.name));
        const read = values => chips.forEach((chip, i) => { chip.lastChild.textContent = values[i] === undefined ? '' : number(values[i], 4).replace(/^-/, '\u2212'); });
        let graph;
        requestAnimationFrame(() => {
            const rows = table(traces);
            graph = this.graph(plot, rows, {
                labels: ['t', ...traces.map((_, i) => String(i))],
                series: Object.fromEntries(traces.map((trace, i) => [String(i), {strokePattern: dashOf(index(trace))}])),
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
            }, () => ({colors: colours()}));
            const unit = units ? ` (${units})` : '';
            chart.firstChild.append(saveMenu(name, () => graphFigure(graph, plot, {
                title: `${name}${unit}`, x: 'time (ms)',
                legend: traces.slice(0, 2 * MOST_CHIPS).map((trace, i) => ({name: trace.name, colour: colours()[i], dash: dashOf(index(trace))})),
                rows: () => [['time (ms)', ...traces.map(trace => `${trace.name}${unit}`)], ...rows],
            })));
        });
        return chart;
    }

    /** A dygraph in this page's style, zoomed together with the others. `style()`: its options that depend on the theme. */
    graph(plot, rows, options, style) {
        const themed = () => ({gridLineColor: theme.value('grid'), axisLineColor: theme.value('line'), ...style()});
        const {axes = {}, ...rest} = options;
        const graph = new Dygraph(plot, rows, {
            legend: 'never', dateWindow: this.range, rightGap: 18, axisLabelFontSize: 11, animatedZooms: false,
            axes: {
                x: { pixelsPerLabel: 70, axisLabelFormatter: x => number(x, 6)},
                y: {axisLabelWidth: 52, pixelsPerLabel: 28, axisLabelFormatter: y => number(y, 4).replace('-', '\u2212'), ...axes.y},
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
