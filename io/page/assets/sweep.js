// The page of `rall sweep`: a feature against a parameter (an f-I curve first, where there is one), a map over two parameters, and
// the members that diverged.
'use strict';

const signed = (x, digits = 4) => x === null || !Number.isFinite(x) ? '\u2013' : number(x, digits).replace('-', '\u2212');
const named = feature => feature.units ? `${feature.name} (${feature.units})` : feature.name;
/** What f-I curves and maps show first. */
const RATE = 'firing_rate';

/** A labelled choice between names; `changed` is told at once and whenever it changes. */
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
const MOST_CURVES = 10;

/** What tells one group from another: "gM = 0.5, celsius = 34". */
function groupName(data, x, member) {
    const parts = data.parameters.map((p, i) => i === x || distinct(p.values).length === 1 ? null : `${p.name} = ${signed(p.values[member])}`);
    return parts.filter(Boolean).join(', ') || 'all members';
}

/** Curves of a feature over parameter x: one per combination of the others, or their mean with its range if they are too many. */
function curves(data, feature, x) {
    const xs = data.parameters[x].values, ys = feature.values;
    const groups = groupsWithout(data, [x]);
    const places = distinct(xs);
    if (places.length > 1 && groups.length <= MOST_CURVES) {
        const at = new Map(places.map((place, i) => [place, i]));
        const rows = places.map(place => [place, ...groups.map(() => null)]);
        groups.forEach((group, g) => group.forEach(m => { rows[at.get(xs[m])][g + 1] = Number.isFinite(ys[m]) ? ys[m] : null; }));
        return {rows, names: groups.map(group => groupName(data, x, group[0])), options: {drawPoints: true, pointSize: 2.5, strokeWidth: 1.5}};
    }
    const all = places.map(() => []);
    const at = new Map(places.map((place, i) => [place, i]));
    ys.forEach((y, m) => { if (Number.isFinite(y)) all[at.get(xs[m])].push(y); });
    if (all.every(values => values.length <= 1))
        return {rows: places.map((place, i) => [place, all[i].length ? all[i][0] : null]), names: ['members'],
            options: {drawPoints: true, pointSize: 2, strokeWidth: 0}};
    const mean = values => values.reduce((sum, y) => sum + y, 0) / values.length;
    return {rows: places.map((place, i) => [place, all[i].length ? [Math.min(...all[i]), mean(all[i]), Math.max(...all[i])] : [null, null, null]]),
        names: ['mean and range of all members'], options: {customBars: true, drawPoints: true, pointSize: 2.5, strokeWidth: 1.5}};
}

function curvePanel(data) {
    const amplitude = data.parameters.findIndex(p => p.amplitude);
    const state = {x: Math.max(0, amplitude), feature: data.features.findIndex(f => f.name === (amplitude >= 0 ? RATE : 'Spikecount'))};
    const title = element('h2'), chips = element('div.bar'), now = element('span.now'), xName = element('div.axis-name'), yName = element('div.axis-name'), holder = element('div');
    let graph = null;
    const draw = () => {
        const feature = data.features[state.feature], x = data.parameters[state.x];
        const {rows, names, options} = curves(data, feature, state.x);
        title.replaceChildren(x.amplitude && feature.name === RATE ? 'f-I curve ' : `${feature.name} `, element('span', {}, feature.meaning));
        xName.textContent = x.amplitude ? `${x.name} (nA)` : x.name;
        yName.textContent = named(feature);
        const colours = () => names.map((_, i) => theme.colour('traces', i));
        const style = () => ({colors: colours(), gridLineColor: theme.value('grid'), axisLineColor: theme.value('line')});
        chips.replaceChildren(...(names.length > 1 ? names.map((name, i) => element('span.chip', {}, element('i', {style: `background:${colours()[i]}`}), name)) : []));
        const plot = element('div.plot', {style: 'height:320px'});
        holder.replaceChildren(plot);
        if (graph) graph.destroy();
        graph = new Dygraph(plot, rows, {
            labels: ['x', ...names.map((_, i) => String(i))], legend: 'never', rightGap: 14, axisLabelFontSize: 11, xRangePad: 8, yRangePad: 8,
            connectSeparatedPoints: false, drawGapEdgePoints: true, highlightCircleSize: 4,
            axes: {x: {pixelsPerLabel: 60, axisLabelFormatter: v => signed(v, 5)}, y: {axisLabelWidth: 58, pixelsPerLabel: 32, axisLabelFormatter: v => signed(v, 4)}},
            highlightCallback: (event, v, points) => { now.textContent = `${signed(v, 5)}: ${points.map(p => signed(p.yval)).join(', ')}`; },
            unhighlightCallback: () => { now.textContent = ''; }, ...options, ...style(),
        });
        restyle = () => graph.updateOptions(style());
    };
    let restyle = () => {};
    theme.onChange(() => restyle());
    new ResizeObserver(() => { if (graph) graph.resize(); }).observe(holder);
    const again = key => index => { state[key] = index; draw(); };
    requestAnimationFrame(draw);
    return element('section.panel', {}, element('div.picks', {}, pick('feature', data.features.map(named), state.feature, again('feature')),
        pick('against', data.parameters.map(p => p.name), state.x, again('x'))),
        element('div.chart', {}, element('div.bar', {}, title, now), chips, yName, holder, xName));
}

