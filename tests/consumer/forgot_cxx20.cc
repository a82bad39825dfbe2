#include "reclaim/reclaim.h"

int answer() { return 42; }
