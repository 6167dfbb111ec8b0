// The surface of a neuron: frusta of the real diameters around the points of each piece, as arrays for the graphics card.
'use strict';

/** A shape as the page's data holds it -> typed arrays, its extent and, per piece, where its points begin. */
function decodeShape(raw) {
    const points = floats(raw.points);  // x, y, z, diameter of each point
    const first = [0];
    raw.count.forEach(n => first.push(first[first.length - 1] + n));
    let {low, high} = extent(points), markers = raw.markers.map(marker => ({...marker}));
    // The panel is higher than wide: a cable laid out along x is stood upright.
    if (high[0] - low[0] > 3 * (high[1] - low[1])) {
        for (let i = 0; i < points.length; i += 4) [points[i], points[i + 1]] = [-points[i + 1], points[i]];
        markers.forEach(marker => { marker.at = [-marker.at[1], marker.at[0], marker.at[2]]; });
        ({low, high} = extent(points));
    }
    return {...raw, points, markers, first, low, high, pieces: raw.count.length};
}

/** um, of the points of piece p. */
function meanDiameter(shape, p) {
    let sum = 0;
    for (let i = shape.first[p]; i < shape.first[p + 1]; i++) sum += shape.points[4 * i + 3];
    return sum / shape.count[p];
}

/** A row per section: its pieces, length along its points, lateral area of the frusta between them, mean distance. */
function sectionsOf(shape) {
    const P = shape.points, rows = shape.sections.map(name => ({name, region: '', pieces: 0, length: 0, area: 0, first: -1, distance: null}));
    for (let p = 0; p < shape.pieces; p++) {
        const row = rows[shape.section[p]];
        if (row.first < 0) [row.first, row.region, row.distance] = [p, shape.regions[shape.region[p]], 0];
        row.pieces++;
        row.distance = shape.distance[p] === null ? null : row.distance + (shape.distance[p] - row.distance) / row.pieces;
        for (let i = shape.first[p]; i < shape.first[p + 1] - 1; i++) {
            const a = 4 * i, b = a + 4, length = Math.hypot(P[b] - P[a], P[b + 1] - P[a + 1], P[b + 2] - P[a + 2]);
            row.length += length;
            row.area += Math.PI / 2 * (P[a + 3] + P[b + 3]) * Math.hypot(length, (P[b + 3] - P[a + 3]) / 2);
        }
    }
    return rows;
}

/** Smallest and largest x, y, z that the tubes reach. */
function extent(points) {
    const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
    for (let i = 0; i < points.length; i += 4) {
        for (let k = 0; k < 3; k++) {
            low[k] = Math.min(low[k], points[i + k] - points[i + 3] / 2);
            high[k] = Math.max(high[k], points[i + k] + points[i + 3] / 2);
        }
    }
    return {low, high};
}

/** Pieces that continue one another in a section, drawn as one tube: [[first piece, last piece], ...]. */
function runsOf(shape) {
    const runs = [];
    const P = shape.points;
    for (let p = 0; p < shape.pieces; p++) {
        const a = 4 * (shape.first[p] - 1), b = 4 * shape.first[p];
        const continues = p > 0 && shape.section[p] === shape.section[p - 1] && [0, 1, 2, 3].every(k => P[a + k] === P[b + k]);
        if (continues) runs[runs.length - 1][1] = p;
        else runs.push([p, p]);
    }
    return runs;
}

/**
 * Vertices (position on the axis, outward normal, radius, piece) and triangles. The vertex shader moves each vertex outward by
 * its radius, or by more where the tube would be thinner than a pixel.
 */
function tubes(shape, centre) {
    const P = shape.points;
    const usual = P.length / 4 > 12000 ? 6 : P.length / 4 > 4000 ? 8 : 12;
    const thick = 0.02 * Math.max(...shape.low.map((low, k) => shape.high[k] - low));  // um: seen as more than a line
    const runs = runsOf(shape).map(([from, to]) => {
        let widest = 0;
        for (let i = shape.first[from]; i < shape.first[to + 1]; i++) widest = Math.max(widest, P[4 * i + 3]);
        return {from, to, rings: shape.first[to + 1] - shape.first[from], sides: widest > thick ? 32 : usual};
    });
    const vertices = runs.reduce((sum, run) => sum + run.rings * run.sides + 2, 0);
    const triangles = runs.reduce((sum, run) => sum + (run.rings - 1) * run.sides * 2 + 2 * run.sides, 0);
    const out = {
        position: new Float32Array(3 * vertices), normal: new Float32Array(3 * vertices), radius: new Float32Array(vertices),
        piece: new Int32Array(vertices), index: new Uint32Array(3 * triangles),
    };
    let v = 0, t = 0;
    const vertex = (i, n, radius, piece) => {
        for (let k = 0; k < 3; k++) {
            out.position[3 * v + k] = P[4 * i + k] - centre[k];
            out.normal[3 * v + k] = n[k];
        }
        out.radius[v] = radius;
        out.piece[v] = piece;
        return v++;
    };
    const triangle = (a, b, c) => {
        out.index[t++] = a;
        out.index[t++] = b;
        out.index[t++] = c;
    };

    const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    const unit = a => {
        const length = Math.hypot(...a);
        return length > 1e-9 ? a.map(x => x / length) : null;
    };
    const step = (i, j) => [0, 1, 2].map(k => P[4 * j + k] - P[4 * i + k]);

    for (const run of runs) {
        const begin = shape.first[run.from], end = shape.first[run.to + 1];
        // The frame is carried along the axis and only tilted as far as the axis bends, so that the tube does not twist.
        let tangent = [0, 1, 0], side = null, before = -1, piece = run.from;
        for (let i = begin; i < end; i++) {
            while (i >= shape.first[piece + 1]) piece++;
            // Both neighbours, beyond points that lie in the same place (the seam between two pieces).
            let a = i, b = i;
            while (a > begin && Math.hypot(...step(a, i)) < 1e-6) a--;
            while (b < end - 1 && Math.hypot(...step(i, b)) < 1e-6) b++;
            const into = unit(step(a, i)), onward = unit(step(i, b));
            tangent = unit([0, 1, 2].map(k => (into ? into[k] : 0) + (onward ? onward[k] : 0))) || onward || tangent;
            const start = side || (Math.abs(tangent[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0]);
            side = unit(start.map((x, k) => x - dot(start, tangent) * tangent[k])) || unit(cross(tangent, [0.3, 0.5, 0.8]));
            const other = cross(tangent, side);
            const ring = v;
            for (let s = 0; s < run.sides; s++) {
                const angle = 2 * Math.PI * s / run.sides, c = Math.cos(angle), q = Math.sin(angle);
                vertex(i, [0, 1, 2].map(k => c * side[k] + q * other[k]), P[4 * i + 3] / 2, piece);
            }
            for (let s = 0; s < run.sides; s++) {
                const next = (s + 1) % run.sides;
                if (before >= 0) {
                    triangle(before + s, before + next, ring + s);
                    triangle(before + next, ring + next, ring + s);
                }
            }
            if (i === begin || i === end - 1) {  // close the end
                const tip = vertex(i, tangent.map(x => i === begin ? -x : x), 0, piece);
                for (let s = 0; s < run.sides; s++) {
                    const next = (s + 1) % run.sides;
                    if (i === begin) triangle(ring + next, ring + s, tip);
                    else triangle(ring + s, ring + next, tip);
                }
            }
            before = ring;
        }
    }
    return out;
}
