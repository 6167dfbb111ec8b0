// The network: where cells lie, and how many connections lead from one population to another.
'use strict';

/** A row of the pictures that there is something to show in, if there is. */
function networkPanels(network) {
    const panels = [];
    if (network.somata) panels.push(somaMap(network));
    if (network.cells > 1 && network.pathways.length) panels.push(connectionMatrix(network));
    return panels.length ? [element('div.columns' + (panels.length > 1 ? '.even' : '.single'), {}, ...panels)] : [];
}

const PLANES = [['x, y', 0, 1], ['x, z', 0, 2], ['y, z', 1, 2]];

/** Somata of the cells that are drawn, projected onto a plane. */
function somaMap(network) {
    const at = floats(network.somata), n = at.length / 3;
    const cells = [];  // [population, member] of each soma
    network.populations.forEach((population, p) => {
        for (let i = 0; i < population.count && cells.length < n; i += network.soma_step) cells.push([p, i]);
    });
    const populations = network.populations.slice(0, cells.length ? cells[n - 1][0] + 1 : 0);
    const range = [0, 1, 2].map(axis => {
        let low = Infinity, high = -Infinity;
        for (let i = axis; i < at.length; i += 3) [low, high] = [Math.min(low, at[i]), Math.max(high, at[i])];
        return [low, high];
    });
    const extent = range.map(([low, high]) => high - low);
    let plane = PLANES.reduce((best, one) => extent[one[1]] * extent[one[2]] > extent[best[1]] * extent[best[2]] ? one : best, PLANES[0]);
    const thinned = network.soma_step > 1 ? thinningText('cell', network.soma_step, n, populations) : '';
    const now = element('span.now', {}, thinned);
    const canvas = element('canvas');
    const stage = element('div.map', {}, canvas);
    let places = [];
    const draw = () => {
        const width = stage.clientWidth, height = stage.clientHeight, scale = window.devicePixelRatio || 1;
        if (!width || !height) return;
        [canvas.width, canvas.height] = [width * scale, height * scale];
        const context = canvas.getContext('2d');
        context.scale(scale, scale);
        drawInto(context, width, height);
    };
    const drawInto = (context, width, height) => {
        const [, a, b] = plane, pad = 22;
        const zoom = Math.min((width - 2 * pad) / (extent[a] || 1), (height - 2 * pad - 16) / (extent[b] || 1));
        const middle = axis => (range[axis][0] + range[axis][1]) / 2;
        const radius = Math.max(1.2, Math.min(5, 0.25 * Math.sqrt(width * height / n)));
        places = cells.map((_, i) => [width / 2 + (at[3 * i + a] - middle(a)) * zoom, (height - 16) / 2 - (at[3 * i + b] - middle(b)) * zoom]);
        places.forEach(([x, y], i) => {
            context.fillStyle = populationColour(populations, cells[i][0]);
            context.beginPath();
            context.arc(x, y, radius, 0, 2 * Math.PI);
            context.fill();
        });
        const wanted = 90 / zoom, power = 10 ** Math.floor(Math.log10(wanted));
        const length = power * [5, 2, 1].find(factor => factor * power <= wanted);
        context.strokeStyle = context.fillStyle = theme.value('soft');
        context.lineWidth = 2;
        context.beginPath();
        context.moveTo(pad, height - 10);
        context.lineTo(pad + length * zoom, height - 10);
        context.stroke();
        context.font = FIGURE_FONT;
        context.fillText(`${number(length)} µm`, pad + length * zoom + 8, height - 6);
    };
    stage.addEventListener('pointermove', event => {
        const box = stage.getBoundingClientRect(), [x, y] = [event.clientX - box.left, event.clientY - box.top];
        let best = -1, nearest = 144;
        places.forEach(([px, py], i) => {
            const d = (px - x) ** 2 + (py - y) ** 2;
            if (d < nearest) [best, nearest] = [i, d];
        });
        if (best < 0) { now.textContent = thinned; return; }
        const [p, member] = cells[best], {name, numbered} = populations[p];
        now.textContent = `${numbered ? `${name}[${member}]` : name}: ${[0, 1, 2].map(axis => number(at[3 * best + axis], 4).replace('-', '\u2212')).join(', ')} µm`;
    });
    stage.addEventListener('pointerleave', () => { now.textContent = thinned; });
    const buttons = PLANES.map(one => element('button', {'aria-pressed': String(one === plane), onclick: () => {
        plane = one;
        buttons.forEach((button, k) => button.setAttribute('aria-pressed', String(PLANES[k] === plane)));
        draw();
    }}, one[0]));
    theme.onChange(draw);
    new ResizeObserver(draw).observe(stage);
    return element('section.panel.somata', {}, element('div.bar', {}, element('h2', {}, 'Somata'), element('div.choice', {}, ...buttons),
        ...populationChips(populations), now,
        saveMenu('Somata', () => ({
            width: stage.clientWidth, height: stage.clientHeight, draw: context => {
                drawInto(context, stage.clientWidth, stage.clientHeight);
                populations.forEach(({name}, p) => {
                    context.fillStyle = populationColour(populations, p);
                    context.fillText(name, 8, 16 + 16 * p);
                });
            },
            rows: () => [['population', 'member', 'x (um)', 'y (um)', 'z (um)'], ...cells.map(([p, member], i) => [populations[p].name, member, ...at.slice(3 * i, 3 * i + 3)])],
        }))), stage);
}