/** A map of a feature over two parameters: cells where both have few values (the mean over the others), else a dot per member. */
function mapPanel(data) {
    const varied = data.parameters.map((p, i) => distinct(p.values).length > 1 ? i : -1).filter(i => i >= 0);
    const state = {x: varied[0], y: varied[1], feature: Math.max(0, data.features.findIndex(f => f.name === RATE))};
    const canvas = element('canvas.plot', {style: 'width:100%;height:340px;display:block'}), title = element('h2'), now = element('span.now');
    const margin = {left: 66, right: 76, top: 10, bottom: 40};
    let shown = [];
    const draw = () => {
        const feature = data.features[state.feature], px = data.parameters[state.x], py = data.parameters[state.y];
        title.replaceChildren(`${named(feature)} `, element('span', {}, `over ${px.name} and ${py.name}: ${feature.meaning}`));
        const width = canvas.clientWidth, height = canvas.clientHeight, ratio = window.devicePixelRatio || 1;
        canvas.width = width * ratio;
        canvas.height = height * ratio;
        const paint = canvas.getContext('2d');
        paint.scale(ratio, ratio);
        const xs = distinct(px.values), ys = distinct(py.values);
        const asCells = xs.length * ys.length <= 4 * data.count && xs.length <= 200 && ys.length <= 200;
        const w = width - margin.left - margin.right, h = height - margin.top - margin.bottom;
        const scaleOf = parameter => parameter.log ? v => Math.log(Math.abs(v)) : v => v;
        const along = (parameter, list) => {
            const scale = scaleOf(parameter), first = scale(list[0]), last = scale(list[list.length - 1]);
            return asCells ? v => (list.indexOf(v) + 0.5) / list.length : v => 0.02 + 0.96 * (scale(v) - first) / (last - first || 1);
        };
        const toX = along(px, xs), toY = along(py, ys);
        const places = new Map();
        for (let m = 0; m < data.count; m++) {
            const key = asCells ? `${px.values[m]} ${py.values[m]}` : m;
            if (!places.has(key)) places.set(key, {x: px.values[m], y: py.values[m], sum: 0, n: 0});
            if (!Number.isFinite(feature.values[m])) continue;
            const place = places.get(key);
            place.sum += feature.values[m];
            place.n++;
        }
        const known = [...places.values()].filter(place => place.n > 0).map(place => place.sum / place.n);
        const low = Math.min(...known), high = Math.max(...known);
        const colour = value => css(viridis(high > low ? (value - low) / (high - low) : 0.5));
        paint.font = '11px system-ui, sans-serif';
        const ink = getComputedStyle(canvas).color;
        shown = [...places.values()].map(place => ({...place, left: margin.left + toX(place.x) * w, top: margin.top + (1 - toY(place.y)) * h}));
        for (const place of shown) {
            paint.fillStyle = place.n ? colour(place.sum / place.n) : theme.value('grid');
            if (asCells) {
                const cw = w / xs.length, ch = h / ys.length;
                paint.fillRect(place.left - cw / 2, place.top - ch / 2, cw + 0.5, ch + 0.5);
            } else {
                paint.beginPath();
                paint.arc(place.left, place.top, data.count > 2000 ? 2 : 4, 0, 2 * Math.PI);
                paint.fill();
            }
        }
        paint.fillStyle = ink;
        const ticks = (parameter, list) => asCells ? list.filter((_, i) => i % Math.ceil(list.length / 8) === 0)
            : [0, 0.25, 0.5, 0.75, 1].map(t => parameter.log ? list[0] * (list[list.length - 1] / list[0]) ** t : list[0] + t * (list[list.length - 1] - list[0]));
        paint.textAlign = 'center';
        ticks(px, xs).forEach(v => paint.fillText(signed(v, 3), margin.left + toX(v) * w, height - margin.bottom + 15));
        paint.fillText(px.name, margin.left + w / 2, height - 6);
        paint.textAlign = 'right';
        ticks(py, ys).forEach(v => paint.fillText(signed(v, 3), margin.left - 6, margin.top + (1 - toY(v)) * h + 4));
        paint.save();
        paint.translate(12, margin.top + h / 2);
        paint.rotate(-Math.PI / 2);
        paint.textAlign = 'center';
        paint.fillText(py.name, 0, 0);
        paint.restore();
        for (let i = 0; i < h; i++) {
            paint.fillStyle = css(viridis(1 - i / h));
            paint.fillRect(width - margin.right + 14, margin.top + i, 12, 1.5);
        }
        paint.fillStyle = ink;
        paint.textAlign = 'left';
        if (known.length) [[high, 8], [low, h]].forEach(([v, y]) => paint.fillText(signed(v, 3), width - margin.right + 30, margin.top + y));
    };
    canvas.addEventListener('mousemove', event => {
        const near = shown.reduce((best, place) => {
            const far = Math.hypot(place.left - event.offsetX, place.top - event.offsetY);
            return far < best.far ? {far, place} : best;
        }, {far: Infinity});
        if (near.place) now.textContent = `${signed(near.place.x)}, ${signed(near.place.y)}: ${near.place.n ? signed(near.place.sum / near.place.n) : 'not defined'}`;
    });
    canvas.addEventListener('mouseleave', () => { now.textContent = ''; });
    theme.onChange(draw);
    new ResizeObserver(draw).observe(canvas);
    const again = key => index => { state[key] = index; draw(); };
    const names = data.parameters.map(p => p.name);
    return element('section.panel', {}, element('div.picks', {}, pick('feature', data.features.map(named), state.feature, again('feature')),
        pick('over', names, state.x, again('x')), pick('and', names, state.y, again('y'))),
        element('div.chart', {}, element('div.bar', {}, title, now), canvas));
}

