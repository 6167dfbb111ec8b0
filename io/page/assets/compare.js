// The page of `rall compare`: the potential of one place in all variants, and what is measured of it beside the first.
'use strict';

function comparePage(data) {
    const names = data.variants.map(variant => variant.name);
    const series = data.traces.map((trace, v) => {
        const y = floats(trace.values);
        return {name: names[v], y, x: Array.from(y, (_, k) => Number((trace.start + k * trace.dt).toFixed(4))), colour: () => theme.colour('traces', v), dash: DASHES[v % DASHES.length],
            line: 1.3, always: true};
    });
    const chart = lineChart({title: `v of ${data.place}`, x: 'time (ms)', y: 'v (mV)', series, height: 320, options: {highlightCircleSize: 0}});
    const columns = [{name: 'feature'}, {name: 'unit'},
        ...names.flatMap((name, v) => v ? [{name}, {name: `change of ${name}`, label: 'change', title: `${name} less ${names[0]}`, text: value => (value > 0 ? '+' : '') + signed(value)}] : [{name}]),
        {name: 'meaning'}];
    const rows = data.features.filter(feature => feature.values.some(value => value !== null)).map(feature => [feature.name, feature.units,
        ...names.flatMap((_, v) => v ? [feature.values[v], feature.changes[v]] : [feature.values[v]]), feature.meaning]);
    const table = tablePanel('Differences', columns, rows, {hint: `from ${names[0]}; each variant is one deterministic run, so that numbers have no error of their own`});
    return [head(data.title, data.subtitle), facts([['variants', String(names.length)], ['measured at', data.place], ['run', number(data.tstop_ms), 'ms'], ['threshold', signed(data.threshold_mV), 'mV']]),
        element('div.stack', {}, element('section.panel', {}, chart), table, findings(data.findings))];
}
