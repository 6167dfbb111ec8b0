// Spikes: a raster of the nodes that are drawn, and the rates of all nodes of each population.
'use strict';

/** The colour of population `index` of `populations`: ink where there is only one. */
const populationColour = (populations, index) => populations.length > 1 ? theme.colour('populations', index) : theme.value('ink');

/** Small squares with the names of populations. */
function populationChips(populations) {
    if (populations.length < 2) return [];
    return populations.map((population, p) => {
        const mark = element('i.square');
        const restyle = () => { mark.style.background = populationColour(populations, p); };
        theme.onChange(restyle);
        restyle();
        return element('span.chip', {}, mark, population.name, element('output'));
    });
}

const populationLegend = populations => populations.length < 2 ? [] : populations.map(({name}, p) => ({name, colour: populationColour(populations, p)}));

const ordinal = n => n + (n % 100 >= 11 && n % 100 <= 13 ? 'th' : ['th', 'st', 'nd', 'rd'][n % 10] || 'th');

/** 'every 40th cell, 2,500 of 100,000'; of several populations, of each. */
function thinningText(thing, step, shown, populations) {
    const all = populations.reduce((sum, population) => sum + population.count, 0);
    return `every ${ordinal(step)} ${thing}${populations.length > 1 ? ' of each population' : ''}, ${count(shown)} of ${count(all)}`;
}

function spikeCharts(charts, data) {
    const nodes = data.populations.reduce((sum, population) => sum + population.count, 0);
    return [rasterChart(charts, data), ...(data.total && nodes > 1 ? [rateChart(charts, data)] : [])];
}

function rasterChart(charts, data) {
    const {populations, counts, step} = data;
    const rows = counts.length;
    const thing = data.of_cells ? 'cell' : 'generator';
    const nodes = populations.reduce((sum, population) => sum + population.count, 0);
    const title = element('h2', {}, 'Spikes ', element('span', {}, data.file_population));
    if (!data.total) return element('div.chart', {}, element('div.bar', {}, title), element('p.hint', {}, `None of ${plural(nodes, thing)} fired.`));

    const times = floats(data.times);
    const rule = [];
    if (step > 1) rule.push(thinningText(thing, step, rows, populations));
    if (data.spike_step > 1) rule.push(`every ${ordinal(data.spike_step)} spike of each`);
    const now = element('span.now', {}, `${plural(data.total, 'spike')} of ${plural(nodes, thing)}` +
        (rule.length ? `; drawn: ${rule.join(', ')}; ${plural(times.length, 'spike')}` : ''));
    const height = Math.min(rows > 60 ? 360 : 260, Math.max(92, 34 + 18 * rows));
    const plot = element('div.plot', {style: `height:${height}px`});

    const firstRow = [0], firstSpike = [0];
    for (const population of populations) firstRow.push(firstRow[firstRow.length - 1] + Math.ceil(population.count / step));
    for (const n of counts) firstSpike.push(firstSpike[firstSpike.length - 1] + n);
    const name = row => {
        const p = firstRow.findIndex(first => first > row) - 1;
        return populations[p].numbered ? `${populations[p].name}[${(row - firstRow[p]) * step}]` : populations[p].name;
    };
    // Of a long name its number: the colour tells the population.
    const label = text => text.length <= 8 ? text : /\[\d+\]$/.test(text) ? text.slice(text.lastIndexOf('[')) : '…' + text.slice(-6);
    const ticks = (low, high) => {
        const every = Math.max(1, Math.ceil(Math.abs(high - low) / 8));
        const out = [];
        for (let row = 0; row < rows; row += every) out.push({v: row, label: label(name(row))});
        return out;
    };
    const draw = (context, area, graph) => {
        const dense = times.length > 0.1 * area.w * Math.min(rows, area.h);
        const tall = Math.max(dense ? 1 : 2, Math.min(16, 0.7 * area.h / rows)), wide = rows > 60 && !dense ? 1.6 : 1.2;
        context.globalAlpha = dense ? 0.6 : 1;
        for (let p = 0; p < populations.length; p++) {
            context.fillStyle = populationColour(populations, p);
            for (let row = firstRow[p]; row < firstRow[p + 1]; row++) {
                const y = graph.toDomYCoord(row) - tall / 2;
                for (let k = firstSpike[row]; k < firstSpike[row + 1]; k++) {
                    const x = graph.toDomXCoord(times[k]);
                    if (x >= area.x && x <= area.x + area.w) context.fillRect(x - wide / 2, y, wide, tall);
                }
            }
        }
        context.globalAlpha = 1;
    };
    const chart = element('div.chart', {}, element('div.bar', {}, title, ...populationChips(populations), now), plot);
    // Dygraphs gives the axes; spikes are too many to be its points.
    requestAnimationFrame(() => {
        const graph = charts.graph(plot, [[charts.range[0], 0], [charts.range[1], 0]], {
        labels: ['t', 'cell'],
        valueRange: [rows - 0.5, -0.5],
        highlightCircleSize: 0,
        plotter: e => draw(e.drawingContext, e.plotArea, e.dygraph),
        axes: {y: {ticker: ticks, drawGrid: false}},
    }, () => ({}));
        chart.firstChild.append(saveMenu(`Spikes ${data.file_population}`, () => graphFigure(graph, plot, {
            title: `Spikes, ${data.file_population}`, x: 'time (ms)', legend: populationLegend(populations),
            rows: () => [[thing, 'time (ms)'], ...counts.flatMap((n, row) => Array.from(times.slice(firstSpike[row], firstSpike[row + 1]), t => [name(row), Number(t.toPrecision(7))]))],
        })));
    });
    return chart;
}

