// The page of `rall channel`: currents of every protocol, curves with their fits, all variants in one picture, and tables.
'use strict';

const signed = (x, digits = 4) => x === null ? '\u2013' : number(x, digits).replace('-', '\u2212');
const withError = (value, error) => value === null ? '\u2013' :
    signed(value) + (error > 1e-6 * Math.abs(value) ? ` ± ${number(error, 2)}` : '');

/** A dygraph in the page's style. `style()`: options that depend on the theme. */
function plotInto(plot, rows, labels, axes, options, style) {
    const themed = () => ({gridLineColor: theme.value('grid'), axisLineColor: theme.value('line'), ...style()});
    requestAnimationFrame(() => {
        const graph = new Dygraph(plot, rows, {
            labels, legend: 'never', rightGap: 14, axisLabelFontSize: 11, animatedZooms: false, connectSeparatedPoints: true,
            highlightCircleSize: 3, xRangePad: 6, yRangePad: 6, drawGapEdgePoints: true,
            axes: {
                x: {pixelsPerLabel: 60, axisLabelFormatter: x => signed(x, 5), ...axes.x},
                y: {axisLabelWidth: 58, pixelsPerLabel: 32, axisLabelFormatter: y => signed(y, 3), ...axes.y},
            },
            ...themed(), ...options,
        });
        theme.onChange(() => graph.updateOptions(themed()));
        new ResizeObserver(() => graph.resize()).observe(plot);
    });
}

/** Rows [x, y of each series] of series that need not share their x. */
function merged(series) {
    const rows = new Map();
    series.forEach((one, k) => one.x.forEach((x, i) => {
        if (!rows.has(x)) rows.set(x, [x, ...series.map(() => null)]);
        rows.get(x)[k + 1] = one.y[i];
    }));
    return [...rows.values()].sort((a, b) => a[0] - b[0]);
}

const axisName = axis => axis.units ? `${axis.name} (${axis.units})` : axis.name;

function chip(name, colour) {
    const mark = element('i');
    const restyle = () => { mark.style.background = colour(); };
    theme.onChange(restyle);
    restyle();
    return element('span.chip', {}, mark, name);
}

/** One curve of all variants: measured points, and the fitted law as a line. */
function curveChart(curves, variants) {
    const first = curves[0].curve;
    const series = [], properties = {}, chips = [];
    const groups = [...new Set(curves.map(({curve}) => curve.group))];
    curves.forEach(({curve, variant}) => {
        const index = groups.length > 1 ? groups.indexOf(curve.group) : variant;
        const colour = () => theme.colour('traces', index);
        const name = [variants[variant], curve.group].filter(Boolean).join(', ');
        const dots = curve.x.length < 200;
        series.push({name, colour, x: curve.x, y: curve.y});
        properties[name] = dots ? {drawPoints: true, pointSize: 3, strokeWidth: curve.fit_x ? 0 : 1} : {strokeWidth: 1.3};
        if (groups.length > 1 && variant > 0) properties[name].strokePattern = [5, 3];
        if (curve.fit_x) {
            series.push({name: `${name} (fit)`, colour, x: curve.fit_x, y: curve.fit_y});
            properties[`${name} (fit)`] = {strokeWidth: 1.5, highlightCircleSize: 0};
        }
        chips.push(chip(name, colour));
    });
    const remarks = curves.flatMap(({curve, variant}) => [curve.no_fit && `no fit, ${curve.no_fit}`, curve.missing].filter(Boolean).map(text =>
        [variants.length > 1 ? variants[variant] : '', curve.group, text].filter(Boolean).join(': ')));
    const now = element('span.now');
    const plot = element('div.plot', {style: 'height:230px'});
    plotInto(plot, merged(series), [first.x_axis.name || 'x', ...series.map(one => one.name)], {}, {
        series: properties,
        highlightCallback: (event, x, points) => {
            now.textContent = `${signed(x)}: ` + points.filter(p => !p.name.endsWith(' (fit)')).map(p => signed(p.yval)).join(', ');
        },
        unhighlightCallback: () => { now.textContent = ''; },
    }, () => ({colors: series.map(one => one.colour())}));
    return element('div.chart', {}, element('div.bar', {}, element('h2', {}, first.name, element('span', {}, ` ${axisName(first.y_axis)}`)),
        ...(variants.length > 1 || groups.length > 1 ? chips : []), now), plot, element('div.axis-name', {}, axisName(first.x_axis)),
        ...remarks.map(text => element('p.hint', {}, text)));
}

