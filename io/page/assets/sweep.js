// The page of `rall sweep`: a feature against a parameter (an f-I curve first, where there is one), a map over two parameters, and all
// members as a table whose rows lead to their traces.
'use strict';

const named = feature => withUnits(feature.name, feature.units);
/** What f-I curves and maps show first. */
const RATE = 'firing_rate';
const MOST_CURVES = 10;
const MOST_CHOSEN = 4;

/** A labelled choice between names; `changed` is told whenever it changes. */
function pick(label, names, index, changed) {
    const select = element('select', {onchange: () => changed(select.selectedIndex)}, ...names.map(name => element('option', {}, name)));
    select.selectedIndex = index;
    return element('label.pick', {}, label, select);
}

/** Members grouped by the values of all parameters but these. */
function groupsWithout(data, left) {
    const groups = new Map();
    for (let m = 0; m < data.count; m++) {
        const key = data.parameters.map((p, i) => left.includes(i) ? '' : p.values[m]).join('\n');
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(m);
    }
    return [...groups.values()];
}

const distinct = values => [...new Set(values)].sort((a, b) => a - b);

/** Parameters that are called by their path are called by its end, where that still tells them apart: "pas.g". */
function shortenPaths(parameters) {
    const short = name => name.split('.').slice(-2).join('.');
    if (new Set(parameters.map(p => short(p.name))).size === parameters.length)
        parameters.forEach(p => { [p.path, p.name] = [p.name, short(p.name)]; });
}

/** What tells one group from another: "gM = 0.5, celsius = 34 °C". */
function groupName(data, x, member) {
    const parts = data.parameters.map((p, i) => i === x || distinct(p.values).length === 1 ? null : `${p.name} = ${signed(p.values[member])} ${p.units}`.trim());
    return parts.filter(Boolean).join(', ') || 'all members';
}

/** Curves of a feature over parameter x: one per combination of the others, or their mean with its range if they are too many. */
function curves(data, feature, x) {
    const xs = data.parameters[x].values, ys = feature.values;
    const groups = groupsWithout(data, [x]), places = distinct(xs), at = new Map(places.map((place, i) => [place, i]));
    if (places.length > 1 && groups.length <= MOST_CURVES && groups.length * places.length <= 2 * data.count) {
        const rows = places.map(place => [place, ...groups.map(() => null)]);
        const member = places.map(() => groups.map(() => -1));
        groups.forEach((group, g) => group.forEach(m => {
            rows[at.get(xs[m])][g + 1] = Number.isFinite(ys[m]) ? ys[m] : null;
            member[at.get(xs[m])][g] = m;
        }));
        return {rows, names: groups.map(group => groupName(data, x, group[0])), member: (place, g) => member[at.get(place)][g]};
    }
    const all = places.map(() => []);
    ys.forEach((y, m) => { if (Number.isFinite(y)) all[at.get(xs[m])].push([y, m]); });
    if (all.every(values => values.length <= 1))
        return {rows: places.map((place, i) => [place, all[i].length ? all[i][0][0] : null]), names: ['members'], line: 0, member: place => all[at.get(place)][0][1]};
    const mean = values => values.reduce((sum, [y]) => sum + y, 0) / values.length;
    const ends = values => values.map(([y]) => y);
    return {rows: places.map((place, i) => [place, all[i].length ? [Math.min(...ends(all[i])), mean(all[i]), Math.max(...ends(all[i]))] : [null, null, null]]),
        names: [`mean and range, n = ${[...new Set(all.map(values => values.length))].sort((a, b) => a - b).map(count).slice(0, 3).join(', ')} members each`],
        options: {customBars: true}, member: () => -1};
}

