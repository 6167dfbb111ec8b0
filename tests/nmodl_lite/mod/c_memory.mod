: Memory that C builds for hoc to fill, a callback to hoc, and what of it runs while nobody does: nothing.
NEURON {
    POINT_PROCESS c_memory
    RANGE n, room, on, g, e, spiked, link
    NONSPECIFIC_CURRENT i
}
PARAMETER {
    n = 0
    g = 1e-3 (uS)
    e = -70 (mV)
    link = 0
    recording = 0
}
ASSIGNED {
    v (mV)
    i (nA)
    room
    on
    spiked
    queue
}
VERBATIM
#define QUEUE ((Entry*)((unsigned long)queue))
#define LINK ((List*)((unsigned long)link))
typedef struct Entry { double time; short index; } Entry;
typedef struct List { int n; struct Entry** entries; double* count; double copy; } List;
#ifndef NRN_VERSION_GTEQ_8_2_0
extern double* hoc_pgetarg();
#endif
ENDVERBATIM
CONSTRUCTOR {
VERBATIM {
    link = (double)((unsigned long)calloc(1, sizeof(List)));
    LINK->copy = link;
    LINK->count = &n;
    n = room = queue = 0.;
    if (ifarg(2)) { LINK->n = (int)*getarg(2); grow(*getarg(3)); } else { LINK->n = -1; }
}
ENDVERBATIM
}
DESTRUCTOR {
VERBATIM
    free(LINK);
ENDVERBATIM
}
INITIAL {
    on = 0
    spiked = 0
    if (n > 0) { empty() }
}
BREAKPOINT {
    SOLVE release
    if (recording) {
        VERBATIM
        QUEUE[0].time = v;
        ENDVERBATIM
    }
    i = g*(1 + on)*(v - e)
}
PROCEDURE release() {
    if (n > 0) {
        VERBATIM
        Entry* entry = QUEUE;
        while (t >= entry[(int)room].time) { on += 1; entry++; }
        return 0;
        ENDVERBATIM
    }
    if (v > -20) {
        if (spiked == 0) {
            spiked = 1
            push()
            VERBATIM
            {
                char func[8] = "on_spike";
                Symbol* s = hoc_lookup("on_spike");
                if (s && spiked >= 0) {
                    hoc_pushx(spiked);
                    hoc_call_func(s, 1);
                }
            }
            ENDVERBATIM
        }
    } else {
        spiked = 0
    }
}
PROCEDURE empty() {
VERBATIM
    int k;
    for (k = 0; k < room; k++) QUEUE[k].time = 1e20;
ENDVERBATIM
}
PROCEDURE push() {
VERBATIM
    int k;
    Entry* entry;
    for (k = 0; k < n; k++) {
        if ((entry = LINK->entries[k]) == (Entry*)0) continue;
        entry->time = t;
    }
ENDVERBATIM
}
PROCEDURE grow(size) {
VERBATIM
    room = _lsize;
    n = room;
    queue = (double)((unsigned long)realloc(QUEUE, (int)room*sizeof(Entry)));
ENDVERBATIM
}
