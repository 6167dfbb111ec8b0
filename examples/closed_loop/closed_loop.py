#!/usr/bin/env python3
"""A joint that two motor neurons hold against gravity: network and body exchange values every millisecond. The same as closed_loop.cpp."""

import pathlib

import rall

sim = rall.Simulation(pathlib.Path(__file__).with_name("closed_loop.json"))
drive = sim["drive_flexor"], sim["drive_extensor"]
gids = sim.cells["flexor"][0], sim.cells["extensor"][0]
angle, speed, force, seen = 0.3, 0.0, [0.0, 0.0], 0  # rad, rad/ms, of each muscle, spikes that have been taken

for t in range(1, 1001):
    sim.run(t)
    for gid in sim.spikes.gids[seen:].tolist():
        force[gids.index(gid)] += 0.2  # each spike a twitch ...
    seen = len(sim.spikes)
    force = [0.97 * f for f in force]  # ... that fades
    speed += 1e-4 * (force[1] - force[0] - 2.0 * (angle - 0.1) - 20.0 * speed)
    angle += speed
    for view, stretch in zip(drive, (angle, -angle)):
        view.amp = 0.3 + 1.0 * max(0.0, stretch)  # nA: a muscle that is stretched is driven more

print(f"{len(sim.spikes)} spikes, angle {angle:.9f} rad")
