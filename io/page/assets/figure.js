// Saving what is drawn: every chart as SVG, PNG and CSV.
'use strict';

/** What drawings use of a canvas' context, written down as SVG. */
class SvgContext {
    constructor() {
        Object.assign(this, {fillStyle: '#000', strokeStyle: '#000', lineWidth: 1, globalAlpha: 1, lineCap: 'butt', lineJoin: 'miter',
            font: '12px sans-serif', textAlign: 'left', matrix: [1, 0, 0, 1, 0, 0], dash: [], inside: ''});
        this.parts = [];
        this.stack = [];
        this.beginPath();
    }

    save() {
        const {parts, stack, path, ...state} = this;
        this.stack.push(state);
    }
    restore() { Object.assign(this, this.stack.pop()); }
    translate(x, y) { this.transform(1, 0, 0, 1, x, y); }
    scale(x, y) { this.transform(x, 0, 0, y, 0, 0); }
    rotate(angle) { this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0); }
    transform(a, b, c, d, e, f) {
        const [A, B, C, D, E, F] = this.matrix;
        this.matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
    }
    at(x, y) {
        const [a, b, c, d, e, f] = this.matrix;
        return `${(a * x + c * y + e).toFixed(2)} ${(b * x + d * y + f).toFixed(2)}`;
    }

    beginPath() { this.path = []; }
    closePath() { this.path.push('Z'); }
    moveTo(x, y) { this.path.push('M' + this.at(x, y)); }
    lineTo(x, y) { this.path.push((this.path.length ? 'L' : 'M') + this.at(x, y)); }
    rect(x, y, w, h) { this.path.push(`M${this.at(x, y)}L${this.at(x + w, y)}L${this.at(x + w, y + h)}L${this.at(x, y + h)}Z`); }
    arc(x, y, radius, from, to) {
        const r = radius * Math.hypot(this.matrix[0], this.matrix[1]);
        const on = angle => this.at(x + radius * Math.cos(angle), y + radius * Math.sin(angle)), middle = (from + to) / 2;
        this.path.push(`M${on(from)}A${r} ${r} 0 0 1 ${on(middle)}A${r} ${r} 0 0 1 ${on(to)}`);
    }
    setLineDash(dash) { this.dash = dash || []; }
    clip() {
        const name = 'c' + Math.random().toString(36).slice(2);  // of its own, since figures may meet in one document
        this.inside = ` clip-path="url(#${name})"`;
        this.parts.push(`<clipPath id="${name}"><path d="${this.path.join('')}"/></clipPath>`);
    }
    fill() { this.parts.push(`<path d="${this.path.join('')}" fill="${this.fillStyle}" opacity="${this.globalAlpha}"${this.inside}/>`); }
    stroke() {
        if (!this.path.length) return;
        this.parts.push(`<path d="${this.path.join('')}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}" opacity="${this.globalAlpha}" ` +
            `stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"${this.dash.length ? ` stroke-dasharray="${this.dash.join(' ')}"` : ''}${this.inside}/>`);
    }
    fillRect(x, y, w, h) {
        const path = this.path;
        this.beginPath();
        this.rect(x, y, w, h);
        this.fill();
        this.path = path;
    }
    clearRect() {}
    measureText(text) {
        SvgContext.ruler.font = this.font;
        return SvgContext.ruler.measureText(text);
    }
    fillText(text, x, y) {
        const anchor = {center: 'middle', right: 'end'}[this.textAlign] || 'start';
        const safe = String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;');
        this.parts.push(`<text transform="matrix(${this.matrix.map(v => +v.toFixed(4)).join(' ')})" x="${x.toFixed(2)}" y="${y.toFixed(2)}" ` +
            `style="font:${this.font.replace(/"/g, '\'')}" text-anchor="${anchor}" fill="${this.fillStyle}">${safe}</text>`);
    }

    text(width, height) {
        return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${this.parts.join('\n')}</svg>`;
    }
}
SvgContext.ruler = document.createElement('canvas').getContext('2d');

const FIGURE_FONT = '12px "DejaVu Sans", Arial, sans-serif';

/** Everything on this page that can be saved: {name, svg(), png(), csv()}. */
const figures = [];

/** Those in `holder` will be replaced by others. */
const forgetFigures = holder => figures.splice(0, figures.length, ...figures.filter(({menu}) => !holder.contains(menu)));

/** [[header, ...], [value, ...], ...] as CSV. */
const csvText = rows => rows.map(row => row.map(value => {
    const text = value === null || value === undefined || Number.isNaN(value) ? '' : String(value);
    return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}).join(',')).join('\n') + '\n';

/** `name`: what the file is called. `figure()`: {width, height, draw(context), rows()}; draw may be missing (a table), and `picture()`
 *  gives a canvas where what is seen is better than what `draw` draws. */
function saveMenu(name, figure) {
    const svg = () => {
        const {width, height, draw} = figure(), context = new SvgContext();
        context.font = FIGURE_FONT;
        context.fillStyle = theme.value('panel');
        context.fillRect(0, 0, width, height);
        draw(context);
        return context.text(width, height);
    };
    const png = async () => {
        const {width, height, picture} = figure(), canvas = picture ? picture() : document.createElement('canvas');
        if (!picture) {
            const image = new Image();
            image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svg());
            await image.decode();
            const scale = Math.min(3, 8000 / Math.max(width, height));
            canvas.width = width * scale;
            canvas.height = height * scale;
            canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
        }
        return new Promise(done => canvas.toBlob(done, 'image/png'));
    };
    const csv = () => csvText(figure().rows());
    const file = `${document.title} ${name}`.replace(/[^\w.-]+/g, '_');
    const save = (content, ending, type) => {
        const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], {type}));
        const link = element('a', {href: address, download: `${file}.${ending}`});
        document.body.append(link);
        link.click();
        link.remove();
        setTimeout(() => URL.revokeObjectURL(address), 1000);
    };
    const ways = [['CSV', () => save(csv(), 'csv', 'text/csv')]];
    if (figure().draw) ways.unshift(['SVG', () => save(svg(), 'svg', 'image/svg+xml')], ['PNG', async () => save(await png(), 'png')]);
    const menu = element('details.save', {}, element('summary', {title: `save: ${name}`}, 'save'),
        ...ways.map(([label, onclick]) => element('button', {onclick, title: `save as ${label}`}, label)));
    figures.push({name, menu, csv, ...(figure().draw ? {svg, png} : {})});
    return menu;
}

/** What dygraphs draws, drawn into another context; it has no way of its own for that. */
function drawGraph(graph, plot, context) {
    const own = graph.hidden_ctx_, area = graph.getArea();
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.w, area.h);
    context.clip();
    graph.hidden_ctx_ = graph.plotter_.elementContext = context;
    try {
        graph.renderGraph_(false);
    } finally {
        graph.hidden_ctx_ = graph.plotter_.elementContext = own;
    }
    context.restore();
    const origin = plot.getBoundingClientRect();
    context.fillStyle = theme.value('soft');
    context.font = FIGURE_FONT.replace('12', '11');
    context.textAlign = 'center';
    const range = document.createRange();
    for (const label of plot.querySelectorAll('.dygraph-axis-label')) {
        range.selectNodeContents(label);
        const box = range.getBoundingClientRect();
        context.fillText(label.textContent, (box.left + box.right) / 2 - origin.left, (box.top + box.bottom) / 2 - origin.top + 4);
    }
}

/** The figure of a chart by dygraphs: title, legend, plot and axes. `legend`: [{name, colour, dash}]; `x`, `y`: what axes are called. */
function graphFigure(graph, plot, {title, legend = [], x, rows, after}) {
    const width = plot.clientWidth, entries = [];
    SvgContext.ruler.font = FIGURE_FONT;
    let left = 10, line = 0;
    for (const entry of legend) {
        const wide = 44 + SvgContext.ruler.measureText(entry.name).width;
        if (left > 10 && left + wide > width) [left, line] = [10, line + 1];
        entries.push({...entry, left, line});
        left += wide;
    }
    const top = 32 + (entries.length ? 18 * (line + 1) : 0), bottom = x ? 24 : 6;
    const draw = context => {
        context.fillStyle = theme.value('ink');
        context.font = FIGURE_FONT.replace('12', 'bold 13');
        context.fillText(title, 10, 20);
        context.font = FIGURE_FONT;
        for (const entry of entries) {
            const y = 36 + 18 * entry.line;
            context.strokeStyle = entry.colour;
            context.lineWidth = 2;
            context.setLineDash(entry.dash || []);
            context.beginPath();
            context.moveTo(entry.left, y);
            context.lineTo(entry.left + 24, y);
            context.stroke();
            context.setLineDash([]);
            context.fillStyle = theme.value('soft');
            context.fillText(entry.name, entry.left + 30, y + 4);
        }
        context.save();
        context.translate(0, top);
        drawGraph(graph, plot, context);
        if (after) after(context);
        context.restore();
        context.textAlign = 'center';
        context.fillStyle = theme.value('soft');
        context.font = FIGURE_FONT;
        if (x) context.fillText(x, width / 2, top + plot.clientHeight + 14);
    };
    return {width, height: top + plot.clientHeight + bottom, draw, rows};
}
