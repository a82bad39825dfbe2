"""Builds of the rack with one fault in the library each, which it must catch."""

load("@rules_cc//cc:cc_binary.bzl", "cc_binary")
load("//tests:mutant.bzl", "headers_of", "mutant_source")

_epoch = "reclaim/schemes/epoch.h"
_hazard = "reclaim/schemes/hazard.h"
_hybrid = "reclaim/schemes/hybrid.h"
_shield = "reclaim/core/hazard_shield.h"
_announce_and_look = "    announce(slot, pointer);\n    const Pointer found = source.load(acquire);"
_look_and_announce = "    const Pointer found = source.load(acquire);\n    announce(slot, pointer);"

# The hybrid domain's slots have the hazard domain's fence: that is one line.
_faults = {
    "epoch.begins_with_readers_behind": (_epoch, {"(announced) && announced != observed;": "(announced) && false;"}),
    "epoch.no_reader_fence": (_epoch, {"    sync::light_fence();  // edge pin-scan\n": ""}),
    "epoch.one_advance_early": ("reclaim/core/epochs.h", {"grace = 2 * one_advance;": "grace = one_advance;"}),
    "hazard.announces_late": (_shield, {_announce_and_look: _look_and_announce}),
    "hazard.no_reader_fence": (_shield, {"      sync::light_fence();  // edge publish-scan of the scheme\n": ""}),
    "hazard.no_scan": (_hazard, {"    visit(slots);\n": ""}),
    "hybrid.no_scan": (_hybrid, {"      if (hazard_slot::is_address(address)) visit(address);\n": ""}),
    "hybrid.passes_regions": (_hybrid, {"if (behind == laggards::regions) {": "if (false) {"}),
}

def busted_builds(name):
    """Programs in the folder `name`, and a filegroup of them.  If a text is not in its header any more, nothing is caught."""
    programs = []
    for fault, (header, changes) in _faults.items():
        program = name + "/" + fault
        programs.append(program)
        mutant_source(
            name = program + "_source",
            testonly = True,
            changes = changes,
            header = header,
            headers = headers_of(header),
            source = native.package_name() + "/busted.cc",
        )
        cc_binary(
            name = program,
            testonly = True,
            srcs = [program + "_source"],
            copts = ["-w"],
            local_defines = ["TORTURED=reclaim::%s_domain" % fault.split(".")[0]],
            deps = [":rack"],
        )
    native.filegroup(
        name = name,
        testonly = True,
        srcs = programs,
    )