/** `choose(member)`: shows its trace. */
function curvePanel(data, choose) {
    const amplitude = data.parameters.findIndex(p => p.amplitude);
    const state = {x: Math.max(0, amplitude), feature: data.features.findIndex(f => f.name === (amplitude >= 0 ? RATE : 'Spikecount'))};
    const holder = element('div');
    const draw = () => {
        const feature = data.features[state.feature], x = data.parameters[state.x];
        const {rows, names, options, line, member} = curves(data, feature, state.x);
        forgetFigures(holder);
        holder.replaceChildren(lineChart({
            title: x.amplitude && feature.name === RATE ? 'f-I curve' : feature.name, detail: feature.meaning, x: withUnits(x.name, x.units), y: named(feature), height: 320, rows,
            series: names.map((name, i) => ({name, colour: () => theme.colour('traces', i), dash: dashOf(i), shape: i, line, always: rows.some(row => Array.isArray(row[1]))})),
            options: {connectSeparatedPoints: false, ...options, pointClickCallback: (event, point) => {
                const m = member(point.xval, Number(point.name));
                if (m >= 0) choose(m);
            }},
        }));
    };
    const again = key => index => { state[key] = index; draw(); };
    draw();
    return element('section.panel', {}, element('div.picks', {}, pick('feature', data.features.map(named), state.feature, again('feature')),
        pick('against', data.parameters.map(p => withUnits(p.name, p.units)), state.x, again('x'))), holder, element('p.hint', {}, 'A point leads to the trace of its member.'));
}

/** Round numbers in [low, high]. */
function roundTicks(low, high, most) {
    const raw = (high - low) / most, power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find(factor => factor * power >= raw * (1 - 1e-9));
    const ticks = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) ticks.push(Number((k * step).toPrecision(12)));
    return ticks;
}

