// Puts the page together from its data: a run's report, or a reconstruction.
'use strict';

const SEVERITIES = ['error', 'warning', 'note'];

function head(title, subtitle) {
    const mark = element('span.mark');
    mark.innerHTML = '<svg width="22" height="22" viewBox="0 0 22 22" fill="none" stroke="currentColor" stroke-width="1.7" ' +
        'stroke-linecap="round"><path d="M11 21v-7M11 8V5M11 5 7 1.5M11 5l4-3.5M8.6 12.6 3 16M13.4 12.6 19 16"/>' +
        '<circle cx="11" cy="11" r="3" fill="currentColor" stroke="none"/></svg>';
    mark.append('Rall');
    const toggle = element('button.toggle', {onclick: () => theme.toggle()});
    const label = () => { toggle.textContent = theme.name === 'dark' ? 'light' : 'dark'; };
    theme.onChange(label);
    label();
    return element('header', {}, element('div.name', {}, element('h1', {}, title), element('div.subtitle', {}, subtitle)),
        element('div.brand', {}, toggle, mark));
}

/** [[label, value, unit], ...] in large print. */
function facts(list) {
    return element('dl.facts', {}, ...list.map(([label, value, unit]) =>
        element('div', {}, element('dt', {}, label), element('dd', {}, value, unit ? element('small', {}, unit) : null))));
}

function findings(list) {
    const panel = element('section.panel', {}, element('h2', {}, 'Findings'));
    if (!list.length) {
        panel.append(element('div.allclear', {}, 'Nothing was repaired, assumed or left out.'));
        return panel;
    }
    const of = severity => list.filter(finding => finding.severity === severity);
    panel.append(element('div.counts', {}, ...SEVERITIES.filter(severity => of(severity).length).map(severity =>
        element('span.' + severity, {}, element('span.dot'), plural(of(severity).length, severity)))));
    const body = element('div', {style: 'margin-top:10px'});
    for (const severity of SEVERITIES) {
        const byCode = new Map();
        of(severity).forEach(finding => byCode.set(finding.code, [...(byCode.get(finding.code) || []), finding]));
        for (const alike of byCode.values()) {
            const shown = alike.length > 4 ? 3 : alike.length;
            body.append(...alike.slice(0, shown).map(oneFinding));
            if (shown < alike.length) body.append(moreFindings(alike.slice(shown)));
        }
    }
    panel.append(body);
    return panel;
}

function oneFinding(finding) {
    const text = element('div');
    text.append(element('div.what', {}, finding.message),
        element('div.meta', {}, ...[finding.where, finding.code].filter(Boolean).map(part => element('span.mono', {}, part))));
    if (finding.source) {
        const source = element('pre', {}, finding.source);
        if (finding.column > 0) source.append('\n' + ' '.repeat(finding.column - 1), element('b', {}, '^'));
        text.append(source);
    }
    if (finding.advice) text.append(element('div.advice', {}, finding.advice));
    return element('div.finding.' + finding.severity, {}, element('span.dot'), text);
}

function moreFindings(list) {
    const more = element('details.more', {}, element('summary', {}, `${count(list.length)} more like this`));
    more.addEventListener('toggle', () => { if (more.children.length === 1) more.append(...list.map(oneFinding)); });
    return more;
}

/** 'peak_memory_bytes' -> ['peak memory', 'bytes']. */
function words(key) {
    if (key === 'dt' || key === 'tstop') return [key, 'ms'];
    const match = /^(.+?)_(bytes|seconds|ms|um|s)$/.exec(key) || /^(bytes|seconds)_(.+)$/.exec(key);
    if (!match) return [key.replace(/_/g, ' '), null];
    const [name, unit] = ['bytes', 'seconds'].includes(match[1]) ? [match[2], match[1]] : [match[1], match[2]];
    return [name.replace(/_/g, ' '), unit];
}

/** A value of the summary; `unit` from its key or from its group's. */
function summaryValue(value, unit) {
    if (typeof value === 'number') {
        const [text, shownUnit] = unit === 'bytes' ? bytes(value) : unit === 'seconds' || unit === 's' ? duration(value) : [number(value, 5), unit];
        const node = element('span', {title: String(value)}, text);
        if (shownUnit) node.append(' ', element('small', {}, shownUnit === 'um' ? 'µm' : shownUnit));
        return node;
    }
    if (value === null) return '\u2013';
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (Array.isArray(value)) return value.map(item => typeof item === 'object' ? JSON.stringify(item) : String(item)).join(', ') || '\u2013';
    return String(value);
}

function summary(data) {
    const groups = element('div.groups');
    const add = (title, object, groupUnit) => {
        const pairs = element('dl.pairs'), nested = [];
        for (const [key, value] of Object.entries(object)) {
            const [name, unit] = words(key);
            const effective = unit || groupUnit;
            if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
                nested.push([title ? `${title}, ${name}` : name, value, effective || (['bytes', 'seconds'].includes(name) ? name : null)]);
            } else {
                pairs.append(element('dt', {}, name), element('dd', {}, summaryValue(value, effective)));
            }
        }
        if (pairs.children.length) groups.append(element('div.group', {}, element('h3', {}, title || 'run'), pairs));
        nested.forEach(entry => add(...entry));
    };
    add('', data, null);
    return element('section.panel', {}, element('h2', {}, 'Summary'), groups);
}

