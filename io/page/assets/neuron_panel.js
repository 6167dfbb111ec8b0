// The panel around the neuron: which cell, coloured by what, the key to the colours, and the card of the section pointed at.
'use strict';

/** A panel for some shapes, of which `hidden` more were left out. `traceColour(name)`: the colour of the trace of that name. */
function neuronPanel(title, shapes, hidden, traceColour) {
    const stage = element('div.stage'), key = element('div.key'), card = element('div.card'), tools = element('div.bar', {},
        element('h2', {}, title));
    const panel = element('section.panel.neuron', {}, tools, stage);
    if (!shapes.length) {
        stage.append(element('div.empty', {}, 'No shape was given to draw.'));
        return panel;
    }
    stage.append(key, card);
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
        key.replaceChildren(...(byVoltage ? voltageKey() : regionKey()));
    }

    function voltageKey() {
        const stops = Array.from({length: 17}, (_, i) => css(viridis(i / 16)));
        const ticks = element('div.ticks');
        for (let i = 0; i <= 4; i++) {
            ticks.append(element('span', {style: `bottom:${25 * i}%`}, fixed(low + (high - low) * i / 4, high - low < 8 ? 1 : 0)));
        }
        return [element('div.caption', {}, 'peak voltage (mV)'),
            element('div.ramp', {}, ticks, element('div.strip', {style: `background:linear-gradient(to top,${stops.join(',')})`}))];
    }

    function regionKey() {
        const regions = regionColours(shape.regions);
        return [element('div.swatches', {}, ...shape.regions.map((name, i) =>
            element('div', {}, name, element('i', {style: `background:${css(regions[i])}`}))))];
    }

    function showCard(piece) {
        card.hidden = piece === null;
        if (piece === null) return;
        let diameter = 0;
        const n = shape.count[piece];
        for (let i = shape.first[piece]; i < shape.first[piece + 1]; i++) diameter += shape.points[4 * i + 3] / n;
        const rows = [['region', shape.regions[shape.region[piece]]], ['diameter', `${number(diameter, 3)} µm`],
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
    tools.append(element('span.hint.grow', {}, 
        (hidden ? `${plural(hidden, 'further cell')} not drawn; ` : '') + 'drag to turn, scroll to zoom, right-drag to move'), modes);
    // The stage has no size before it is in the document.
    requestAnimationFrame(() => {
        choose(0);
        theme.onChange(repaint);
    });
    return panel;
}