/** A map of a feature over two parameters: fields where both have few values (the mean over the others), else a dot per member. */
function mapPanel(data, choose) {
    const varied = data.parameters.map((p, i) => distinct(p.values).length > 1 ? i : -1).filter(i => i >= 0);
    const state = {x: varied[0], y: varied[1], feature: Math.max(0, data.features.findIndex(f => f.name === RATE))};
    const canvas = element('canvas.plot.sweepmap'), title = element('h2'), now = element('span.now');
    const margin = {left: 94, right: 86, top: 12, bottom: 48};
    let shown = [];
    const draw = () => {
        const feature = data.features[state.feature];
        title.replaceChildren(`${named(feature)} `, element('span', {}, `over ${data.parameters[state.x].name} and ${data.parameters[state.y].name}: ${feature.meaning}`));
        const width = canvas.clientWidth, height = canvas.clientHeight, ratio = window.devicePixelRatio || 1;
        canvas.width = width * ratio;
        canvas.height = height * ratio;
        const context = canvas.getContext('2d');
        context.scale(ratio, ratio);
        paint(context, width, height);
    };
    const paint = (context, width, height) => {
        const feature = data.features[state.feature], px = data.parameters[state.x], py = data.parameters[state.y];
        const xs = distinct(px.values), ys = distinct(py.values);
        const asFields = xs.length * ys.length <= 4 * data.count && xs.length <= 200 && ys.length <= 200;
        const w = width - margin.left - margin.right, h = height - margin.top - margin.bottom;
        const along = (parameter, list) => {
            const scale = parameter.log ? v => Math.log(Math.abs(v)) : v => v;
            const first = scale(list[0]), last = scale(list[list.length - 1]);
            return asFields ? v => (list.indexOf(v) + 0.5) / list.length : v => 0.02 + 0.96 * (scale(v) - first) / (last - first || 1);
        };
        const toX = along(px, xs), toY = along(py, ys);
        const places = new Map();
        for (let m = 0; m < data.count; m++) {
            const key = asFields ? `${px.values[m]} ${py.values[m]}` : m;
            if (!places.has(key)) places.set(key, {x: px.values[m], y: py.values[m], sum: 0, n: 0, member: m});
            if (!Number.isFinite(feature.values[m])) continue;
            const place = places.get(key);
            place.sum += feature.values[m];
            place.n++;
        }
        const known = [...places.values()].filter(place => place.n > 0).map(place => place.sum / place.n);
        const low = Math.min(...known), high = Math.max(...known);
        const colour = value => css(viridis(high > low ? (value - low) / (high - low) : 0.5));
        context.font = FIGURE_FONT.replace('12', '11');
        const ink = theme.value('soft');
        shown = [...places.values()].map(place => ({...place, left: margin.left + toX(place.x) * w, top: margin.top + (1 - toY(place.y)) * h}));
        for (const place of shown) {
            context.fillStyle = place.n ? colour(place.sum / place.n) : theme.value('grid');
            if (asFields) {
                const cw = w / xs.length, ch = h / ys.length;
                context.fillRect(place.left - cw / 2, place.top - ch / 2, cw + 0.5, ch + 0.5);
            } else {
                context.beginPath();
                context.arc(place.left, place.top, data.count > 2000 ? 2 : 4, 0, 2 * Math.PI);
                context.fill();
            }
        }
        const ticks = (parameter, list, most) => asFields ? list.filter((_, i) => i % Math.ceil(list.length / most) === 0)
            : parameter.log ? [0, 0.25, 0.5, 0.75, 1].map(t => list[0] * (list[list.length - 1] / list[0]) ** t) : roundTicks(list[0], list[list.length - 1], most);
        context.fillStyle = context.strokeStyle = ink;
        context.lineWidth = 1;
        const line = (x1, y1, x2, y2) => {
            context.beginPath();
            context.moveTo(x1, y1);
            context.lineTo(x2, y2);
            context.stroke();
        };
        context.textAlign = 'center';
        let free = -Infinity;
        for (const v of ticks(px, xs, Math.max(2, Math.floor(w / 60)))) {
            const x = margin.left + toX(v) * w, text = signed(v, 3), half = context.measureText(text).width / 2;
            line(x, height - margin.bottom, x, height - margin.bottom + 4);
            if (x - half < free) continue;
            context.fillText(text, x, height - margin.bottom + 17);
            free = x + half + 6;
        }
        context.textAlign = 'right';
        for (const v of ticks(py, ys, Math.max(2, Math.floor(h / 34)))) {
            const y = margin.top + (1 - toY(v)) * h;
            line(margin.left - 4, y, margin.left, y);
            context.fillText(signed(v, 3), margin.left - 8, y + 4);
        }
        context.textAlign = 'center';
        context.fillText(withUnits(px.name, px.units), margin.left + w / 2, height - 8, w);
        context.save();
        context.translate(12, margin.top + h / 2);
        context.rotate(-Math.PI / 2);
        context.fillText(withUnits(py.name, py.units), 0, 0, h);
        context.restore();
        for (let i = 0; i < h; i++) {
            context.fillStyle = css(viridis(1 - i / h));
            context.fillRect(width - margin.right + 16, margin.top + i, 12, 1.5);
        }
        context.fillStyle = ink;
        context.textAlign = 'left';
        const scale = high > low ? roundTicks(low, high, 4) : known.length ? [low] : [];
        for (const v of scale) context.fillText(signed(v, 3), width - margin.right + 33, margin.top + (high > low ? (1 - (v - low) / (high - low)) * h : h / 2) + 4);
    };
    const near = event => shown.reduce((best, place) => {
        const far = Math.hypot(place.left - event.offsetX, place.top - event.offsetY);
        return far < best.far ? {far, place} : best;
    }, {far: Infinity}).place;
    canvas.addEventListener('mousemove', event => {
        const place = near(event);
        if (place) now.textContent = `${signed(place.x)}, ${signed(place.y)}: ${place.n ? signed(place.sum / place.n) + (place.n > 1 ? `, mean of ${place.n}` : '') : 'not defined'}`;
    });
    canvas.addEventListener('mouseleave', () => { now.textContent = ''; });
    canvas.addEventListener('click', event => { if (near(event)) choose(near(event).member); });
    theme.onChange(draw);
    new ResizeObserver(draw).observe(canvas);
    const again = key => index => { state[key] = index; draw(); };
    const names = data.parameters.map(p => p.name);
    const menu = saveMenu('map', () => ({width: canvas.clientWidth, height: canvas.clientHeight, draw: context => paint(context, canvas.clientWidth, canvas.clientHeight),
        rows: () => [[...[state.x, state.y].map(i => withUnits(names[i], data.parameters[i].units)), `${named(data.features[state.feature])}, mean`, 'n'],
            ...shown.map(place => [place.x, place.y, place.n ? place.sum / place.n : null, place.n])]}));
    return element('section.panel', {}, element('div.picks', {}, pick('feature', data.features.map(named), state.feature, again('feature')),
        pick('over', names, state.x, again('x')), pick('and', names, state.y, again('y'))),
        element('div.chart', {}, element('div.bar', {}, title, now, menu), canvas), element('p.hint', {}, 'A field leads to the trace of its first member.'));
}

