// The neuron in space: tubes of the real diameters, drawn by WebGL or, where there is none, as lines on a plain canvas.
// The projection is parallel, so that one scale bar holds for the whole picture.
'use strict';

const THINNEST = 1.6;  // pixels: thinner branches are drawn this wide, so that none vanishes
const MARGIN = {side: 22, top: 22, bottom: 52};  // pixels around the whole neuron; the scale bar is at the bottom
const MOST_LABELS = 12;

const TUBE_VERTEX = `
    attribute float radius;
    attribute vec3 colour;
    uniform float least;
    varying vec3 vNormal, vColour;
    varying float vDepth;
    void main() {
        vec4 seen = modelViewMatrix * vec4(position + normal * max(radius, least), 1.0);
        vNormal = normalMatrix * normal;
        vColour = colour;
        vDepth = -seen.z;
        gl_Position = projectionMatrix * seen;
    }`;

const TUBE_FRAGMENT = `
    uniform vec3 background;
    uniform float near, far, haze;
    varying vec3 vNormal, vColour;
    varying float vDepth;
    void main() {
        vec3 n = normalize(gl_FrontFacing ? vNormal : -vNormal);
        float light = 0.62 + 0.33 * max(0.0, dot(n, normalize(vec3(-0.4, 0.7, 0.6)))) + 0.12 * n.z;
        float distant = haze * smoothstep(near, far, vDepth);
        gl_FragColor = vec4(mix(vColour * light, background, distant), 1.0);
    }`;

class NeuronView {
    /** `stage`: the element to fill. `onPick(piece or null, pinned)` tells what the pointer is on. */
    constructor(stage, onPick) {
        this.stage = stage;
        this.onPick = onPick;
        this.camera = new THREE.OrthographicCamera(-1, 1, 1, -1, 0, 1);
        this.canvas = element('canvas.below');
        this.over = element('canvas.over');
        stage.append(this.canvas, this.over);
        try {
            this.renderer = new THREE.WebGLRenderer({canvas: this.canvas, antialias: true, preserveDrawingBuffer: true});
            this.scene = new THREE.Scene();
        } catch (error) {
            this.renderer = null;  // no WebGL on this machine
            this.canvas.replaceWith(this.canvas = element('canvas.below'));
        }
        stage.dataset.drawing = this.renderer ? 'webgl' : 'canvas';
        this.controls = new THREE.OrbitControls(this.camera, stage);
        this.controls.screenSpacePanning = true;
        this.controls.enableKeys = false;
        this.controls.addEventListener('start', () => { this.moved = true; });
        stage.addEventListener('wheel', () => { this.moved = true; });
        this.controls.addEventListener('change', () => this.draw());
        this.hovered = this.pinned = null;
        stage.addEventListener('pointermove', event => this.hover(event));
        stage.addEventListener('pointerleave', () => this.setHovered(null));
        stage.addEventListener('pointerdown', event => { this.pressed = [event.clientX, event.clientY]; });
        stage.addEventListener('pointerup', event => {
            if (Math.hypot(event.clientX - this.pressed[0], event.clientY - this.pressed[1]) < 4) this.pin(this.pieceAt(event));
        });
        stage.addEventListener('dblclick', () => this.frame());
        // Until the reader moves it, the whole neuron stays in sight whatever the stage's size becomes.
        new ResizeObserver(() => this.moved ? this.resize() : this.frame()).observe(stage);
        stage.view = this;
    }

    show(shape) {
        this.shape = shape;
        this.hovered = this.pinned = null;
        this.centre = shape.low.map((low, k) => (low + shape.high[k]) / 2);
        this.reach = Math.max(1, Math.hypot(...shape.low.map((low, k) => shape.high[k] - low)) / 2);
        if (this.renderer) this.buildMesh();
        this.frame();
    }

