// 2 MiB pages for the tries, as far as the machine gives them.
#pragma once
#include <stdbool.h>

// Lets this process map up to `megabytes` in 2 MiB pages; false when the machine cannot or may not give them.
bool pages_open(unsigned megabytes);

// Puts the machine's setting back. Pages that are mapped by then stay until the process ends.
void pages_close(void);