function regionTable(rows) {
    const colours = () => regionColours(rows.map(row => row.region));
    const swatches = rows.map(() => element('i'));
    const restyle = () => swatches.forEach((swatch, i) => { swatch.style.background = css(colours()[i]); });
    theme.onChange(restyle);
    restyle();
    const columns = [['sections', 'sections'], ['length (µm)', 'length'], ['area (µm²)', 'area'], ['volume (µm³)', 'volume'],
        ['mean diameter (µm)', 'diameter'], ['compart\u00adments', 'compartments']];
    const cells = row => columns.map(([, name]) => element('td', {}, row[name] === null ? '' : number(row[name], 4)));
    const total = {diameter: null};
    for (const name of ['sections', 'length', 'area', 'volume', 'compartments']) total[name] = rows.reduce((sum, row) => sum + row[name], 0);
    return element('section.panel', {}, element('h2', {}, 'Regions'), element('div.scroll', {}, element('table.data', {},
        element('tr', {}, element('th', {}, 'region'), ...columns.map(([title]) => element('th', {}, title))),
        ...rows.map((row, i) => element('tr', {}, element('td', {}, swatches[i], row.region), ...cells(row))),
        element('tr.total', {}, element('td', {}, 'total'), ...cells(total)))));
}

function pairsPanel(title, pairs) {
    return element('section.panel', {}, element('h2', {}, title), element('dl.pairs', {},
        ...pairs.flatMap(([label, value]) => [element('dt', {}, label), element('dd', {}, value)])));
}

/**
 * Names short enough for a picture: in 'v: dend[3](0.346154)' the report's name goes and x is rounded, where what is left still
 * tells the traces apart; of 'step (IClamp) at soma[0](0.5)' the place goes, which is seen.
 */
function shortenNames(data) {
    const short = name => name.replace(/^\w+: /, '').replace(/\((\d\.\d+)\)/, (_, x) => `(${number(Number(x), 3)})`);
    const names = data.traces.map(trace => trace.name);
    if (new Set(names.map(short)).size < new Set(names).size) return;
    data.traces.forEach(trace => { trace.name = short(trace.name); });
    data.shapes.forEach(shape => shape.markers.forEach(marker => {
        if (marker.trace) [marker.trace, marker.label] = [short(marker.trace), short(marker.label)];
        else marker.label = marker.label.replace(/ at \S+$/, '');
    }));
}

function report(data) {
    shortenNames(data);
    const charts = new Charts();
    const [wall, wallUnit] = duration(data.wall);
    const list = [['cells', count(data.cells)], ['compartments', count(data.compartments)],
        ['simulated', ...(data.simulated >= 1e4 ? [number(data.simulated / 1e3, 4), 's'] : [number(data.simulated, 5), 'ms'])],
        ['spikes', count(data.spikes)],
        ...(data.generator_spikes ? [['generators\u2019 spikes', count(data.generator_spikes)]] : []), ['wall time', wall, wallUnit]];
    if (data.wall > 0) list.push(['speed', `${number(data.simulated / 1e3 / data.wall, 3)}×`, 'real time']);
    const timeline = charts.panel(data.traces, data.rasters, data.simulated, data.recorded);
    const neuron = neuronPanel(data.shapes.length > 1 ? 'Neurons' : 'Neuron', data.shapes, data.hidden_shapes, name => charts.traceColour(name));
    // Beside a neuron that nobody recorded there would be an empty box.
    const layout = data.shapes.length && data.traces.length ? '' : '.single';
    return [head(data.title, data.subtitle), facts(list),
        element('div.columns' + layout, {}, ...(data.shapes.length ? [neuron] : []), timeline),
        ...networkPanels(data.network),
        element('div.columns.wide', {}, summary(data.summary), findings(data.findings))];
}

function morphology(data) {
    const neuron = neuronPanel('Neuron', data.shapes, data.hidden_shapes, () => null);
    const total = name => data.regions.reduce((sum, row) => sum + row[name], 0);
    return [head(data.title, data.subtitle),
        facts([['sections', count(total('sections'))], ['compartments', count(total('compartments'))],
            ['length', number(total('length'), 5), 'µm'], ['area', number(total('area'), 5), 'µm²'],
            ['volume', number(total('volume'), 5), 'µm³']]),
        element('div.columns.even', {}, neuron,
            element('div.stack', {}, regionTable(data.regions), sectionPanel(data.shapes[0], () => neuron.view),
                ...(data.facts.length ? [pairsPanel('What was understood', data.facts)] : []), findings(data.findings)))];
}

theme.start();
const data = JSON.parse(document.getElementById('data').textContent);
document.getElementById('page').append(
    ...{report, morphology, sweep: () => sweepPage(data), channel: () => channelPage(data), compare: () => comparePage(data), circuit: () => circuitPage(data)}[data.kind](data),
    element('footer', {}, 'Made by Rall. This file holds all it needs and loads nothing from a network.'));
