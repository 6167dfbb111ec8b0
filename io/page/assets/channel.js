// The page of `rall channel`: how variants differ, then of every protocol its currents, its curves with their fits, and tables.
// A variant has its colour, its line pattern and its kind of points all over the page; a sweep is a shade of the variant's colour.
'use strict';

const variantColour = v => () => theme.colour('traces', v);
const variantDash = v => DASHES[v % DASHES.length];

/** Light to full: the shade of a colour for 0 <= t <= 1. */
function shade(colour, t) {
    const paper = rgb(theme.value('panel')), ink = rgb(theme.value('ink')), full = rgb(colour);
    const weak = 0.6 * (1 - t), strong = 0.45 * Math.max(0, t - 0.5) * 2 * 0.6;
    return css(full.map((c, k) => (c * (1 - weak) + paper[k] * weak) * (1 - strong) + ink[k] * strong));
}

const axisName = axis => withUnits(axis.name, plainUnits(axis.units));
const plainUnits = units => ({'degC': '°C', 'mA/cm2': 'mA/cm²', 'S/cm2': 'S/cm²', 'Mohm': 'MΩ'}[units] || units);

/** The unit of what a fit found: potentials and times are those of x, sizes those of y. */
function unitsOf(quantity, curve) {
    const x = plainUnits(curve.x_axis.units), y = plainUnits(curve.y_axis.units);
    if (/^(V1\/2|k|Erev|tau)/.test(quantity)) return x;
    if (quantity === 'G') return y === 'mA/cm²' && x === 'mV' ? 'S/cm²' : y && x ? `${y}/${x}` : '';
    return quantity.startsWith('mean ') ? '' : y;
}

/** 'V = -90' -> 'V = −90 mV': sweep variables whose names begin with V are potentials, others are times. */
const sweepName = name => name && name.split(', ').map(part => `${part.replace('-', '\u2212')} ${part.startsWith('V') ? 'mV' : 'ms'}`).join(', ');

/** Which of several sweeps lines are: by name where they are few, else the ends of the shades. */
function sweepKey(names, colour) {
    const shadeOf = i => () => shade(colour(), names.length > 1 ? i / (names.length - 1) : 1);
    if (names.length < 2) return element('span');
    if (names.length <= 6) return element('span.sweeps', {}, ...names.map((name, i) => element('span.chip', {}, lineSample(shadeOf(i)), name)));
    const strip = element('i.strip');
    const restyle = () => {
        strip.style.background = `linear-gradient(to right,${Array.from({length: 9}, (_, i) => shade(colour(), i / 8)).join(',')})`;
    };
    theme.onChange(restyle);
    restyle();
    return element('span.ramp', {}, element('span', {}, names[0]), strip, element('span', {}, names[names.length - 1]), element('span.hint', {}, `${names.length} sweeps`));
}

/** The family of currents of one variant, or the command that they answer (variant -1). */
function familyChart(title, units, traces, range, variant) {
    const colour = variant < 0 ? () => theme.value('muted') : variantColour(variant);
    const series = traces.map((trace, i) => {
        const y = floats(trace.values);
        return {name: sweepName(trace.name) || 'current', y, x: Array.from(y, (_, k) => Number((trace.start + k * trace.dt).toFixed(4))), line: 1.1, named: false,
            colour: () => shade(colour(), traces.length > 1 ? i / (traces.length - 1) : 1)};
    });
    return lineChart({
        title, x: 'time (ms)', y: units, series, height: range ? 230 : 130, key: sweepKey(traces.map(trace => sweepName(trace.name)), colour),
        options: {valueRange: range || null, highlightCircleSize: 0, highlightSeriesOpts: {strokeWidth: 2.4}},
        tell: (at, points, chosen) => `${fixed(at, 2)} ms  ${chosen === undefined ? '' : series[Number(chosen)].name}`,
    });
}

