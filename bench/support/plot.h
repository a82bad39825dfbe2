// Draws the results, with Python's matplotlib.

#ifndef RECLAIM_BENCH_SUPPORT_PLOT_H
#define RECLAIM_BENCH_SUPPORT_PLOT_H

#include <filesystem>
#include <string>

namespace reclaim::bench {

// Has Python run `script`, which draws what `json` tells into an SVG file.  Returns false, after one line on stderr that
// begins with `program`, where that cannot be.
bool draw_plot(const std::string& program, const char* script, const std::string& json, const std::filesystem::path& file);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_PLOT_H
