// Read with c_pointers.mod.
#ifndef C_POINTERS
#define C_POINTERS
#include <stdlib.h>
#define LENGTH 7
#define HIGHEST 3.5
#define TWICE(x) ((x) + (x))
#endif
