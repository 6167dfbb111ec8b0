// Building elements and writing numbers. Text goes in as text, never as HTML.
'use strict';

/** element('p.hint', {title: '...'}, child, 'text', ...) */
function element(kind, attributes = {}, ...children) {
    const [tag, ...classes] = kind.split('.');
    const node = document.createElement(tag || 'div');
    if (classes.length) node.className = classes.join(' ');
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
        else if (name === 'style') node.style.cssText = value;
        else node.setAttribute(name, value);
    }
    node.append(...children.filter(child => child !== null && child !== undefined));
    return node;
}

/** A long name, which may break behind its words. */
const breakable = name => name.replace(/([_./])/g, '$1\u200b');

const count = n => Math.round(n).toLocaleString('en-US');
const plural = (n, thing) => `${count(n)} ${thing}${n === 1 ? '' : 's'}`;

/** A number for reading: `digits` significant ones, thousands set apart, no needless zeros. */
function number(x, digits = 4) {
    if (x === null || !Number.isFinite(x)) return 'not known';
    if (x === 0) return '0';
    const size = Math.abs(x);
    if (size >= 1e9 || size < 1e-4) return x.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace('e+', 'e');
    if (Number.isInteger(x)) return x.toLocaleString('en-US');
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    return x.toLocaleString('en-US', {maximumFractionDigits: decimals});
}

/** The same with a proper minus, and a dash for what is not known. */
const signed = (x, digits = 4) => x === null || x === undefined || !Number.isFinite(x) ? '\u2013' : number(x, digits).replace('-', '\u2212');

const fixed = (x, decimals) => x.toFixed(decimals).replace('-', '\u2212');

/** '−18.0 ± 1.2': both to the place of the error's second digit; without an error to four digits. */
function withError(x, error) {
    if (!Number.isFinite(x) || !(error > 0)) return signed(x);
    const decimals = 1 - Math.floor(Math.log10(error));
    if (decimals > 7 || decimals < 0) return `${signed(x)} ± ${number(error, 2)}`;
    const rounded = Number(x.toFixed(decimals));  // -0 is 0
    return `${fixed(rounded === 0 ? 0 : rounded, decimals)} ± ${fixed(error, decimals)}`;
}

/** [value, unit] of a time given in seconds. */
function duration(s) {
    if (s >= 120) return [number(s / 60, 3), 'min'];
    if (s >= 1 || s === 0) return [number(s, 3), 's'];
    return s >= 1e-3 ? [number(s * 1e3, 3), 'ms'] : [number(s * 1e6, 3), 'µs'];
}

function bytes(n) {
    const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
    let k = 0;
    for (; n >= 1024 && k < units.length - 1; k++) n /= 1024;
    return [number(n, 3), units[k]];
}

/** Base64 of little-endian 32-bit floats -> Float32Array. */
function floats(base64) {
    const binary = atob(base64);
    const raw = new Uint8Array(binary.length);
    for (let i = 0; i < raw.length; i++) raw[i] = binary.charCodeAt(i);
    return new Float32Array(raw.buffer);
}

const POINT_MARKS = ['M17 5a3 3 0 1 1 -6 0a3 3 0 1 1 6 0', 'M11.2 2.2h5.6v5.6h-5.6z', 'M14 1l3.6 7h-7.2z', 'M14 .8l4.2 4.2l-4.2 4.2l-4.2 -4.2z'];

/** A piece of line as it is drawn in a chart, with its kind of point (chart.js) if it has points: beside names in legends. */
function lineSample(colour, dash = [], shape = undefined) {
    const sample = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    sample.setAttribute('class', 'sample');
    const restyle = () => {
        sample.innerHTML = `<path d="M1 5H27" fill="none" stroke="${colour()}" stroke-width="2.2" stroke-dasharray="${dash.join(' ')}"/>` + (shape === undefined ? '' :
            `<path d="${POINT_MARKS[shape % POINT_MARKS.length]}" stroke="${colour()}" stroke-width="1.5" fill="${shape ? theme.value('panel') : colour()}"/>`);
    };
    theme.onChange(restyle);
    restyle();
    return sample;
}

/** "V1/2 (mV)", or the name alone. */
const withUnits = (name, units) => units ? `${name} (${units})` : name;