/** Traces of the members that were chosen last. */
function tracePanel(data) {
    const holder = element('div'), hint = element('p.hint'), chosen = [];
    const panel = element('section.panel.membertrace', {}, holder, hint);
    const nameOf = m => [`member ${data.numbers[m]}`, ...data.parameters.filter(p => distinct(p.values).length > 1).map(p => `${p.name} = ${signed(p.values[m])} ${p.units}`.trim())].join(', ');
    panel.choose = m => {
        const kept = data.numbers[m] in data.traces;
        if (kept && !chosen.includes(m)) chosen.push(m);
        if (chosen.length > MOST_CHOSEN) chosen.shift();
        hint.textContent = kept ? `The last ${MOST_CHOSEN} members chosen in the table or in a chart, with the smallest and the largest sample of each piece of time.`
            : `The trace of member ${data.numbers[m]} was not kept; those of ${count(Object.keys(data.traces).length)} members were. rall run shows it.`;
        if (!kept) return;
        const series = chosen.map((one, i) => {
            const [start, dt, ...y] = floats(data.traces[data.numbers[one]]);
            return {name: nameOf(one), x: y.map((_, k) => Number((start + k * dt).toPrecision(7))), y: y.map(v => Number.isFinite(v) ? v : null), always: true,
                colour: () => theme.colour('traces', i), dash: DASHES[i % DASHES.length], line: 1.4};
        });
        forgetFigures(holder);
        holder.replaceChildren(lineChart({title: 'Trace', detail: data.place ? `at ${data.place}` : 'where features are measured', x: 'time (ms)', y: 'membrane potential (mV)', series, height: 280}));
    };
    return panel;
}

function memberPanel(data, choose) {
    const columns = [{name: 'member'}, ...data.parameters.map(p => ({name: p.path || p.name, label: p.name, units: p.units})), {name: 'status'},
        ...data.features.map(f => ({name: f.name, units: f.units, title: f.meaning}))];
    const rows = data.numbers.map((number, m) => [number, ...data.parameters.map(p => p.values[m]),
        Number.isFinite(data.diverged_at[m]) ? `diverged at ${signed(data.diverged_at[m])} ms` : 'finished', ...data.features.map(f => Number.isFinite(f.values[m]) ? f.values[m] : null)]);
    return tablePanel('Members', columns, rows, {height: 440, most: 200, onRow: choose,
        hint: 'a row leads to its trace; – is not defined' + (data.count < data.members ? `; ${count(data.count)} of ${count(data.members)}, sweep.csv has all` : '')});
}

function sweepPage(data) {
    data.parameters.forEach(p => {
        p.values = Array.from(floats(p.values), v => Number(v.toPrecision(7)));
        p.units = {'degC': '°C', 'S/cm2': 'S/cm²', 'uF/cm2': 'µF/cm²', 'um': 'µm', 'ohm cm': 'Ω cm', 'uS': 'µS', 'times': '×'}[p.units] || p.units;
    });
    shortenPaths(data.parameters);
    data.features.forEach(f => { f.values = floats(f.values); });
    data.diverged_at = floats(data.diverged_at);
    const varied = data.parameters.filter(p => distinct(p.values).length > 1).length;
    const list = [['members', count(data.members)], ['diverged', count(data.n_diverged)], ['parameters', count(data.parameters.length)]];
    if (data.count < data.members) list.push(['drawn', count(data.count)]);
    const trace = tracePanel(data), choose = m => {
        trace.choose(m);
        members.choose(m);
    };
    const members = memberPanel(data, choose);
    const first = data.numbers.findIndex(number => number in data.traces);
    if (first >= 0) choose(Math.max(first, data.numbers.findIndex((number, m) => number in data.traces && data.features[0].values[m] > 0)));
    const meanings = element('section.panel', {}, element('h2', {}, 'Definitions'), element('dl.pairs.left', {}, ...data.parameters.filter(p => p.path && p.path !== p.name).flatMap(p => [element('dt', {}, breakable(withUnits(p.name, p.units))), element('dd', {}, p.path)]),
        element('dt', {}, 'spike'), element('dd', {}, data.spike), element('dt', {}, 'stimulus'), element('dd', {}, data.stimulus),
        ...data.features.flatMap(f => [element('dt', {}, breakable(named(f))), element('dd', {}, f.meaning)]),
        element('dt', {}, 'n'), element('dd', {}, 'members; each is one deterministic run, so single points have no error. Where many members share an x, their mean and range are drawn. Rates count whole spikes: they go in steps of 1 / duration')));
    return [head(data.title, data.subtitle), facts(list), element('div.stack', {},
        element('div.columns.even' + (varied > 1 ? '' : '.single'), {}, curvePanel(data, choose), varied > 1 ? mapPanel(data, choose) : null),
        trace, members, element('div.columns.even', {}, meanings, findings(data.findings)))];
}
