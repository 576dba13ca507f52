// testdata/deny/filter.h - rules as a seccomp filter (seccomp(2)).
#ifndef TESTDATA_DENY_FILTER_H_
#define TESTDATA_DENY_FILTER_H_

#include <linux/filter.h>

#include <vector>

#include "testdata/deny/rules.h"

namespace relocatable::deny {

// A filter that decides what it can, and leaves to a supervisor every call for
// which a rule may fit that it cannot decide.
std::vector<sock_filter> MakeFilter(const std::vector<Rule>& rules);

// Whether `rule` fits a call with this number and arguments, as far as a filter
// sees.
bool FitsCall(const Rule& rule, int call, const uint64_t (&arguments)[6]);

}  // namespace relocatable::deny

#endif  // TESTDATA_DENY_FILTER_H_
