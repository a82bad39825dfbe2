// The kept inputs for domains hold, and find a domain that forgets what a guard protects.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "tests/fuzz/corpus.h"
#include "tests/fuzz/domains.h"
#include "tests/fuzz/faulty.h"
#include "tests/support/child.h"

namespace reclaim::fuzz {
namespace {

TEST(DomainsCorpus, Holds) {
  const auto all = corpus_of("domains");
  ASSERT_GT(all.size(), 50u);

  for (const input& each : all) run_domains(each.data(), each.size());
}

TEST(DomainsCorpus, FindsADomainThatForgets) {
  const auto all = corpus_of("domains");

  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const input& each) {
    return tests::in_child([&] { return run_domain<forgetful_domain>(bytes(each.data(), each.size()), true), 0; }) == 128 + SIGABRT;
  }));
}

}  // namespace
}  // namespace reclaim::fuzz
