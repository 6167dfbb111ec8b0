// Charts of lines over any x, by dygraphs: what the pages of channels and sweeps are made of.
'use strict';

/** How points are drawn, by which line of a chart they belong to: told apart without colours too. */
const POINT_SHAPES = [
    (context, x, y, r) => context.arc(x, y, r, 0, 2 * Math.PI),
    (context, x, y, r) => context.rect(x - r, y - r, 2 * r, 2 * r),
    (context, x, y, r) => { context.moveTo(x, y - 1.3 * r); context.lineTo(x + 1.2 * r, y + r); context.lineTo(x - 1.2 * r, y + r); context.closePath(); },
    (context, x, y, r) => { context.moveTo(x, y - 1.4 * r); context.lineTo(x + 1.4 * r, y); context.lineTo(x, y + 1.4 * r); context.lineTo(x - 1.4 * r, y); context.closePath(); },
];
const pointDrawer = shape => (graph, name, context, x, y, colour, size) => {
    context.setLineDash([]);
    context.beginPath();
    POINT_SHAPES[shape % POINT_SHAPES.length](context, x, y, size);
    context.fillStyle = shape ? theme.value('panel') : colour;
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
};

/** Rows [x, y of each series] of series that need not share their x. */
function merged(series) {
    const longest = series.reduce((best, one) => one.x.length > best.length ? one.x : best, series[0].x);
    if (series.every(one => one.x === longest || one.x.every((x, i) => x === longest[i])))
        return Array.from(longest, (x, i) => [x, ...series.map(one => i < one.y.length ? one.y[i] : null)]);
    const rows = new Map();
    series.forEach((one, k) => one.x.forEach((x, i) => {
        if (!rows.has(x)) rows.set(x, [x, ...series.map(() => null)]);
        rows.get(x)[k + 1] = one.y[i];
    }));
    return [...rows.values()].sort((a, b) => a[0] - b[0]);
}

/**
 * `about`: {title, detail, x, y (what the axes are called, with units), height, options (of dygraphs),
 *   series: [{name, x, y, colour(), dash, shape (of its points, none without), line (width), named (false: not in the legend)}],
 *   rows (instead of x and y of the series), key (instead of a legend), tell(x, points): what is said of the point under the pointer}
 */
function lineChart(about) {
    const {title, detail = '', x, y, series, height = 240, key = null, options = {}} = about;
    const legend = series.filter(one => one.named !== false);
    const plot = element('div.plot', {style: `height:${height}px`}), now = element('span.now');
    const chips = key ? [key] : legend.length > 1 || legend.some(one => one.always)
        ? legend.map(one => element('span.chip', {}, lineSample(one.colour, one.dash, one.shape), one.name)) : [];
    const bar = element('div.bar', {}, element('h2', {}, title, detail ? element('span', {}, ` ${detail}`) : null), ...chips, now);
    const chart = element('div.chart', {}, bar, element('div.axis-name.upper', {}, y), plot, element('div.axis-name', {}, x));
    const labels = ['x', ...series.map((_, i) => String(i))];
    const rows = about.rows || merged(series);
    const tell = about.tell || ((at, points) => `${signed(at, 5)}: ${points.map(p => signed(p.yval)).join(', ')}`);
    const style = () => ({gridLineColor: theme.value('grid'), axisLineColor: theme.value('line'), colors: series.map(one => one.colour())});
    requestAnimationFrame(() => {
        const graph = new Dygraph(plot, rows, {
            labels, legend: 'never', rightGap: 20, axisLabelFontSize: 11, animatedZooms: false, connectSeparatedPoints: true,
            highlightCircleSize: 4, xRangePad: 6, yRangePad: 8, drawGapEdgePoints: true,
            axes: {
                x: {pixelsPerLabel: 64, axisLabelFormatter: v => signed(v, 5)},
                y: {axisLabelWidth: 58, pixelsPerLabel: 34, axisLabelFormatter: v => signed(v, 3)},
            },
            series: Object.fromEntries(series.map(({dash = [], shape, line = 1.6}, i) => [String(i), {
                strokePattern: dash.length ? dash : null, strokeWidth: line,
                ...(shape === undefined ? {} : {drawPoints: true, pointSize: 3, drawPointCallback: pointDrawer(shape), drawHighlightPointCallback: pointDrawer(shape)}),
            }])),
            highlightCallback: (event, at, points, row, chosen) => { now.textContent = tell(at, points, chosen); },
            unhighlightCallback: () => { now.textContent = ''; },
            ...style(), ...options,
        });
        theme.onChange(() => { if (plot.isConnected) graph.updateOptions(style()); });
        new ResizeObserver(() => { if (plot.isConnected) graph.resize(); }).observe(plot);
        bar.append(saveMenu(title, () => graphFigure(graph, plot, {
            title: y.startsWith(title) ? y : `${title}, ${y}`, x, legend: legend.slice(0, 24).map(one => ({name: one.name, colour: one.colour(), dash: one.dash})),
            rows: () => [[x, ...series.map(one => one.name)], ...rows.map(row => row.map(value => Array.isArray(value) ? value[1] : value))],
        })));
    });
    return chart;
}