function divergedPanel(data) {
    const list = data.diverged.slice(0, 50);
    return element('section.panel', {}, element('h2', {}, 'Members that diverged'), element('div.scroll', {}, element('table.data', {},
        element('tr', {}, element('th', {}, 'member'), ...data.parameters.map(p => element('th', {}, p.name)), element('th', {}, 'seen at (ms)')),
        ...list.map(one => element('tr', {}, element('td', {}, count(one.member)), ...one.values.map(v => element('td', {}, signed(v))), element('td', {}, signed(one.at)))))),
        data.n_diverged > list.length ? element('p.hint', {}, `and ${count(data.n_diverged - list.length)} more; sweep.csv has them all`) : null);
}

function sweepPage(data) {
    data.parameters.forEach(p => { p.values = Array.from(floats(p.values), v => Number(v.toPrecision(7))); });
    data.features.forEach(f => { f.values = floats(f.values); });
    const varied = data.parameters.filter(p => distinct(p.values).length > 1).length;
    const list = [['members', count(data.members)], ['diverged', count(data.n_diverged)], ['parameters', count(data.parameters.length)]];
    if (data.count < data.members) list.push(['drawn', count(data.count)]);
    return [head(data.title, data.subtitle), facts(list), element('div.stack', {},
        element('div.columns.even' + (varied > 1 ? '' : '.single'), {}, curvePanel(data), varied > 1 ? mapPanel(data) : null),
        data.diverged.length ? divergedPanel(data) : null, findings(data.findings))];
}
