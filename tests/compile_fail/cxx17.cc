// Before C++20 a user reads one line that says what to do.
//
// only: static.assert.*reclaim needs C\+\+20: build with -std=c\+\+20
// flags: -std=c++17

#include "reclaim/reclaim.h"

int main() {}
