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

_look = "while (!s.try_protect(at, way.begin().next)) {"
_head = "shield.protect(head_);          // edge leave"
_pop = "top_.compare_exchange_strong(top, top->next.get(), relaxed, relaxed)"
_find = "if (s.protect_if(p, [&]() noexcept { return is_of(k, p->word.load(acquire)); }))"

# In a container, over the hazard domain: what it reads is not protected; but of a stack, two pops may take the same value.
# A stack that protects nothing fails only by an address that comes back at a bad moment: that is left to its model test.
_faults_of_containers = {
    "hash_map.unprotected": ("structures/hash_map/look_up.h", {_look: "while (false) {"}),
    "mpmc_queue.unprotected": ("structures/mpmc_queue.h", {"second.protect(head->next)": "head->next.load(acquire)"}),
    "segmented_queue.unprotected": ("structures/segmented_queue.h", {_head: "head_.load(acquire);"}),
    "sharded_slab.unprotected": ("structures/support/slab/values.h", {_find: "if (is_of(k, p->word.load(acquire)))"}),
    "treiber_stack.pops_not_atomic": ("structures/treiber_stack.h", {_pop: "(top_.store(top->next.get(), relaxed), true)"}),
}

def busted_builds(name):
    """Programs in the folder `name`, and a filegroup of them.  If a text is not in its header any more, nothing is caught.

    Two of them have no fault, and nothing may be caught.
    """
    for fault, (header, changes) in _faults.items():
        defines = ["TORTURED=reclaim::%s_domain" % fault.split(".")[0]]
        _busted(name + "/" + fault, header, changes, "busted.cc", defines)
    for fault, (header, changes) in _faults_of_containers.items():
        defines = ["TORTURED=reclaim::hazard_domain", "SUBJECT=%s_subject" % fault.split(".")[0]]
        _busted(name + "/" + fault, header, changes, "busted_container.cc", defines)
    _busted(name + "/sound.rack", _epoch, {}, "busted.cc", ["TORTURED=reclaim::epoch_domain"])
    _busted(name + "/sound.hash_map", _hazard, {}, "busted_container.cc", ["TORTURED=reclaim::hazard_domain", "SUBJECT=hash_map_subject"])
    native.filegroup(
        name = name,
        testonly = True,
        tags = ["manual"],
        srcs = [name + "/" + fault for fault in _faults.keys() + _faults_of_containers.keys() + ["sound.rack", "sound.hash_map"]],
    )

def _busted(name, header, changes, source, defines):
    mutant_source(
        name = name + "_source",
        testonly = True,
        changes = changes,
        header = header,
        headers = headers_of(header),
        source = native.package_name() + "/" + source,
    )
    cc_binary(
        name = name,
        testonly = True,
        srcs = [name + "_source"],
        copts = ["-w"],
        local_defines = defines,
        tags = ["manual"],  # built as :torture wants them
        deps = [":rack"],
    )