/** 'ampa: 2,560, mean weight 0.001, mean delay 2 ms'. */
function pathwayText(way) {
    const through = way.through ? `${way.through}: ` : '';
    if (way.coupling) return `${through}${plural(way.count, 'coupling')} by POINTER`;
    const means = [];  // an edge may have neither
    if (way.weight !== null) means.push(`, mean weight ${number(way.weight, 3).replace('-', '\u2212')}`);
    if (way.delay !== null) means.push(`, mean delay ${number(way.delay, 3)} ms`);
    return `${through}${plural(way.count, 'connection')}${means.join('')}`;
}

function connectionMatrix(network) {
    const {populations, pathways} = network;
    const sources = [...new Set(pathways.map(way => way.source))].sort((a, b) => a - b);
    const targets = [...new Set(pathways.map(way => way.target))].sort((a, b) => a - b);
    const between = new Map();
    for (const way of pathways) {
        const key = `${way.source} ${way.target}`;
        between.set(key, [...(between.get(key) || []), way]);
    }
    const sum = ways => ways.reduce((total, way) => total + way.count, 0);
    const most = Math.max(...[...between.values()].map(sum));
    const rest = 'rows: who sends; columns: who receives';
    const now = element('span.now', {}, rest);
    const fields = [];
    const restyle = () => fields.forEach(([field, n]) => {
        const level = most > 1 ? Math.log(n) / Math.log(most) : 1;
        const colour = viridis(level);
        field.style.background = css(colour);
        field.style.color = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2] > 140 ? '#000' : '#fff';
    });
    const field = (source, target) => {
        const ways = between.get(`${source} ${target}`);
        if (!ways) return element('td');
        const text = `${populations[source].name} \u2192 ${populations[target].name}`;
        const tell = () => { now.textContent = `${text}, ${ways.map(pathwayText).join('; ')}`; };
        const made = element('td.full', {tabindex: '0', title: [text, ...ways.map(pathwayText)].join('\n'), onmouseenter: tell, onfocus: tell,
            onmouseleave: () => { now.textContent = rest; }}, count(sum(ways)));
        fields.push([made, sum(ways)]);
        return made;
    };
    const table = element('table.matrix', {}, element('tr', {}, element('th'), ...targets.map(target => element('th', {}, populations[target].name))),
        ...sources.map(source => element('tr', {}, element('th', {}, populations[source].name), ...targets.map(target => field(source, target)))));
    theme.onChange(restyle);
    restyle();
    return element('section.panel.connections', {}, element('div.bar', {}, element('h2', {}, 'Connections'), now,
        saveMenu('Connections', () => ({rows: () => [['source', 'target', 'through', 'count', 'mean weight', 'mean delay (ms)'],
            ...pathways.map(way => [populations[way.source].name, populations[way.target].name, way.through, way.count, way.weight, way.delay])]}))), element('div.scroll', {}, table));
}
