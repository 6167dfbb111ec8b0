// What is wrong with the layout of a page, as a list of sentences: evaluated in the browser (layout.py). Boxes are those that are seen: what
// a scroller hides is none.
(() => {
    const wrong = [], slack = 1.5;
    const say = (what, ...nodes) => wrong.push(`${what}: ${nodes.map(node => `"${(node.textContent || node.className || node.tagName).trim().slice(0, 50)}"`).join(' and ')}`);
    const visible = node => node.checkVisibility({visibilityProperty: true}) && node.getClientRects().length > 0;
    const clipped = (box, by) => ({left: Math.max(box.left, by.left), right: Math.min(box.right, by.right), top: Math.max(box.top, by.top), bottom: Math.min(box.bottom, by.bottom)});
    const isEmpty = box => box.right - box.left < 1 || box.bottom - box.top < 1;
    const scroller = node => node.closest('.scroll, pre');

    // Nothing runs out of the page, or of the panel that it stands in.
    if (document.documentElement.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);
    const texts = [];
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, parent = node.parentElement;
        if (!node.textContent.trim() || parent.closest('select, script, .card[hidden]') || !visible(parent)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const rect of range.getClientRects()) {
            let box = rect;
            const by = scroller(parent);
            if (by) box = clipped(box, by.getBoundingClientRect());
            else {
                const panel = parent.closest('.panel, header, .facts div');
                const room = panel && panel.getBoundingClientRect();
                if (rect.left < -slack || rect.right > innerWidth + slack) say('runs out of the page', parent);
                else if (room && (rect.left < room.left - slack || rect.right > room.right + slack)) say('runs out of its panel', parent);
            }
            if (!isEmpty(box)) texts.push({box, parent, head: parent.closest('thead')});
        }
    }

    // No text lies over another. Sticky heads of tables lie over the rows that scroll under them.
    texts.sort((a, b) => a.box.top - b.box.top);
    texts.forEach((one, i) => {
        for (let k = i + 1; k < texts.length && texts[k].box.top < one.box.bottom - slack; k++) {
            const two = texts[k];
            if (one.parent === two.parent || !one.head !== !two.head) continue;
            const both = clipped(one.box, two.box);
            if (both.right - both.left > slack && both.bottom - both.top > 2 * slack) say('lie over each other', one.parent, two.parent);
        }
    });

    // Nothing is cut: what hides what is too large has nothing too large.
    for (const node of document.querySelectorAll('main *')) {
        if (!visible(node) || node.closest('svg, .plot')) continue;  // of plots below
        const style = getComputedStyle(node);
        if (!['hidden', 'clip'].includes(style.overflowX) && !['hidden', 'clip'].includes(style.overflowY)) continue;
        if (node.scrollWidth > node.clientWidth + slack || node.scrollHeight > node.clientHeight + slack) say(`cut (${node.scrollWidth} x ${node.scrollHeight} in ${node.clientWidth} x ${node.clientHeight})`, node);
    }
    for (const label of document.querySelectorAll('.plot .dygraph-axis-label')) {
        const range = document.createRange();
        range.selectNodeContents(label);
        const box = range.getBoundingClientRect(), room = label.closest('.plot').getBoundingClientRect();
        if (box.left < room.left - slack || box.right > room.right + slack || box.bottom > room.bottom + slack) say('a label runs out of its chart', label);
    }

    // Panels keep apart, and none is a large empty box.
    const panels = [...document.querySelectorAll('.panel')].filter(panel => visible(panel) && !panel.parentElement.closest('.panel'));
    panels.forEach((one, i) => panels.slice(i + 1).forEach(two => {
        if (!isEmpty(clipped(one.getBoundingClientRect(), two.getBoundingClientRect()))) say('panels lie over each other', one, two);
    }));
    for (const panel of panels) {
        const last = Math.max(...[...panel.querySelectorAll('*')].filter(visible).map(node => node.getBoundingClientRect().bottom));
        if (panel.getBoundingClientRect().bottom - last > 160) say(`${Math.round(panel.getBoundingClientRect().bottom - last)} empty pixels at the end of a panel`, panel);
    }

    // The whole neuron is in sight, and its labels keep apart.
    for (const stage of document.querySelectorAll('.stage')) {
        const view = stage.view, [w, h] = view.size(), at = view.project(), {points, low, high} = view.shape;
        for (let i = 0; i < at.length / 3; i++) {
            const x = at[3 * i], y = at[3 * i + 1], r = points[4 * i + 3] / 2 / view.scale();
            if (x - r < 0 || x + r > w || y - r < 0 || y + r > h) {
                wrong.push(`the neuron is cut at ${x}, ${y} in ${w} x ${h}`);
                break;
            }
        }
        const wide = (high[0] - low[0]) / view.scale() / w, tall = (high[1] - low[1]) / view.scale() / h;
        if (Math.max(wide, tall) < 0.7) wrong.push(`the neuron fills only ${wide} by ${tall} of its stage`);
        view.labels.forEach((one, i) => {
            if (one[0] < 0 || one[2] > w || one[1] < 0 || one[3] > h) wrong.push(`a label is cut: ${one} in ${w} x ${h}`);
            view.labels.slice(i + 1).forEach(two => {
                if (Math.min(one[2], two[2]) - Math.max(one[0], two[0]) > 1 && Math.min(one[3], two[3]) - Math.max(one[1], two[1]) > 1) wrong.push(`labels lie over each other: ${one} and ${two}`);
            });
        });
    }
    return [...new Set(wrong)].slice(0, 20);
})()
