// Tables that can be sorted, scrolled and saved, and whose rows may lead somewhere.
'use strict';

/**
 * `columns`: [{name, label (how it is written, else its name), units, text(value, row, its error), error (its standard error stands so many columns on), hidden (only saved)}]; `rows`: [[value, ...]]; numbers stand to the right. Click a column's name to sort by it.
 * `onRow(index)`: what a row leads to. Of many rows the first are shown until the rest is asked for.
 */
function dataTable(name, columns, rows, {onRow = null, height = 0, most = 500} = {}) {
    const numeric = columns.map((_, c) => rows.every(row => row[c] === null || typeof row[c] === 'number'));
    let order = rows.map((_, i) => i), sorted = -1, down = false, shown = most, chosen = -1;
    const isKnown = value => !(value === null || value === undefined || Number.isNaN(value));
    const show = (row, c) => {
        const value = row[c], {text, error} = columns[c];
        if (!isKnown(value)) return '\u2013';
        const own = error && isKnown(row[c + error]) ? row[c + error] : 0;
        return text ? text(value, row, own) : typeof value === 'number' ? withError(value, own) : value;
    };
    const seen = columns.map((_, c) => c).filter(c => !columns[c].hidden);
    const body = element('tbody'), rest = element('p.hint');
    const heads = seen.map(c => [c, columns[c]]).map(([c, column]) => element('th' + (numeric[c] ? '' : '.words'), {}, element('button', {title: column.title || 'sort', onclick: () => {
        down = sorted === c && !down;
        sorted = c;
        const less = (a, b) => numeric[c] ? a - b : String(a).localeCompare(String(b), 'en', {numeric: true});
        order = rows.map((_, i) => i).sort((i, j) => {
            const a = rows[i][c], b = rows[j][c];
            return !isKnown(a) || !isKnown(b) ? isKnown(b) - isKnown(a) : (down ? -less(a, b) : less(a, b)) || i - j;
        });
        heads.forEach((head, k) => head.setAttribute('aria-sort', seen[k] !== c ? 'none' : down ? 'descending' : 'ascending'));
        fill();
    }}, breakable(column.label || column.name), column.units ? element('span.units', {}, ` (${column.units})`) : null)));
    const go = i => {
        chosen = i;
        mark();
        onRow(i);
    };
    const mark = () => [...body.children].forEach(row => row.setAttribute('aria-selected', String(Number(row.dataset.row) === chosen)));
    function fill() {
        body.replaceChildren(...order.slice(0, shown).map(i => {
            const row = element('tr', {'data-row': i}, ...seen.map(c => element('td' + (numeric[c] ? '' : '.words'), {}, show(rows[i], c))));
            if (onRow) {
                row.classList.add('leads');
                row.tabIndex = 0;
                row.addEventListener('click', () => go(i));
                row.addEventListener('keydown', event => { if (event.key === 'Enter') go(i); });
            }
            return row;
        }));
        mark();
        rest.hidden = rows.length <= shown;
        rest.replaceChildren(`the first ${count(Math.min(shown, rows.length))} of ${count(rows.length)} rows; `,
            element('button.link', {onclick: () => { shown = rows.length; fill(); }}, 'show all'));
    }
    fill();
    const menu = saveMenu(name, () => ({rows: () => [columns.map(({name: n, units}) => units ? `${n} (${units})` : n), ...rows]}));
    const table = element('div.scroll', {tabindex: '0', style: height ? `max-height:${height}px;overflow-y:auto` : ''},
        element('table.data.sortable', {}, element('thead', {}, element('tr', {}, ...heads)), body));
    return {table, menu, rest, choose: i => { chosen = i; mark(); }};
}

/** A panel around such a table. */
function tablePanel(title, columns, rows, options = {}) {
    const {table, menu, rest, choose} = dataTable(title, columns, rows, options);
    const panel = element('section.panel', {}, element('div.bar', {}, element('h2', {}, title), options.hint ? element('span.hint.grow', {}, options.hint) : element('span.grow'), menu), table, rest);
    panel.choose = choose;
    return panel;
}