    buildMesh() {
        const data = tubes(this.shape, this.centre);
        if (this.mesh) {
            this.scene.remove(this.mesh);
            this.mesh.geometry.dispose();
            this.mesh.material.dispose();
        }
        const geometry = new THREE.BufferGeometry();
        const attribute = (name, array, size, normalised) => geometry.setAttribute(name, new THREE.BufferAttribute(array, size, normalised));
        attribute('position', data.position, 3);
        attribute('normal', data.normal, 3);
        attribute('radius', data.radius, 1);
        attribute('colour', new Uint8Array(data.position.length), 3, true);
        geometry.setIndex(new THREE.BufferAttribute(data.index, 1));
        this.vertexPiece = data.piece;
        const material = new THREE.ShaderMaterial({
            vertexShader: TUBE_VERTEX, fragmentShader: TUBE_FRAGMENT, side: THREE.DoubleSide,
            uniforms: {least: {value: 0}, background: {value: new THREE.Color()}, near: {value: 0}, far: {value: 1}, haze: {value: 0}},
        });
        this.mesh = new THREE.Mesh(geometry, material);
        this.mesh.frustumCulled = false;
        this.scene.add(this.mesh);
    }

    /** One colour ([r, g, b], 0 to 255) per piece. */
    paint(colours) {
        this.colours = colours;
        if (this.renderer) {
            const attribute = this.mesh.geometry.getAttribute('colour');
            for (let v = 0; v < this.vertexPiece.length; v++) attribute.array.set(colours[this.vertexPiece[v]], 3 * v);
            attribute.needsUpdate = true;
        }
        this.draw();
    }

    /** The whole neuron upright in the middle, seen from the front. */
    frame() {
        const [w, h] = this.size();
        if (!this.shape || !w || !h) return;
        const extent = this.shape.low.map((low, k) => Math.max(1, this.shape.high[k] - low));
        const [wide, high] = [w - 2 * MARGIN.side, h - MARGIN.top - MARGIN.bottom].map(free => Math.max(40, free));
        this.moved = false;
        this.camera.zoom = 1;
        this.height = h * Math.max(extent[1] / high, extent[0] / wide);  // um from top to bottom
        this.rise = (MARGIN.bottom - MARGIN.top) / 2 / h;  // of the middle, as part of the height
        this.camera.position.set(0, 0, 3 * this.reach);
        this.camera.near = 0;
        this.camera.far = 6 * this.reach;
        this.controls.target.set(0, 0, 0);
        this.controls.minZoom = 0.3;
        this.controls.maxZoom = 400;
        this.resize();
        this.controls.update();
    }

    size() { return [this.stage.clientWidth, this.stage.clientHeight]; }

    /** um per pixel, the same everywhere. */
    scale() { return this.height / this.camera.zoom / this.size()[1]; }

    resize() {
        const [w, h] = this.size();
        if (!this.height || !w || !h) return;
        const ratio = Math.min(2, window.devicePixelRatio || 1);
        const c = this.camera;
        c.top = this.height * (0.5 - this.rise);
        c.bottom = -this.height * (0.5 + this.rise);
        c.right = this.height / 2 * w / h;
        c.left = -c.right;
        c.updateProjectionMatrix();
        if (this.renderer) {
            this.renderer.setPixelRatio(ratio);
            this.renderer.setSize(w, h, false);
        }
        for (const canvas of this.renderer ? [this.over] : [this.canvas, this.over]) {
            canvas.width = w * ratio;
            canvas.height = h * ratio;
            canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
        }
        this.draw();
    }

    draw() {
        if (this.due || !this.colours) return;
        this.due = true;
        requestAnimationFrame(() => {
            this.due = false;
            this.camera.updateMatrixWorld();
            if (this.renderer) this.drawTubes();
            else this.drawLines();
            this.drawOver();
        });
    }

    drawTubes() {
        const background = new THREE.Color(theme.value('stage'));
        const u = this.mesh.material.uniforms;
        u.least.value = this.scale() * THINNEST / 2;
        u.background.value.copy(background);
        const middle = this.camera.position.distanceTo(this.controls.target);
        u.near.value = middle - 0.2 * this.reach;
        u.far.value = middle + this.reach;
        u.haze.value = Number(theme.value('haze'));
        this.renderer.setClearColor(background);
        this.renderer.render(this.scene, this.camera);
    }

