// Light and dark, and the colours that drawings take from the style sheet.
'use strict';

const theme = {
    listeners: [],
    /** Light or dark: as the page's address says (#dark), else as the reader's system prefers. */
    start() {
        const wish = location.hash === '#dark' ? 'dark' : location.hash === '#light' ? 'light' : null;
        const system = window.matchMedia('(prefers-color-scheme: dark)');
        this.set(wish || (system.matches ? 'dark' : 'light'));
        system.addEventListener('change', () => this.set(system.matches ? 'dark' : 'light'));
    },
    set(name) {
        this.name = name;
        document.documentElement.dataset.theme = name;
        this.listeners.forEach(listener => listener());
    },
    toggle() { this.set(this.name === 'dark' ? 'light' : 'dark'); },
    onChange(listener) { this.listeners.push(listener); },
    value(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); },
    colour(list, index) {
        const colours = this.value(list).split(/\s+/);
        return colours[index % colours.length];
    },
};

/** Line patterns: of as many lines as there are colours each has its own colour, the next ones are dashed, and so on. */
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [14, 4]];
const dashOf = index => DASHES[Math.floor(index / theme.value('traces').split(/\s+/).length) % DASHES.length];

/** '#rrggbb' -> [r, g, b], 0 to 255. */
function rgb(hex) {
    const n = parseInt(hex.slice(1), 16);
    return [n >> 16, (n >> 8) & 255, n & 255];
}

// The viridis colour map (Smith & van der Walt, CC0): perceptually even, readable without red and green.
const VIRIDIS = ['#440154', '#48186a', '#472d7b', '#424086', '#3b528b', '#33638d', '#2c728e', '#26828e', '#21918c', '#1fa088',
    '#28ae80', '#3fbc73', '#5ec962', '#84d44b', '#addc30', '#d8e219', '#fde725'].map(rgb);

/** The colour for 0 <= t <= 1, within the part of the map that stands out from the theme's background. */
function viridis(t) {
    const from = Number(theme.value('ramp-from')), to = Number(theme.value('ramp-to'));
    const x = (from + (to - from) * Math.min(1, Math.max(0, t))) * (VIRIDIS.length - 1);
    const i = Math.min(VIRIDIS.length - 2, Math.floor(x));
    return VIRIDIS[i].map((c, k) => c + (VIRIDIS[i + 1][k] - c) * (x - i));
}

/** One colour per region name: the four usual ones have their own, others take turns. */
function regionColours(regions) {
    let other = 0;
    return regions.map(name => rgb(['soma', 'axon', 'dend', 'apic'].includes(name) ? theme.value(name) : theme.colour('others', other++)));
}

const css = colour => `rgb(${colour.map(Math.round).join(',')})`;