function rateChart(charts, data) {
    const {populations, rates, bin} = data;
    const shown = rates.map((_, p) => p);
    const bins = rates[0].length, stop = charts.range[1];
    const chips = populationChips(populations);
    const hint = `bins of ${number(bin)} ms` + (bins * bin !== stop && bins > 1 ? `, the last of ${number(stop - (bins - 1) * bin)} ms` : '');
    const now = element('span.now');
    const plot = element('div.plot', {style: 'height:130px'});
    // A value holds from its own time to the next.
    const rows = [...Array(bins + 1).keys()].map(k => [k < bins ? k * bin : stop, ...shown.map(p => rates[p][Math.min(k, bins - 1)])]);
    const hz = rate => `${number(rate, 3)} Hz`;
    const width = k => k + 1 < bins ? bin : stop - k * bin;
    const mean = p => rates[p].reduce((sum, rate, k) => sum + rate * width(k), 0) / stop;
    const rest = () => {
        now.textContent = chips.length ? `means; ${hint}` : `mean ${hz(mean(shown[0]))}; ${hint}`;
        chips.forEach((chip, p) => { chip.lastChild.textContent = hz(mean(p)); });
    };
    rest();
    const chart = element('div.chart', {}, element('div.bar', {}, element('h2', {}, 'Rates ', element('span', {}, '(Hz)')), ...chips, now), plot);
    requestAnimationFrame(() => {
        const graph = charts.graph(plot, rows, {
        labels: ['t', ...shown.map(String)],
        stepPlot: true,
        strokeWidth: 1.3,
        includeZero: true,
        highlightCircleSize: 0,
        highlightCallback: (event, x, points, row) => {
            const k = Math.min(row, bins - 1), end = k + 1 < bins ? (k + 1) * bin : stop;
            now.textContent = `${number(k * bin, 6)} to ${number(end, 6)} ms` + (chips.length ? '' : `: ${hz(rates[shown[0]][k])}`);
            chips.forEach((chip, p) => { chip.lastChild.textContent = hz(rates[p][k]); });
        },
        unhighlightCallback: rest,
    }, () => ({colors: shown.map(p => populationColour(populations, p))}));
        chart.firstChild.append(saveMenu(`Rates ${data.file_population}`, () => graphFigure(graph, plot, {
            title: `Rates (Hz), ${data.file_population}`, x: 'time (ms)', legend: populationLegend(populations),
            rows: () => [['from (ms)', ...populations.map(({name}) => `${name} (Hz)`)], ...rows],
        })));
    });
    return chart;
}