    /** Pixels x, y and depth (0 near, 1 far) of every point. */
    project() {
        const [w, h] = this.size();
        const e = new THREE.Matrix4().multiplyMatrices(this.camera.projectionMatrix, this.camera.matrixWorldInverse).elements;
        const P = this.shape.points, n = P.length / 4, out = new Float32Array(3 * n);
        for (let i = 0; i < n; i++) {
            const x = P[4 * i] - this.centre[0], y = P[4 * i + 1] - this.centre[1], z = P[4 * i + 2] - this.centre[2];
            out[3 * i] = (e[0] * x + e[4] * y + e[8] * z + e[12] + 1) / 2 * w;
            out[3 * i + 1] = (1 - (e[1] * x + e[5] * y + e[9] * z + e[13])) / 2 * h;
            out[3 * i + 2] = (e[2] * x + e[6] * y + e[10] * z + e[14] + 1) / 2;
        }
        return out;
    }

    /** Calls visit(piece, i) for each piece and each i with a frustum from point i to point i + 1. */
    eachFrustum(visit) {
        const {first, pieces} = this.shape;
        for (let p = 0; p < pieces; p++) for (let i = first[p]; i < first[p + 1] - 1; i++) visit(p, i);
    }

    drawLines(context = this.canvas.getContext('2d')) {
        const [w, h] = this.size(), at = this.project(), perPixel = this.scale();
        context.fillStyle = theme.value('stage');
        context.fillRect(0, 0, w, h);
        const lines = [];
        this.eachFrustum((p, i) => lines.push([at[3 * i + 2], p, i]));
        lines.sort((a, b) => b[0] - a[0]);
        for (const [, p, i] of lines) {
            context.strokeStyle = css(this.colours[p]);
            context.lineWidth = Math.max(THINNEST, (this.shape.points[4 * i + 3] + this.shape.points[4 * i + 7]) / 2 / perPixel);
            context.lineCap = context.lineWidth > 6 ? 'butt' : 'round';  // round ends close joints, and would make a soma longer
            context.beginPath();
            context.moveTo(at[3 * i], at[3 * i + 1]);
            context.lineTo(at[3 * i + 3], at[3 * i + 4]);
            context.stroke();
        }
    }

    /** Scale bar, probes, and the section under the pointer. */
    drawOver(context = this.over.getContext('2d')) {
        const [w, h] = this.size();
        context.clearRect(0, 0, w, h);
        context.font = FIGURE_FONT;
        this.drawSelection(context);
        this.labels = [[14, h - 46, 130, h]];  // boxes that labels keep off, the scale bar's first
        this.drawMarkers(context);
        const most = 0.28 * w * this.scale();
        const power = 10 ** Math.floor(Math.log10(most));
        const length = power * (most / power >= 5 ? 5 : most / power >= 2 ? 2 : 1);
        const pixels = length / this.scale();
        context.font = FIGURE_FONT;
        this.drawText(context, length >= 1000 ? `${length / 1000} mm` : `${number(length)} µm`, 20, h - 31, theme.value('soft'));
        context.fillRect(20, h - 24, pixels, 2.5);
    }

    /** Text that stays readable on top of branches. */
    drawText(context, text, x, y, colour) {
        context.fillStyle = theme.value('stage');
        context.globalAlpha = 0.8;
        context.fillRect(x - 4, y - 13, context.measureText(text).width + 8, 17);
        context.globalAlpha = 1;
        context.fillStyle = colour;
        context.fillText(text, x, y);
    }

    drawSelection(context) {
        const chosen = this.hovered !== null ? this.hovered : this.pinned;
        if (chosen === null) return;
        const at = this.project(), {section, first, pieces} = this.shape, perPixel = this.scale();
        context.strokeStyle = theme.value('ink');
        context.lineCap = 'round';
        for (let p = 0; p < pieces; p++) {
            if (section[p] !== section[chosen]) continue;
            context.globalAlpha = p === chosen ? 0.85 : 0.28;
            context.beginPath();
            let widest = 0;
            for (let i = first[p]; i < first[p + 1]; i++) {
                context.lineTo(at[3 * i], at[3 * i + 1]);
                widest = Math.max(widest, this.shape.points[4 * i + 3] / perPixel);
            }
            context.lineWidth = Math.min(4, Math.max(2.2, widest));
            context.stroke();
        }
        context.globalAlpha = 1;
    }

