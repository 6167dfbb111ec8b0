// The panel around the neuron: which cell, coloured by what, the key to the colours, and the card of the section pointed at.
'use strict';

/** A panel for some shapes, of which `hidden` more were left out. `traceColour(name)`: the colour of the trace of that name. */
function neuronPanel(title, shapes, hidden, traceColour) {
    const stage = element('div.stage'), key = element('div.key'), card = element('div.card'), tools = element('div.bar', {},
        element('h2', {}, title));
    const panel = element('section.panel.neuron', {}, tools, key, stage);
    if (!shapes.length) {
        stage.append(element('div.empty', {}, 'No shape was given to draw.'));
        return panel;
    }
    stage.append(card);
    card.hidden = true;

    let shape, byVoltage, low, high;
    const view = new NeuronView(stage, piece => showCard(piece));

    const values = () => shape.peak;
    const hasVoltage = () => values().some(v => v !== null);

    function colours() {
        const regions = regionColours(shape.regions);
        if (!byVoltage) return shape.region.map(region => regions[region]);
        const unknown = rgb(theme.value('line'));
        return values().map(v => v === null ? unknown : viridis((v - low) / (high - low || 1)));
    }

    function repaint() {
        view.paint(colours());
        key.replaceChildren(...(byVoltage ? voltageKey() : regionKey()), hint);
    }

    function voltageKey() {
        const stops = Array.from({length: 17}, (_, i) => css(viridis(i / 16))), end = v => fixed(v, high - low < 8 ? 1 : 0);
        return [element('span', {}, 'peak voltage (mV)'), element('span.ramp', {}, element('span', {}, end(low)),
            element('i.strip', {style: `background:linear-gradient(to right,${stops.join(',')})`}), element('span', {}, end(high)))];
    }

    function regionKey() {
        const regions = regionColours(shape.regions);
        return shape.regions.map((name, i) => element('span.swatch', {}, element('i', {style: `background:${css(regions[i])}`}), name));
    }

    function showCard(piece) {
        card.hidden = piece === null;
        if (piece === null) return;
        const rows = [['region', shape.regions[shape.region[piece]]], ['diameter', `${number(meanDiameter(shape, piece), 3)} µm`],
            ...(shape.distance[piece] === null ? [] : [['from soma', `${number(shape.distance[piece], 3)} µm`]])];
        if (values()[piece] !== null) rows.push(['peak', `${fixed(values()[piece], 1)} mV`]);
        card.replaceChildren(element('b', {}, `${shape.sections[shape.section[piece]]}(${number(shape.position[piece], 2)})`),
            element('table', {}, ...rows.map(row => element('tr', {}, ...row.map(text => element('td', {}, text))))));
    }

    function choose(index) {
        shape = decodeShape(shapes[index]);
        shape.markers.forEach(marker => {
            marker.colour = () => (marker.trace && traceColour(marker.trace)) || theme.value('ink');
        });
        const known = values().filter(v => v !== null);
        low = Math.min(...known);
        high = Math.max(...known);
        byVoltage = hasVoltage();
        card.hidden = true;
        view.show(shape);
        modes.replaceChildren(...(byVoltage ? modeButtons() : []));
        modes.hidden = !byVoltage;
        const further = shape.markers.length - MOST_LABELS;
        hint.textContent = [hidden && `${plural(hidden, 'further cell')} not drawn`, further > 0 && `labels of ${MOST_LABELS} of ${count(shape.markers.length)} places`,
            'drag to turn, scroll to zoom, right-drag to move'].filter(Boolean).join('; ');
        repaint();
    }

    function modeButtons() {
        return [['peak voltage', true], ['region', false]].map(([label, mode]) => element('button', {
            'aria-pressed': String(byVoltage === mode),
            onclick: () => {
                byVoltage = mode;
                modes.replaceChildren(...modeButtons());
                repaint();
            },
        }, label));
    }

    const modes = element('div.choice');
    if (shapes.length > 1) {
        tools.append(element('select', {'aria-label': 'cell', onchange: event => choose(event.target.selectedIndex)},
            ...shapes.map(s => element('option', {}, s.name))));
    }
    const hint = element('span.hint');
    tools.append(element('span.grow'), modes);
    // The stage has no size before it is in the document.
    requestAnimationFrame(() => {
        choose(0);
        theme.onChange(repaint);
        tools.append(saveMenu(title, () => view.figure()));
    });
    panel.view = view;
    return panel;
}

/** All sections of the shape as a table; its rows point at them in the picture. */
function sectionPanel(raw, view) {
    const shape = decodeShape(raw), sections = sectionsOf(shape);
    const columns = [{name: 'section'}, {name: 'region'}, {name: 'length', units: 'µm'}, {name: 'area', units: 'µm²'}, {name: 'mean diameter', units: 'µm'},
        {name: 'distance', units: 'µm', title: 'path from the soma to its middle'}, {name: 'compartments', label: 'compart\u00adments'}];
    return tablePanel('Sections', columns, sections.map(one => [one.name, one.region, one.length, one.area, one.length > 0 ? one.area / Math.PI / one.length : null,
        one.distance, one.pieces]), {height: 420, most: 200, hint: 'a row points at its section', onRow: i => view().setHovered(sections[i].first)});
}
