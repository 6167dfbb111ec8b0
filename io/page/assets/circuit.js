// The page of `rall inspect` for circuits: somata, connections, and what populations of nodes and edges hold.
'use strict';

const whole = x => x === null || x === undefined ? '\u2013' : Number.isInteger(x) ? count(x) : number(x, 4).replace('-', '\u2212');
/** '1 to 5, mean 3'. */
const spread = (s, units = '') => !s ? '\u2013' : s.min === s.max ? whole(s.min) + units : `${whole(s.min)} to ${whole(s.max)}${units}, mean ${whole(s.mean)}`;
/** 'hh 80, pas 20', what comes most first; the rest shows when it is pointed at. */
function counts(object) {
    const all = Object.entries(object || {}).sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${count(n)}`);
    return element('span', {title: all.join('\n')}, all.slice(0, 4).join(', ') + (all.length > 4 ? `, ${all.length - 4} others` : '') || '\u2013');
}

function rows(title, names, lines) {
    const words = names.map((_, c) => lines.every(line => /^[\d,.\u2013]*$/.test(line[c].textContent === undefined ? line[c] : line[c].textContent)) ? '' : '.words');
    return element('section.panel', {}, element('h2', {}, title), element('div.scroll', {}, element('table.data', {},
        element('tr', {}, ...names.map((name, c) => element('th' + words[c], {}, name))),
        ...lines.map(line => element('tr', {}, ...line.map((field, c) => element('td' + words[c], {}, field)))))));
}

function circuitPage(data) {
    const nodes = data.nodes || [], edges = data.edges || [], sum = (list, key) => list.reduce((total, one) => total + one[key], 0);
    const large = [];
    if (nodes.length) large.push(['populations', count(nodes.length)], ['nodes', count(sum(nodes, 'nodes'))]);
    if (data.edges) large.push(['edges', count(sum(edges, 'edges'))]);
    if (data.tstop) large.push(['duration', number(data.tstop, 5), 'ms'], ['dt', number(data.dt, 4), 'ms']);
    const parts = [head(data.title, data.subtitle), facts(large), ...networkPanels(data.network)];
    const stack = [];
    if (nodes.length) stack.push(rows('Nodes', ['population', 'nodes', 'model types', 'templates', 'morphologies'], nodes.map(one =>
        [one.population, count(one.nodes), counts(one.model_types), counts(one.templates), counts(one.morphologies)])));
    if (edges.length) stack.push(rows('Edges', ['population', 'edges', 'synapses', 'in-degree', 'out-degree', 'delay', 'weight'], edges.map(one =>
        [`${one.population}: ${one.source} \u2192 ${one.target}`, count(one.edges), counts(one.templates), spread(one.in_degree), spread(one.out_degree),
            spread(one.delay, ' ms'), spread(one.weight)])));
    for (const [key, title, set] of [['inputs', 'Inputs', 'node_set'], ['reports', 'Reports', 'cells']])
        if (data[key] && data[key].length) stack.push(rows(title, ['name', 'nodes', ''], data[key].map(one => [one.name,
            `${one[set] || 'all'}${one.nodes === undefined ? '' : ` (${count(one.nodes)})`}`,
            Object.entries(one).filter(([name]) => !['name', 'nodes', set].includes(name)).map(([name, value]) => `${name} ${value}`).join(', ')])));
    if (data.node_sets && data.node_sets.length && data.node_sets[0].nodes !== undefined)
        stack.push(rows('Node sets', ['name', 'nodes'], data.node_sets.map(one => [one.name, count(one.nodes)])));
    return [...parts, ...(stack.length ? [element('div.stack', {style: 'margin-top:20px'}, ...stack)] : []),
        element('div.columns.single', {style: 'margin-top:20px'}, findings(data.findings))];
}