    /** Probes, which have a trace, are dots; electrodes and synapses are rings around them. */
    drawMarkers(context) {
        const [w, h] = this.size();
        const place = marker => {
            const p = new THREE.Vector3(...marker.at.map((x, k) => x - this.centre[k])).project(this.camera);
            return [(p.x + 1) / 2 * w, (1 - p.y) / 2 * h];
        };
        const probesFirst = [...this.shape.markers].sort((a, b) => Boolean(b.trace) - Boolean(a.trace));
        for (const marker of [...probesFirst].reverse()) {
            context.lineWidth = 2;
            context.beginPath();
            context.arc(...place(marker), marker.trace ? 5 : 8, 0, 2 * Math.PI);
            context.fillStyle = marker.colour();
            context.strokeStyle = marker.trace ? theme.value('stage') : marker.colour();
            if (marker.trace) context.fill();
            context.stroke();
        }
        for (const marker of probesFirst.slice(0, MOST_LABELS)) {
            const [x, y] = place(marker), width = context.measureText(marker.label).width;
            const spot = this.freeSpot(x, y, width, w, h);
            if (!spot) continue;
            this.labels.push([spot[0] - 4, spot[1] - 1, spot[0] + width + 4, spot[1] + 16]);
            this.drawText(context, marker.label, spot[0], spot[1] + 12, marker.colour());
        }
    }

    /** Left and top of a place for a label beside (x, y) that is within the stage and covers no other; null where there is none near. */
    freeSpot(x, y, width, w, h) {
        for (let step = 0; step < 10; step++)
            for (const top of step ? [y - 8 + 17 * step, y - 8 - 17 * step] : [y - 8])
                for (const left of [x + 12, x - 12 - width]) {
                    if (left < 6 || left + width > w - 6 || top < 4 || top > h - 20) continue;
                    const free = ([l, t, r, b]) => left - 4 >= r || left + width + 4 <= l || top - 1 >= b || top + 16 <= t;
                    if (this.labels.every(free)) return [left, top];
                }
        return null;
    }

    /** What is seen, as a figure to be saved: lines as SVG, the tubes as PNG, the pieces as CSV. */
    figure() {
        const [width, height] = this.size(), {shape} = this;
        const value = v => v === null ? '' : v;
        return {
            width, height,
            draw: context => {
                this.drawLines(context);
                this.drawOver(context);
                this.drawOver();
            },
            picture: () => {
                const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
                [canvas.width, canvas.height] = [this.over.width, this.over.height];
                context.drawImage(this.canvas, 0, 0, canvas.width, canvas.height);
                context.drawImage(this.over, 0, 0);
                return canvas;
            },
            rows: () => [['section', 'x', 'region', 'distance from soma (um)', 'mean diameter (um)', 'peak voltage (mV)'],
                ...shape.count.map((n, p) => [shape.sections[shape.section[p]], shape.position[p], shape.regions[shape.region[p]], value(shape.distance[p]),
                    meanDiameter(shape, p).toPrecision(6), value(shape.peak[p])])],
        };
    }

    /** The piece under the pointer (within 6 pixels), the nearest to the reader where several are; else null. */
    pieceAt(event) {
        const box = this.stage.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
        const at = this.project(), perPixel = this.scale();
        let best = null, least = Infinity;
        this.eachFrustum((p, i) => {
            const ax = at[3 * i], ay = at[3 * i + 1], dx = at[3 * i + 3] - ax, dy = at[3 * i + 4] - ay;
            const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
            const gap = Math.max(0, Math.hypot(ax + along * dx - x, ay + along * dy - y) - this.shape.points[4 * i + 3] / 2 / perPixel);
            const cost = gap + at[3 * i + 2];
            if (gap < 6 && cost < least) [best, least] = [p, cost];
        });
        return best;
    }

    hover(event) {
        if (event.buttons || !this.colours) return;
        this.setHovered(this.pieceAt(event));
    }

    /** Points at a piece from elsewhere, or at none (null). */
    setHovered(piece) {
        if (piece === this.hovered) return;
        this.hovered = piece;
        this.tell();
    }

    pin(piece) {
        this.pinned = piece === this.pinned ? null : piece;
        this.tell();
    }

    tell() {
        this.onPick(this.hovered !== null ? this.hovered : this.pinned);
        this.draw();
    }
}