/** One curve of all variants: measured points, and the fitted law as a line. */
function curveChart(curves, variants) {
    const first = curves[0].curve, groups = [...new Set(curves.map(({curve}) => curve.group))];
    const series = curves.flatMap(({curve, variant}) => {
        const place = groups.length > 1 ? groups.indexOf(curve.group) / (groups.length - 1) : 1;
        const colour = () => groups.length > 1 ? shade(variantColour(variant)(), place) : variantColour(variant)();
        const name = [variants[variant], sweepName(curve.group)].filter(Boolean).join(', ');
        const dots = curve.x.length < 200;
        const measured = {name, colour, x: curve.x, y: curve.y, dash: variantDash(variant), always: variants.length > 1, shape: dots ? variant : undefined,
            line: dots && curve.fit_x ? 0 : 1.4};
        return curve.fit_x ? [measured, {name: `${name}, fit`, colour, x: curve.fit_x, y: curve.fit_y, dash: variantDash(variant), named: false, line: 1.7}] : [measured];
    });
    const remarks = curves.flatMap(({curve, variant}) => [curve.no_fit && `no fit, ${curve.no_fit}`, curve.missing].filter(Boolean).map(text =>
        [variants.length > 1 ? variants[variant] : '', sweepName(curve.group), text].filter(Boolean).join(': ')));
    const chart = lineChart({title: first.name, x: axisName(first.x_axis), y: axisName(first.y_axis), series});
    chart.append(...remarks.map(text => element('p.hint', {}, text)));
    return chart;
}

/** What is known of a quantity of a curve: [value, standard error, points]. */
function known(curve, quantity) {
    const fitted = curve && curve.fit && curve.fit.parameters[quantity];
    if (fitted) return [fitted.value, fitted.error > 1e-6 * Math.abs(fitted.value) ? fitted.error : null, curve.fit.points];
    if (curve && !curve.fit && curve.x.length === 1 && quantity === curve.y_axis.name) return [curve.y[0], null, 1];
    return [null, null, null];
}

/** Columns of a value, its standard error and the number of points behind it. */
const valueColumns = (label, title) => [{name: label, title, error: 1}, {name: `standard error of ${label}`, hidden: true}, {name: 'n', title: `points fitted, ${label}`}];

function fitTable(protocol, variants) {
    const rows = [];
    protocol.variants[0].curves.forEach(curve => {
        const same = protocol.variants.map(variant => variant.curves.find(other => other.name === curve.name && other.group === curve.group));
        const quantities = [...new Set(same.flatMap(other => other && other.fit ? Object.keys(other.fit.parameters) : []))];
        if (!quantities.length && !same.some(other => other && other.no_fit) && curve.x.length === 1) quantities.push(curve.y_axis.name);
        const laws = [...new Set(same.map(other => other && other.fit && other.fit.law).filter(Boolean))].join(', ');
        for (const quantity of quantities)
            rows.push([[curve.name, sweepName(curve.group)].filter(Boolean).join(', '), quantity, unitsOf(quantity, curve), laws, ...same.flatMap(other => known(other, quantity))]);
    });
    if (!rows.length) return null;
    return tablePanel(`${protocol.title}: values`, [{name: 'curve'}, {name: 'quantity'}, {name: 'unit'}, {name: 'law'}, ...variants.flatMap(label => valueColumns(label))], rows);
}

/** How the variants differ from the first, all protocols together. */
function differencePanel(data) {
    const {variants, differences, protocols} = data;
    const rows = differences.filter(one => one.change !== null).map(one => {
        const protocol = protocols.find(other => other.name === one.protocol);
        const curve = label => protocol.variants[variants.indexOf(label)].curves.find(other => other.name === one.curve && other.group === one.group);
        const reference = known(curve(one.reference), one.quantity), value = known(curve(one.variant), one.quantity);
        const units = unitsOf(one.quantity, curve(one.reference));
        const of = (own, given) => own[0] === null && (given !== null || one.n) ? [given, null, one.n] : own;
        return [protocol.title, [one.curve, sweepName(one.group)].filter(Boolean).join(', '), one.quantity, units, ...of(reference, one.quantity.startsWith('mean ') ? null : one.reference_value),
            one.variant, ...of(value, one.quantity.startsWith('mean ') ? null : one.value), one.change,
            one.error > 1e-6 * Math.max(Math.abs(one.value), Math.abs(one.change)) ? one.error : null, one.kind === 'ratio' ? 'ratio' : `difference, ${units}`];
    });
    const several = variants.length > 2;
    const columns = [{name: 'protocol'}, {name: 'curve'}, {name: 'quantity'}, {name: 'unit'}, ...valueColumns(variants[0]),
        {name: 'variant', hidden: !several}, ...valueColumns(several ? 'value' : variants[1]),
        {name: 'change', title: 'value less that of the first variant, or over it', error: 1, text: (value, row, error) => (row[13] === 'ratio' ? '× ' : value > 0 ? '+' : '') + withError(value, error)},
        {name: 'standard error of the change', hidden: true}, {name: 'change is', title: 'ratio or difference'}];
    const panel = tablePanel('Differences', columns, rows, {height: 520, hint: `from ${variants[0]}`});
    panel.append(definitions(data));
    return panel;
}