/** The family of currents of one variant, or the command that they answer. */
function familyChart(title, units, traces, range) {
    const series = traces.map((trace, i) => {
        const y = floats(trace.values);
        return {name: trace.name || String(i), x: Array.from(y, (_, k) => Number((trace.start + k * trace.dt).toFixed(6))), y};
    });
    const now = element('span.now');
    const plot = element('div.plot', {style: `height:${range ? 240 : 110}px`});
    plotInto(plot, merged(series), ['t', ...series.map((one, i) => `${i}`)], {}, {
        strokeWidth: 1, highlightCircleSize: 0, valueRange: range || null,
        highlightSeriesOpts: {strokeWidth: 2.2},
        highlightCallback: (event, x, points, row, chosen) => { now.textContent = `${fixed(x, 2)} ms  ${chosen === undefined ? '' : series[Number(chosen)].name}`; },
        unhighlightCallback: () => { now.textContent = ''; },
    }, () => ({colors: series.map((_, i) => css(viridis(series.length > 1 ? i / (series.length - 1) : 0.4)))}));
    return element('div.chart', {}, element('div.bar', {}, element('h2', {}, title, element('span', {}, ` (${units})`)), now), plot);
}

function fitTable(protocol, variants, differences) {
    const rows = [];
    protocol.variants[0].curves.forEach(curve => {
        const same = protocol.variants.map(variant => variant.curves.find(other => other.name === curve.name && other.group === curve.group));
        const fitted = same.filter(other => other && other.fit), unfitted = same.some(other => other && other.no_fit);
        const quantities = [...new Set(fitted.flatMap(other => Object.keys(other.fit.parameters)))];
        if (!quantities.length && !unfitted && curve.x.length === 1) quantities.push(curve.y_axis.name);
        if (unfitted) quantities.unshift('fit');
        const mean = `mean ${curve.y_axis.name}`;
        if (differences.some(d => d.protocol === protocol.name && d.curve === curve.name && d.group === curve.group && d.quantity === mean)) quantities.push(mean);
        quantities.forEach(quantity => {
            const values = same.map(other => {
                if (!other) return '\u2013';
                if (quantity === 'fit') return other.no_fit ? `no fit, ${other.no_fit}` : other.fit.law;
                if (other.fit && other.fit.parameters[quantity]) return withError(other.fit.parameters[quantity].value, other.fit.parameters[quantity].error);
                return other.x.length === 1 ? signed(other.y[0]) : '';
            });
            const changes = variants.slice(1).map(label => {
                const d = differences.find(one => one.protocol === protocol.name && one.curve === curve.name && one.group === curve.group &&
                    one.quantity === quantity && one.variant === label);
                return !d || d.change === null ? '' : (d.kind === 'ratio' ? '× ' : d.change > 0 ? '+' : '') + withError(d.change, d.error);
            });
            rows.push(element('tr', {}, element('td', {}, [curve.name, curve.group].filter(Boolean).join(', ')), element('td', {}, quantity),
                ...values.map(value => element('td', {}, value)), ...changes.map(value => element('td', {}, value))));
        });
    });
    if (!rows.length) return null;
    return element('div.scroll', {}, element('table.data', {}, element('tr', {}, element('th', {}, 'curve'), element('th', {}, 'quantity'),
        ...variants.map(label => element('th', {}, label)), ...variants.slice(1).map(label => element('th', {}, `${label}, change`))), ...rows));
}

function protocolPanel(protocol, variants, differences) {
    const panel = element('section.panel', {}, element('h2', {}, protocol.title));
    protocol.variants.forEach((variant, v) => { if (variant.step_error) panel.append(element('p.hint', {}, `${variants[v]}: ${variant.step_error}`)); });
    if (protocol.command.length) {
        const all = protocol.variants.flatMap(variant => variant.range);
        const low = Math.min(...all), high = Math.max(...all), pad = 0.05 * (high - low || 1);
        panel.append(element('div.columns.even', {},
            ...protocol.variants.map((variant, v) => familyChart(`${protocol.current}, ${variants[v]}`, 'mA/cm²', variant.currents, [low - pad, high + pad])),
            familyChart('command', 'mV', protocol.command, null)));
    }
    const charts = [];
    const names = [...new Set(protocol.variants.flatMap(variant => variant.curves.map(curve => curve.name)))];
    names.forEach(name => {
        const curves = protocol.variants.flatMap((variant, v) => variant.curves.filter(curve => curve.name === name && curve.x.length > 1)
            .map(curve => ({curve, variant: v})));
        if (curves.some(({curve}) => curve.y.some(y => y !== null))) charts.push(curveChart(curves, variants));
    });
    panel.append(element('div.columns.even', {style: 'margin-top:16px'}, ...charts));
    const table = fitTable(protocol, variants, differences);
    if (table) panel.append(element('div', {style: 'margin-top:16px'}, table));
    return panel;
}

function channelPage(data) {
    return [head(data.title, data.subtitle), facts(data.facts), element('div.stack', {},
        ...data.protocols.map(protocol => protocolPanel(protocol, data.variants, data.differences)), findings(data.findings))];
}
