"""One fault each in one header, and the scenario that must notice.

`fences`: two light fences do not order each other under `asymmetric`, so it finds what `full` hides; where the light
fence of a guard publishes by the way what a weaker order does not, `systemwide`, which has no light fences, finds it.
"""

load("//tests/model:model.bzl", "model_mutant")

def _mutants(header, model, scenarios):
    stem = header.rpartition("/")[2][:-len(".h")]
    for scenario, mutants in scenarios.items():
        for name, changes in mutants.items():
            name_and_search = scenario.split(", ")
            model_mutant(
                name = "mutants/%s.%s" % (stem, name),
                changes = changes,
                fences = name_and_search[1] if len(name_and_search) > 1 else "asymmetric",
                bound = int(name_and_search[2][len("bound "):]) if len(name_and_search) > 2 else 0,
                header = header,
                model = model,
                scenario = name_and_search[0],
            )

def model_mutants():
    _mutants("reclaim/core/owner_lock.h", "reclaim/core/owner_lock_model.cc", {
        "owner_and_visitor": {
            "no_light_fence": {"    sync::light_fence();          // edge own-visit\n": ""},
            "disown_relaxed": {"void disown() noexcept { owned_.store(false, release); }": "void disown() noexcept { owned_.store(false, relaxed); }"},
            "enter_relaxed": {"if (owned_.load(acquire)) return false;": "if (owned_.load(relaxed)) return false;"},
            "leave_relaxed": {"visitor_.store(nullptr, release);": "visitor_.store(nullptr, relaxed);"},
            "look_relaxed": {"if (visitor_.load(acquire) != nullptr)": "if (visitor_.load(relaxed) != nullptr)"},
            "owner_does_not_look": {"if (visitor_.load(acquire) != nullptr)": "if (false)"},
            "visitor_does_not_look": {"if (owned_.load(acquire)) return false;": ""},
        },
        "visitors_meet": {
            "leave_relaxed_to_visitor": {"visitor_.store(nullptr, release);": "visitor_.store(nullptr, relaxed);"},
            "announce_not_exclusive": {"return visitor_.compare_exchange_strong(nobody, visitor, acquire, relaxed);": "return visitor_.store(visitor, relaxed), nobody == nullptr;"},
        },
    })
    _mutants("reclaim/core/retired_stack.h", "reclaim/core/retired_stack_model.cc", {
        "givers_and_takers": {
            "push_relaxed": {"(top, first, release, relaxed)": "(top, first, relaxed, relaxed)"},
            "take_relaxed": {"retired* r = top_.exchange(nullptr, acquire); ": "retired* r = top_.exchange(nullptr, relaxed); "},
            "take_not_atomic": {"retired* r = top_.exchange(nullptr, acquire); ": "retired* r = top_.load(acquire); top_.store(nullptr, relaxed); "},
        },
        "takers_of_one": {
            "put_back_relaxed": {"while (!top_.compare_exchange_strong(nothing, rest, release, relaxed))": "while (!top_.compare_exchange_strong(nothing, rest, relaxed, relaxed))"},
            "newer_relaxed": {"retired* const newer = top_.exchange(nullptr, acquire); ": "retired* const newer = top_.exchange(nullptr, relaxed); "},
            "put_back_overwrites": {"while (!top_.compare_exchange_strong(nothing, rest, release, relaxed)) {": "for (top_.store(rest, release); false;) {"},
        },
    })
    _mutants("reclaim/core/participants.h", "reclaim/core/participants_model.cc", {
        "joiners_and_scan": {
            "join_relaxed": {"index + 1, release, relaxed)": "index + 1, relaxed, relaxed)"},
            "count_relaxed": {"std::size_t left = joined_.load(acquire);": "std::size_t left = joined_.load(relaxed);"},
            "chunk_relaxed": {"(found, made, release, acquire)": "(found, made, relaxed, relaxed)"},
            "chunk_found_relaxed": {"(chunk* const next = last.next.load(acquire))": "(chunk* const next = last.next.load(relaxed))"},
        },
    })
    _mutants("reclaim/core/hazard_slots.h", "reclaim/schemes/hazard_model.cc", {
        "many_shields": {
            "block_relaxed": {"(next, made, release, relaxed)": "(next, made, relaxed, relaxed)"},
            "block_counted_relaxed": {"for (const block* b = &first_; b != nullptr; b = b->next.load(acquire))": "for (const block* b = &first_; b != nullptr; b = b->next.load(relaxed))"},
            "block_found_relaxed": {"for (block* b = &first_; b != nullptr; b = b->next.load(acquire)) {": "for (block* b = &first_; b != nullptr; b = b->next.load(relaxed)) {"},
            "first_block_alone": {"for (block* b = &first_; b != nullptr; b = b->next.load(acquire)) {": "for (block* b = &first_; b != nullptr; b = nullptr) {"},
        },
        "swapped_shields": {
            "claimed_twice": {"    slot.set(nullptr);\n    return &slot;": "    return &slot;"},
        },
    })
    _mutants("reclaim/core/domain_base.h", "reclaim/core/domain_base_model.cc", {
        "retirer_and_visitor": {
            "retire_without_lock": {"  if (!self.lock.try_own()) [[unlikely]] return leave_behind(r, cost.weight);\n": "  self.lock.try_own();\n"},
        },
    })
    _mutants("reclaim/core/domain_base/drain.h", "reclaim/core/domain_base_model.cc", {
        "retirer_and_visitor": {
            "visit_without_fence": {"const bool is_ordered = sync::heavy_fence();": "const bool is_ordered = true;"},
            "visit_without_entering": {"if (is_ordered && p.lock.try_enter() && !p.keeps) hand_on(p);": "if (is_ordered) hand_on(p);"},
        },
        "retirer_and_two_visitors": {
            "drain_without_lock": {"  if (!self.lock.try_own()) return 0;\n  collect": "  collect"},
        },
    })
    _mutants("reclaim/core/domain_base/threads.h", "reclaim/core/domain_base_model.cc", {
        "ending_thread_and_visitor": {
            "exit_without_lock": {"  if (p->lock.try_own()) {\n    hand_on(*p);": "  if (p->lock.try_own(), true) {\n    hand_on(*p);"},
        },
    })
    _mutants("reclaim/core/domain_base.h", "reclaim/core/domain_base/barrier_model.cc", {
        "goes_from_hand_to_hand": {
            "barrier_does_not_stop_adoption": {"self.adopts = !in_barrier_.load(relaxed);": "self.adopts = true;"},
        },
    })
    _mutants("reclaim/core/domain_base/end.h", "reclaim/core/domain_base/barrier_model.cc", {
        "deleter_runs": {
            "end_not_announced": {"  self.is_ending.store(true, relaxed);  // relaxed: ordered by disown()\n": ""},
            "end_relaxed": {"  self.is_ending.store(false, release);": "  self.is_ending.store(false, relaxed);"},
        },
    })
    _mutants("reclaim/core/domain_base/barrier.h", "reclaim/core/domain_base/barrier_model.cc", {
        "deleter_runs": {
            "deleters_not_awaited": {"  while (p.is_ending.load(acquire)) wait.pause();": ""},
            "entered_without_fence": {"  while (!p.lock.announce(&self)) wait.pause();\n  while (!sync::heavy_fence()) wait.pause();": "  while (!p.lock.announce(&self)) wait.pause();"},
        },
        "goes_from_hand_to_hand": {
            "left_behind_not_taken": {"  self.open.splice(orphans_.take_all());\n": ""},
            "limbo_not_awaited": {" || !scheme().limbo_is_empty(self)": ""},
        },
        "newcomer_adopts": {
            "looked_before_the_fence": {
                "  while (!sync::heavy_fence()) wait.pause();  // edge own-visit\n  table_.for_each": "  table_.for_each",
            },
        },
        "drained_meanwhile": {
            "visitors_are_let_in": {"  self.keeps = true;\n": ""},
        },
    })
    _mutants("reclaim/core/grace_period.h", "reclaim/core/grace_period_model.cc", {
        "polled": {
            "begins_relaxed": {"fetch_add(0, release) + detail::grace": "fetch_add(0, relaxed) + detail::grace"},
            "over_after_one_advance": {"+ detail::grace);": "+ detail::one_advance);"},
        },
        "polled_among_two": {
            "polls_relaxed": {".global_.load(acquire)": ".global_.load(relaxed)"},
            "begins_with_a_load": {"of_epochs().global_.fetch_add(0, release)": "of_epochs().global_.load(relaxed)"},
        },
    })
    _mutants("reclaim/cohort.h", "reclaim/cohort_model.cc", {
        "ended_cohort": {
            "does_not_wait": {"    if (domain_.may_wait()) domain_.barrier_unless(": "    if (false) domain_.barrier_unless("},
        },
        "barrier_meanwhile": {
            "leaves_relaxed": {"fetch_sub(1, acq_rel) == 1) delete this;": "fetch_sub(1, relaxed) == 1) delete this;"},
        },
    })
    _mutants("reclaim/core/domain_base.h", "reclaim/schemes/epoch_model.cc", {
        "orphans_are_adopted": {
            "epoch_adopts_unexamined": {"self.open.splice(orphans_.take(room));": "self.expired.splice(orphans_.take(room));"},
        },
    })
    _mutants("reclaim/core/domain_base.h", "reclaim/schemes/hazard_model.cc", {
        "orphans_are_adopted": {
            "hazard_adopts_after_the_scan": {
                "  self.open.splice(orphans_.take(room));\n": "",
                "  self.schedule(options_, began, retired_since);\n": "  self.expired.splice(orphans_.take(room));\n  self.schedule(options_, began, retired_since);\n",
            },
        },
    })
    _mutants("reclaim/core/domain_base/end.h", "reclaim/schemes/hazard_model.cc", {
        "reader_and_retirer": {
            "held_let_go": {"    if (S::is_held(self, r)) [[unlikely]] {": "    if (false) {"},
        },
        "held_objects_end": {
            "held_forgotten": {"      self.put_back(r);\n": ""},
        },
    })
    _mutants("reclaim/schemes/epoch.h", "reclaim/core/grace_period_model.cc", {
        "polled": {
            "polls_without_fence": {"  if (!self.heavy_fence()) return;                  // edge pin-scan; refused: nothing is ordered\n": ""},
            "polls_unasked": {"  if (table().find_if([&](const participant& p) { return holds_up(p, observed); }) == nullptr) detail": "  detail"},
        },
    })
    _mutants("reclaim/schemes/hybrid.h", "reclaim/core/grace_period_model.cc", {
        "polled_hybrid": {
            "polls_without_fence": {"  if (!self.heavy_fence()) return;                  // edge pin-scan; refused: nothing is ordered\n": ""},
            "polls_unasked": {"  if (table().find_if([&](const participant& p) { return is_behind(p, observed); }) == nullptr) detail": "  detail"},
        },
    })
    _mutants("reclaim/core/epochs.h", "reclaim/schemes/epoch_model.cc", {
        "reader_and_two_retirers": {
            "advance_relaxed": {"compare_exchange_strong(observed, next, release, relaxed)": "compare_exchange_strong(observed, next, relaxed, relaxed)"},
        },
    })
    _mutants("reclaim/core/epochs.h", "reclaim/schemes/hybrid_model.cc", {
        "region_reader": {
            "hybrid_advance_relaxed": {"compare_exchange_strong(observed, next, release, relaxed)": "compare_exchange_strong(observed, next, relaxed, relaxed)"},
        },
    })
    _mutants("reclaim/schemes/epoch.h", "reclaim/schemes/epoch_model.cc", {
        "reader_and_retirer": {
            "pin_without_fence": {"    sync::asymmetric_light_fence();  // edge pin-scan\n": ""},
            "no_heavy_fence": {"  if (!self.heavy_fence()) {": "  if (false) {"},
            "grace_of_one_advance": {"now, detail::grace)": "now, detail::one_advance)"},
            "unpin_relaxed": {"self().state.store(before_, release);": "self().state.store(before_, relaxed);"},
            "scan_relaxed": {"p.state.load(acquire);": "p.state.load(relaxed);"},
            "advance_unasked": {"  if (is_announced_by_all(self, observed)) {\n    detail": "  if (true) {\n    detail"},
        },
        "reader_and_retirer, full": {
            "fenced_pin_without_fence": {"    announce(self);\n    sync::light_fence();  // edge pin-scan\n": "    announce(self);\n"},
        },
        "reader_and_two_retirers": {
            "tag_from_before_the_fence": {"const epoch tag = global_.load(relaxed);": "const epoch tag = observed;"},
        },
        "two_advancers": {
            "tag_loaded_before_the_fence": {
                "  if (!self.heavy_fence()) {": "  const epoch tag = global_.load(relaxed);\n  if (!self.heavy_fence()) {",
                "  const epoch tag = global_.load(relaxed);  // relaxed: a tag; what it lets expire ends after `now` is read": "",
            },
            "one_load_after_the_fence": {"  if (is_announced_by_all(self, observed)) {\n    detail::begin_epoch(this, global_, self, observed);": "  if (is_announced_by_all(self, tag)) {\n    detail::begin_epoch(this, global_, self, tag);"},
            "now_relaxed": {"const epoch now = global_.load(acquire);": "const epoch now = global_.load(relaxed);"},
        },
        "nested_guards": {
            "inner_guard_unpins": {"self().state.store(before_, release);": "self().state.store(detail::idle, release);"},
        },
        "repinned_guard": {
            "repin_without_fence": {"    domain().announce(self());\n    sync::light_fence();  // edge pin-scan\n": "    domain().announce(self());\n"},
        },
        "tagged_orphans": {
            "adopts_any_age": {"aged_.take_outlived(now)": "aged_.take_outlived(now + detail::one_advance)"},
        },
    })
    _mutants("reclaim/core/hazard_shield.h", "reclaim/schemes/hazard_model.cc", {
        "reader_and_retirer": {
            "protect_without_fence": {"      sync::light_fence();  // edge publish-scan of the scheme\n": ""},
            "not_validated": {"    if (try_protect(pointer, source)) [[likely]] return pointer;\n": "    return try_protect(pointer, source), pointer;\n"},
            "reload_relaxed": {"const Pointer found = source.load(acquire);": "const Pointer found = source.load(relaxed);"},
        },
        "overwritten_slot": {
            "set_relaxed": {"slot.set(detail::hazard_of(pointer));": "slot.hazard.store(detail::hazard_of(pointer), relaxed);"},
        },
        "held_objects_end": {
            "yield_forgotten": {"    if constexpr (Kind == shield_kind::any) hazard_slots::yield(*slot_);": ""},
        },
        "tagged_source": {
            "tag_not_compared": {"    if (found == pointer) [[likely]] return true;": "    if (detail::hazard_of(found) == detail::hazard_of(pointer)) return pointer = found, true;"},
        },
    })
    _mutants("reclaim/core/named_objects.h", "reclaim/schemes/hazard_model.cc", {
        "reader_and_retirer": {
            "not_remembered": {"    list_ = named;\n": ""},
            "not_remembered_anew": {"    list_ = named;\n": "    if (list_.empty()) list_ = named;\n"},
        },
        "many_hazards": {
            "many_not_looked_up": {"    hold_back();\n    list_.clear();\n": "    list_.clear();\n"},
            "some_not_looked_up": {"candidates(std::move(expired));": "candidates;"},
        },
        "drain_visits": {
            "drained_not_looked_up": {"    expired.move_to(kept, [&](const retired* r) { return list_.contains(key_of_retired(r)); });\n": ""},
        },
    })
    _mutants("reclaim/schemes/hazard.h", "reclaim/schemes/hazard_model.cc", {
        "reader_and_retirer": {
            "no_heavy_fence": {"  if (!self.heavy_fence()) {": "  if (false) {"},
            "slots_before_fence": {
                "  if (!self.heavy_fence()) {": "  if (false) {",
                "self.expired, self.open);\n}": "self.expired, self.open);\n  sync::heavy_fence();\n}",
            },
        },
        "overwritten_slot": {
            "scan_relaxed": {"slot.hazard.load(acquire);": "slot.hazard.load(relaxed);"},
        },
    })
    _mutants("reclaim/core/hazard_shield.h", "reclaim/schemes/hybrid_model.cc", {
        "left_behind": {
            "hybrid_protects_without_fence": {"      sync::light_fence();  // edge publish-scan of the scheme\n": ""},
        },
        "late_protection, asymmetric, bound 1": {
            "hybrid_not_validated": {"    if (found == pointer) [[likely]] return true;": "    return true;"},
        },
        "plainly": {
            "plain_protects_without_fence": {"      sync::asymmetric_light_fence();  // edge publish-scan of the scheme\n": ""},
        },
        "overwritten": {
            "hybrid_set_relaxed": {"    slot.set(detail::hazard_of(pointer));": "    slot.hazard.store(detail::hazard_of(pointer), relaxed);"},
        },
        "cleared": {
            "hybrid_clear_relaxed": {"void reset() noexcept { slot_->set(nullptr); }": "void reset() noexcept { slot_->hazard.store(nullptr, relaxed); }"},
        },
    })
    _mutants("reclaim/schemes/hybrid/participant.h", "reclaim/schemes/hybrid_model.cc", {
        "left_behind": {
            "line_not_read": {"    for (hazard_slot& slot : line) visit(slot);\n": ""},
        },
        "many_shields": {
            "further_not_read": {"    further.for_each(visit);\n": ""},
        },
    })
    _mutants("reclaim/schemes/hybrid.h", "reclaim/schemes/hybrid_model.cc", {
        "left_behind": {
            "no_heavy_fence": {"  if (!self.heavy_fence()) {": "  if (false) {"},
            "laggards_overlooked": {"if (behind == laggards::none && !is_far_on && !sync::slots_are_always_read) {": "if (true) {"},
            "slots_not_read": {"  self.named.look_up([this](auto&& visit) { scan(visit); }, std::move(candidates)": "  self.named.look_up([](auto&&) {}, std::move(candidates)"},
            "unpin_relaxed": {"self.state.store(before, release);  // edge unpin-scan": "self.state.store(before, relaxed);"},
            "found_relaxed": {"    const epoch state = p.state.load(acquire);  // edge unpin-scan\n    if": "    const epoch state = p.state.load(relaxed);\n    if"},
            "scan_relaxed": {"if (!detail::is_epoch(p.state.load(acquire))) return;": "if (!detail::is_epoch(p.state.load(relaxed))) return;"},
            "regions_alone_looked_for": {"    worst = detail::is_in_region(state) ? laggards::regions : laggards::robust;\n": "    if (detail::is_in_region(state)) worst = laggards::regions;\n"},
        },
        "overwritten": {
            "slot_read_relaxed": {"slot.hazard.load(acquire);": "slot.hazard.load(relaxed);"},
        },
        "own_guard": {
            "own_guard_overlooked": {"    if (!detail::is_epoch(state) || detail::epoch_of(state) == observed) return false;\n": "    if (&p == &self || !detail::is_epoch(state) || detail::epoch_of(state) == observed) return false;\n"},
        },
        "nested_guards": {
            "inner_guard_unpins": {"  ~guard() { leave(self(), before_); }": "  ~guard() { leave(self(), detail::idle); }"},
        },
        "nested": {
            "line_claimed_twice": {"claimed_(detail::is_epoch(before) ? sync::slots_a_guard : 0)": "claimed_(0)"},
        },
        "region_under_pressure": {
            "pressed_over_regions": {"if (self.is_pressed && !is_anyone_in_region()) {": "if (self.is_pressed) {"},
        },
        "read_under_pressure": {
            "pressed_without_fence": {"  if (!self.heavy_fence()) {  // edges publish-scan": "  if (!self.is_pressed && !self.heavy_fence()) {  // edges publish-scan"},
            "pressed_ends_unseen": {"    look_up(self, std::move(candidates));\n": "    self.expired.splice(std::move(candidates));\n"},
        },
        "pressure_ends": {
            "pressed_forgets_the_named": {"    hold_back(self);  // what is named may be young: a clean collect would not look it up again\n": ""},
        },
        "left_behind_twice": {
            "clean_goes_by_anothers_advance": {"    self.limbo.expire(candidates, observed, detail::one_advance);\n": "    self.limbo.keep(std::move(self.open), tag);\n    self.limbo.expire(candidates, global_.load(acquire), detail::one_advance);\n"},
        },
        "tag_of_the_epoch": {
            "tags_of_the_epoch_end": {"self.limbo.expire(candidates, observed, detail::one_advance);": "self.limbo.expire(candidates, observed, 0);"},
        },
        "region_reader": {
            "region_without_fence": {"  sync::light_fence();  // edge pin-scan\n  return before;": "  return before;"},
            "grace_of_one_advance": {"self.limbo.expire(candidates, global_.load(acquire), detail::grace);": "self.limbo.expire(candidates, global_.load(acquire), detail::one_advance);"},
            "advances_past_a_region": {"  if (behind == laggards::regions) {\n": "  if (false) {\n"},
            "tag_from_before_the_fence": {"const epoch tag = global_.load(relaxed);": "const epoch tag = observed;"},
            "now_relaxed": {"self.limbo.expire(candidates, global_.load(acquire), detail::grace);": "self.limbo.expire(candidates, global_.load(relaxed), detail::grace);"},
        },
        "region_in_guard": {
            "flip_without_fence": {"  sync::light_fence();  // edge pin-scan\n  return before;": "  if (!detail::is_epoch(before)) sync::light_fence();\n  return before;"},
            "flip_announces_nothing": {"    self.state.store(before | detail::in_region, release);  // edge unpin-scan\n": ""},
        },
        "region_comes_and_goes": {
            "flip_takes_a_fresh_epoch": {"    self.state.store(before | detail::in_region, release);  // edge unpin-scan\n": "    announce(self, detail::in_region);\n"},
        },
        "region_repins": {
            "repin_without_fence": {"  sync::light_fence();                                           // edge pin-scan\n": ""},
            "repin_leaves_the_region": {"announce(self, self.state.load(relaxed) & detail::in_region);": "announce(self, 0);"},
        },
        "two_advancers": {
            "tag_loaded_before_the_fence": {
                "  if (!self.heavy_fence()) {": "  const epoch tag = global_.load(relaxed);\n  if (!self.heavy_fence()) {",
                "  const epoch tag = global_.load(relaxed);  // relaxed: a tag; what ends goes by `observed`, or by G read anew\n": "",
            },
        },
        "orphans_of_a_region": {
            "adopts_any_age": {"aged_.take_outlived(observed)": "aged_.take_outlived(observed + detail::one_advance)"},
        },
    })
    _mutants("reclaim/hazard_pointer.h", "reclaim/hazard_pointer_model.cc", {
        "protects, full": {
            "fenced_protects_without_fence": {"      sync::light_fence();  // edge publish-scan of the scheme\n": ""},
        },
        "protects": {
            "protects_without_fence": {"      sync::asymmetric_light_fence();  // edge publish-scan of the scheme\n": ""},
            "not_validated": {"    if (ptr == old) [[likely]] return true;": "    return true;"},
            "reload_relaxed": {"ptr = sync::load_acquire(src);": "ptr = sync::load_relaxed(src);"},
        },
        "tries_to_protect": {
            "tried_in_vain": {"    return false;\n": "    return true;\n"},
        },
    })
    _mutants("reclaim/schemes/hazard.h", "reclaim/hazard_pointer_model.cc", {
        "protects": {
            "lent_relaxed": {"self.lent.store(made, release);": "self.lent.store(made, relaxed);"},
            "lent_found_relaxed": {"lent.load(acquire)": "lent.load(relaxed)"},
            "lent_not_read": {"    if (hazard_slots* const others = lent.load(acquire)) visit(*others);  // edge lent-slots\n": ""},
        },
        "moves": {
            "lent_ends_with_its_thread": {"{ self.slots.reset(); }": "{ self.for_each_slots([](hazard_slots& some) { some.reset(); }); }"},
        },
    })
    _mutants("reclaim/core/hazard_slots.h", "reclaim/hazard_pointer_model.cc", {
        "comes_back": {
            "return_found_relaxed": {"return slot.hazard.load(acquire) == hazard_slot::free();": "return slot.hazard.load(relaxed) == hazard_slot::free();"},
            "set_relaxed": {"{ hazard.store(word, release); }": "{ hazard.store(word, relaxed); }"},
        },
    })
    _mutants("reclaim/schemes/epoch.h", "reclaim/rcu_model.cc", {
        "region": {
            "unlock_relaxed": {"self.state.store(detail::idle, release);": "self.state.store(detail::idle, relaxed);"},
        },
    })
    _mutants("reclaim/schemes/epoch/lock.h", "reclaim/rcu_model.cc", {
        "region": {
            "locks_without_fence": {"  pin(self);\n": "  announce(self);\n"},
        },
        "nested_regions": {
            "inner_unlock_unpins": {"    self.around += detail::one_advance;\n": ""},
        },
    })
    _mutants("reclaim/core/grace_period.h", "reclaim/rcu_model.cc", {
        "synchronized_in_a_deleter": {
            "polls_under_the_lock": {"    of_epochs().advance();\n": "    of_epochs().look();\n"},
        },
    })
    _mutants("reclaim/rcu.h", "reclaim/rcu_model.cc", {
        "synchronized": {
            "barrier_for_synchronize": {"{ epochs_of(dom).synchronize(); }": "{ epochs_of(dom).barrier(); }"},
        },
        "barrier": {
            "synchronize_for_barrier": {"{ epochs_of(dom).barrier(); }": "{ epochs_of(dom).synchronize(); }"},
        },
    })
    # Faults of who uses the domain: what a guard or a shield does not promise is relied on.
    _mutants("tests/model/reclaim/schemes/laws.h", "reclaim/schemes/hybrid_model.cc", {
        "reader_and_retirer": {
            "reads_after_the_guard": {
                "    auto guard = domain.enter();\n    auto shield = guard.shield();\n    const object* const o = shield.protect(root);\n    pause();\n": "    auto* const guard = new auto(domain.enter());\n    auto shield = guard->shield();\n    const object* const o = shield.protect(root);\n    delete guard;\n    pause();\n",
            },
        },
        "repinned_guard": {
            "reads_after_repin": {"      this->read(*o);\n      shield.reset();\n      guard.repin();\n": "      guard.repin();\n      this->pause();\n      this->read(*o);\n"},
        },
    })
    _mutants("structures/treiber_stack.h", "structures/treiber_stack_model.cc", {
        "pushers_and_poppers/hazard": {
            "push_relaxed": {"(top, fresh, release, relaxed)": "(top, fresh, relaxed, relaxed)"},
        },
        "poppers_and_reuse/hazard": {
            "pop_unprotected": {"shield.protect(top_);": "top_.load(acquire);"},
        },
        "poppers_and_reuse/epoch": {
            "pop_not_atomic": {"if (!top_.compare_exchange_strong(top, top->next.get(), relaxed, relaxed)) {": "top_.store(top->next.get(), relaxed); if (false) {"},
            "ends_at_once": {"memory_.retire(guard, top);": "memory_.end(top);"},
            "retires_twice": {"memory_.retire(guard, top);": "memory_.retire(guard, top); memory_.retire(guard, top);"},
        },
    })
    _mutants("structures/mpmc_queue.h", "structures/mpmc_queue_model.cc", {
        "pushers_and_popper/epoch": {
            "link_read_relaxed": {"tail->next.load(acquire);": "tail->next.load(relaxed);"},
        },
        "pushers_and_popper/epoch, systemwide": {
            "link_relaxed": {"(next, fresh, release, relaxed)": "(next, fresh, relaxed, relaxed)"},
            "swing_relaxed": {"tail_.compare_exchange_strong(tail, fresh, release, relaxed);": "tail_.compare_exchange_strong(tail, fresh, relaxed, relaxed);"},
        },
        "second_hand_head/epoch": {
            "pop_relaxed": {"head_.compare_exchange_strong(head, next, release, relaxed)": "head_.compare_exchange_strong(head, next, relaxed, relaxed)"},
        },
        "old_tail/hazard, asymmetric, bound 1": {
            "push_unprotected": {"shield.protect(tail_);": "tail_.load(acquire);"},
        },
        "poppers/hazard, asymmetric, bound 1": {
            "second_unprotected": {"second.protect(head->next); ": "head->next.load(acquire); "},
        },
        "poppers/hazard": {
            "first_unprotected": {"first.protect(head_); ": "head_.load(acquire); "},
            "retires_the_next": {"memory_.retire(guard, head);": "memory_.retire(guard, next);"},
        },
    })
    _mutants("structures/segmented_queue/cell.h", "structures/segmented_queue_model.cc", {
        "pairs_two_cells/epoch, systemwide": {
            "fill_relaxed": {"(was, state::full, release, relaxed)": "(was, state::full, relaxed, relaxed)"},
            "fill_read_relaxed": {"return now_.load(acquire) == state::full;": "return now_.load(relaxed) == state::full;"},
            "late_read_relaxed": {"(found, state::voided, acquire, acquire)": "(found, state::voided, relaxed, relaxed)"},
            "full_overwritten": {"now_.compare_exchange_strong(found, state::voided, acquire, acquire);": "now_.store(state::voided, relaxed);"},
            "late_given_up": {"return found == state::full;": "return false;"},
            "first_cell_not_full": {"now_.store(state::full, relaxed); ": ""},
        },
        "pushers_and_popper/epoch": {
            "void_overwritten": {"return now_.compare_exchange_strong(was, state::full, release, relaxed);": "return now_.store(state::full, release), was == state::open;"},
        },
    })
    _mutants("structures/segmented_queue.h", "structures/segmented_queue_model.cc", {
        "pairs_two_cells/epoch, systemwide": {
            "empty_by_the_cell_alone": {"cells[number].is_open() && pushed.load(relaxed) <= number;": "cells[number].is_open();"},
            "push_draws_not_atomic": {"pushed.fetch_add(1, relaxed)": "(pushed.store(seen + 1, relaxed), seen)"},
            "pop_draws_not_atomic": {"head->popped.fetch_add(1, release)": "(head->popped.store(seen + 1, release), seen)"},
        },
        "push_before_pop/epoch, systemwide": {
            "draw_relaxed": {"head->popped.fetch_add(1, release)": "head->popped.fetch_add(1, relaxed)"},
            "pushed_read_before_popped": {"const std::size_t seen = head->popped.load(acquire);": "const std::size_t early = head->pushed.load(acquire); const std::size_t seen = head->popped.load(acquire); if (seen < Cells && early <= seen) return {};"},
        },
        "pairs/epoch": {
            "draw_read_relaxed": {"const std::size_t seen = head->popped.load(acquire);": "const std::size_t seen = head->popped.load(relaxed);"},
            "first_number_not_drawn": {"fresh.is->pushed.store(1, relaxed);": ""},
            "retires_before_it_leaves": {"    if (head_.compare_exchange_strong(": "    if (head_.load(relaxed) == head) memory_.retire(domain_, head);\n    if (head_.compare_exchange_strong("},
            "retires_at_each_leave": {"if (head_.compare_exchange_strong(expected, next, release, relaxed)) {": "{ head_.compare_exchange_strong(expected, next, release, relaxed);"},
        },
        "pushers_and_popper/epoch": {
            "void_not_noticed": {"if (!drawn.publish()) [[unlikely]]": "if (drawn.publish(), false) [[unlikely]]"},
            "void_taken": {"if (!drawn.is_full() && !comes_late(*head, number)) [[unlikely]] continue;": "if (!drawn.is_full()) comes_late(*head, number);"},
        },
        "pushers/epoch, systemwide": {
            "swing_relaxed": {"(from, to, release, relaxed)": "(from, to, relaxed, relaxed)"},
            "link_relaxed": {"(next, fresh.is, release, relaxed)": "(next, fresh.is, relaxed, relaxed)"},
            "link_read_relaxed_by_push": {"segment* const next = tail->next.load(acquire)": "segment* const next = tail->next.load(relaxed)"},
            "link_read_relaxed_by_place": {"(next = tail->next.load(acquire))": "(next = tail->next.load(relaxed))"},
            "link_not_atomic": {"if (!tail->next.compare_exchange_strong(next, fresh.is, release, relaxed)) return false;": "tail->next.store(fresh.is, release);"},
            "taken_back_and_lost": {"return place(back.value, std::exchange(fresh.is, nullptr));": "return true;"},
        },
        "second_hand_head/epoch": {
            "link_read_relaxed_by_pop": {"segment* const next = head->next.load(acquire);": "segment* const next = head->next.load(relaxed);"},
            "leave_relaxed": {"(expected, next, release, relaxed)": "(expected, next, relaxed, relaxed)"},
        },
        "poppers/hazard": {
            "pop_unprotected": {"segment* const head = shield.protect(head_);  ": "segment* const head = head_.load(acquire);  "},
            "ends_at_once": {"memory_.retire(domain_, head);": "memory_.end(head);"},
        },
        "old_ends/hazard, asymmetric, bound 1": {
            "push_unprotected": {"segment* const tail = shield.protect(tail_);": "segment* const tail = tail_.load(acquire);"},
        },
        "retired_tail/epoch, asymmetric, bound 2": {
            "tail_left_behind": {"if (tail_.load(relaxed) == head) move_tail(head, next);": ""},
        },
    })
    _mutants("structures/hash_map/bucket_list.h", "structures/hash_map_model.cc", {
        "one_key/epoch, systemwide": {
            "insert_relaxed": {"compare_exchange_strong(expected, word_of(&e, way.order()), release, relaxed);": "compare_exchange_strong(expected, word_of(&e, way.order()), relaxed, relaxed);"},
            "retires_what_another_unlinked": {"release, relaxed)) return false;  // edge unlink\n    owner_.retire": "release, relaxed)) {}  // edge unlink\n    owner_.retire"},
        },
        "opened_bucket/epoch, systemwide, bound 2": {
            "settle_relaxed": {"(word, ready, release, relaxed)": "(word, ready, relaxed, relaxed)"},
        },
        "neighbours/hazard": {
            "mark_not_looked_at": {"if ((at_.tag() & marked) != 0) return stop::lost;": ""},
        },
        "erasure_is_seen/epoch, systemwide": {
            "mark_relaxed": {"return current().next.compare_exchange_strong(expected, end, release, relaxed);": "return current().next.compare_exchange_strong(expected, end, relaxed, relaxed);"},
        },
        "erasure_is_seen/hazard, systemwide": {
            "unlink_relaxed": {"(expected, past, release, relaxed)": "(expected, past, relaxed, relaxed)"},
        },
    })
    _mutants("structures/hash_map/directory.h", "structures/hash_map_model.cc", {
        "opened_bucket/epoch, systemwide, bound 2": {
            "grow_relaxed": {"mask_.store(mask >> 1 | mask, release);": "mask_.store(mask >> 1 | mask, relaxed);"},
            "mask_read_relaxed": {"std::uint64_t mask() const noexcept { return mask_.load(acquire); }": "std::uint64_t mask() const noexcept { return mask_.load(relaxed); }"},
        },
        "growers/hazard, systemwide": {
            "turn_relaxed": {"flag_.store(false, release);": "flag_.store(false, relaxed);"},
            "turns_at_once": {"if (is_growing_.load(relaxed) || is_growing_.exchange(true, acquire)) return false;": ""},
        },
    })
    _mutants("structures/hash_map/route.h", "structures/hash_map_model.cc", {
        "one_key/epoch, systemwide": {
            "first_link_relaxed": {"first_ = begin.next.load(acquire);": "first_ = begin.next.load(relaxed);"},
        },
        "growing/epoch, systemwide": {
            "ready_not_asked": {"return (first_.tag() & marked) == 0;": "return true;"},
        },
        "newer_sentinel/epoch, asymmetric, bound 2": {
            "every_sentinel_ends_it": {"return buckets_->has_mask(mask_) || ": "return true || "},
        },
        "newer_sentinel/hazard, asymmetric, bound 2": {
            "every_sentinel_ends_a_stepwise_search": {"return buckets_->has_mask(mask_) || ": "return true || "},
        },
    })
    _mutants("structures/hash_map/look_up.h", "structures/hash_map_model.cc", {
        "erasure_is_seen/epoch, systemwide": {
            "next_link_relaxed": {"word = e.next.load(acquire);": "word = e.next.load(relaxed);"},
        },
        "along_a_run/hazard, asymmetric, bound 1": {
            "mark_not_looked_at": {"      if ((next.tag() & marked) != 0) [[unlikely]] return verdict::lost;\n": ""},
            "reload_not_compared": {"if (!to.try_protect(next, here->next)) [[unlikely]] return verdict::lost;": "word reloaded = next; to.try_protect(reloaded, here->next);"},
            "one_shield_for_both": {"(v = hop(previous))": "(v = hop(s))"},
        },
    })
    _mutants("reclaim/core/local_stacks.h", "reclaim/core/local_stacks_model.cc", {
        "takers": {
            "push_relaxed": {"line->word.store(word, release);": "line->word.store(word, relaxed);"},
            "take_relaxed": {"word = line.word.exchange(taken, acquire);  // edge stack-pass\n      if": "word = line.word.exchange(taken, relaxed);  // edge stack-pass\n      if"},
            "take_not_atomic": {"word = line.word.exchange(taken, acquire);  // edge stack-pass\n      if": "word = line.word.load(acquire); line.word.store(taken, relaxed);\n      if"},
        },
    })
    _mutants("structures/support/slab/page_table.h", "structures/sharded_slab_depot_model.cc", {
        "takers": {
            "segment_relaxed": {"(none, zero, release, acquire)": "(none, zero, relaxed, relaxed)"},
        },
    })
    _mutants("structures/support/slab/page_list.h", "structures/sharded_slab_depot_model.cc", {
        "takers": {
            "push_relaxed": {"changed(top, number + 1), release, relaxed)": "changed(top, number + 1), relaxed, relaxed)"},
            "pop_relaxed": {"std::uint64_t top = top_.load(acquire);": "std::uint64_t top = top_.load(relaxed);", "changed(top, next), acquire, acquire)": "changed(top, next), relaxed, relaxed)"},
        },
        "greedy": {
            "no_count": {"return ((top >> 32) + 1) << 32 | number;": "return number;"},
        },
    })
    _mutants("structures/support/slab/page.h", "structures/sharded_slab_depot_model.cc", {
        "takers": {
            "change_relaxed": {"to.word(), release, acquire);": "to.word(), relaxed, relaxed);"},
        },
        "trimmer": {
            "load_relaxed": {"page_state(state.load(acquire))": "page_state(state.load(relaxed))", "to.word(), release, acquire);": "to.word(), release, relaxed);"},
        },
    })
    _mutants("structures/support/slab/depot.h", "structures/sharded_slab_depot_model.cc", {
        "trimmer": {
            "floor_forgotten": {"  p.floor.store(floor, relaxed);": "  "},
            "made_relaxed": {"(number, number + 1, release, relaxed)": "(number, number + 1, relaxed, relaxed)"},
            "made_read_relaxed": {"return made_.load(acquire); }": "return made_.load(relaxed); }"},
        },
        "takers": {
            "never_listed_again": {"      list_again(page);\n      return taken;": "      return taken;"},
            "listed_by_nobody": {"    if (!state.listed()) {\n      list(c.page, state);\n      continue;\n    }\n": ""},
        },
        "trimmer_of_a_page": {
            "trimmed_though_out": {"state.is_whole() && state.home() != 0;) {": "state.home() != 0;) {"},
        },
        "takers_of_a_page": {
            "places_made_twice": {"if (p.change(state, state.with_used(to))) return": "return"},
        },
        "closer_of_a_whole_page": {
            "left_of_the_page_forgotten": {"  return state.out();\n}\n\ntemplate <class Slot, class Config>\nbool depot<Slot, Config>::spend": "  return 1;\n}\n\ntemplate <class Slot, class Config>\nbool depot<Slot, Config>::spend"},
        },
        "closer": {
            "closed_not_seen": {"for (page_state state = p.load(); !state.closed();) {\n    if (!state.listed()) {\n      list(c.page, state);": "for (page_state state = p.load();;) {\n    if (!state.listed()) {\n      list(c.page, state);"},
        },
    })
    _mutants("structures/support/slab/store.h", "structures/sharded_slab_model.cc", {
        "used_up/epoch": {
            "used_again": {"if (is_spent(*s) || !at_hand_": "if (!at_hand_"},
            "spent_not_counted": {"if (!depot_.spend(*s)) leave(1);": ""},
        },
        "owners_outlive/epoch": {
            "leave_not_released": {"out_.fetch_sub(places, acq_rel)": "out_.fetch_sub(places, acquire)"},
            "leave_not_acquired": {"out_.fetch_sub(places, acq_rel)": "out_.fetch_sub(places, release)"},
        },
        "slab_ends_first/epoch": {
            "ends_at_once": {"if (out == given_up + at_hand_.count()) {": "if (true) {"},
            "stacks_stay_open": {"if (!at_hand_.close([&](sync::stacked*) { ++found; })) return;": ""},
        },
        "full/epoch": {
            "no_sweep": {"if (taken.size == 0 && sweep())": "if (false)"},
        },
    })
    _mutants("structures/support/slab/values.h", "structures/sharded_slab_model.cc", {
        "made_known/epoch, systemwide": {
            "insert_relaxed": {"p.word.store(k.to_integer() & layout::generation_mask, release);": "p.word.store(k.to_integer() & layout::generation_mask, relaxed);"},
        },
        "made_known/hazard, systemwide": {
            "find_relaxed": {"return is_of(k, p->word.load(acquire)); })": "return is_of(k, p->word.load(relaxed)); })"},
        },
        "death_is_seen/epoch": {
            "remove_relaxed": {"while (!p->word.compare_exchange_strong(word, to(word), acq_rel, acquire))": "while (!p->word.compare_exchange_strong(word, to(word), relaxed, relaxed))"},
        },
        "remove_remove/epoch": {
            "generation_stays": {"return layout::next_generation(found) | (owners(found) != 0": "return (found & layout::generation_mask) | (owners(found) != 0"},
        },
        "owner_outlives/epoch, systemwide": {
            "let_go_relaxed": {"p.word.fetch_sub(1, acq_rel);": "p.word.fetch_sub(1, relaxed);"},
        },
        "last_owner/epoch": {
            "retired_though_owned": {"if (p != nullptr && owners(word) == 0) retire(*p);": "if (p != nullptr) retire(*p);"},
            "let_go_of_the_living": {"if (owners(word) != 1 || layout::is_live(word)) return;": "if (owners(word) != 1) return;"},
            "never_let_go": {"if (owners(word) != 1 || layout::is_live(word)) return;": "return;"},
        },
        "moved_out/epoch, systemwide": {
            "moved_relaxed": {"self.is_done.store(true, release);": "self.is_done.store(true, relaxed);"},
            "moved_seen_relaxed": {"while (!moved.is_done.load(acquire))": "while (!moved.is_done.load(relaxed))"},
        },
        "pooled/epoch": {
            "used_again_at_once": {"domain_.retire(&p, static_cast<const ending&>(*this)); }": "p.end(); this->give_place(&p); }"},
        },
        "reuse/hazard": {
            "not_asked_again": {"if (s.protect_if(p, [&]() noexcept { return is_of(k, p->word.load(acquire)); }))": "if (contains(k) && s.protect_if(p, []() noexcept { return true; }))"},
        },
    })
    # Faults that answers alone show: nothing is lost for ever, and nothing is used after its end.
    _mutants("structures/treiber_stack.h", "structures/linearizable_model.cc", {
        "stack/epoch": {
            "overtaken_is_empty": {"        backoff.pause();\n        continue;\n": "        return std::nullopt;\n"},
        },
    })
    _mutants("structures/mpmc_queue.h", "structures/linearizable_model.cc", {
        "queue/epoch": {
            "overtaken_is_empty": {"// edge pop\n        sync::step_aside();\n        continue;\n": "\n        return std::nullopt;\n"},
        },
    })
    _mutants("structures/segmented_queue.h", "structures/linearizable_model.cc", {
        "two_cells/epoch": {
            "open_is_empty": {"cells[number].is_open() && pushed.load(relaxed) <= number;": "cells[number].is_open();"},
        },
        "two_cells/epoch, systemwide": {
            "draws_unseen": {"head->popped.fetch_add(1, release)": "head->popped.fetch_add(1, relaxed)"},
        },
        "one_cell/epoch": {
            "left_is_empty": {"      if (!leave(head)) return std::nullopt;": "      leave(head);\n      return std::nullopt;"},
        },
    })
    _mutants("structures/hash_map/table.h", "structures/linearizable_model.cc", {
        "one_key/epoch": {
            "erased_by_two": {"if (at.erase(way)) return count_.add(-1), true;": "return at.erase(way), true;"},
        },
    })
    _mutants("structures/support/slab/values.h", "structures/linearizable_model.cc", {
        "slab/epoch": {
            "removed_by_two": {"retire(*p);\n    return p != nullptr;": "retire(*p);\n    return true;"},
        },
    })