const LAWS = {
    boltzmann: 'amplitude / (1 + exp(−(V − V1/2) / k))',
    boltzmann_cubed: 'amplitude / (1 + exp(−(V − V1/2) / k))³: V1/2 and k of one of three gates',
    current_voltage: 'G (V − Erev) / (1 + exp(−(V − V1/2) / k))',
    exponential: 'plateau + amplitude exp(−t / tau)',
    m3h: '(1 − exp(−t / tau m))³ (plateau + amplitude exp(−t / tau h))',
    double_exponential: 'plateau + amplitude 1 exp(−t / tau 1) + amplitude 2 exp(−t / tau 2)',
};

function definitions(data) {
    const laws = [...new Set(data.protocols.flatMap(p => p.variants.flatMap(v => v.curves.map(c => c.fit && c.fit.law))).filter(Boolean))];
    const lines = [
        ...laws.map(law => [law.replace('_', ' '), LAWS[law.replace(/[ -]/g, '_')] || '']),
        ['V1/2, k', 'potential of half effect and slope factor; k is negative for what falls with V'],
        ['±', 'standard error of the fit, from the covariance of its parameters; of a change to first order from both. Simulations have no scatter: it says how well the law describes the points, not how cells differ'],
        ['n', 'points that were fitted, one per sweep; of a mean the ratios'],
        ['m3h', 'm³h fitted to the current after each jump; its G-V is the conductance that there would be without inactivation, so of the gates m alone, where that of the peak mixes both'],
        ['mean …', 'geometric mean of the ratios at all common potentials, with the standard error of the mean over these'],
        ['change', 'of V1/2 and Erev the difference, of everything else the ratio (×)'],
        ['currents', 'of the channel alone, without leak and capacitive transients; inward is negative'],
    ];
    return element('details.definitions', {}, element('summary', {}, 'Definitions'), element('dl.pairs.left', {},
        ...lines.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)])));
}

function protocolPanel(protocol, variants) {
    const panel = element('section.panel', {}, element('h2', {}, protocol.title));
    protocol.variants.forEach((variant, v) => { if (variant.step_error) panel.append(element('p.hint', {}, `${variants[v]}: ${variant.step_error}`)); });
    if (protocol.command.length) {
        const all = protocol.variants.flatMap(variant => variant.range);
        const low = Math.min(...all), high = Math.max(...all), pad = 0.05 * (high - low || 1);
        const command = familyChart('command', 'V (mV)', protocol.command, null, -1);
        if (protocol.variants.length % 2 === 0) command.classList.add('span');
        panel.append(element('div.columns.even', {}, ...protocol.variants.map((variant, v) => familyChart(`${protocol.current}, ${variants[v]}`, `${protocol.current} (mA/cm²)`, variant.currents, [low - pad, high + pad], v)), command));
    }
    const charts = [];
    const names = [...new Set(protocol.variants.flatMap(variant => variant.curves.map(curve => curve.name)))];
    names.forEach(name => {
        const curves = protocol.variants.flatMap((variant, v) => variant.curves.filter(curve => curve.name === name && curve.x.length > 1)
            .map(curve => ({curve, variant: v})));
        if (curves.some(({curve}) => curve.y.some(y => y !== null))) charts.push(curveChart(curves, variants));
    });
    if (charts.length) panel.append(element('div.columns.even', {}, ...charts));
    const table = fitTable(protocol, variants);
    if (table) panel.append(table);
    return panel;
}

function channelPage(data) {
    const first = data.variants.length > 1 ? differencePanel(data) : element('section.panel', {}, definitions(data));
    return [head(data.title, data.subtitle), facts(data.facts.map(([label, value, units]) => [label, value, plainUnits(units)])), element('div.stack', {}, first,
        ...data.protocols.map(protocol => protocolPanel(protocol, data.variants)), findings(data.findings))];
}
