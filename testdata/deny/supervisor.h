// testdata/deny/supervisor.h - the process that decides what a filter cannot
// (seccomp_unotify(2)).
#ifndef TESTDATA_DENY_SUPERVISOR_H_
#define TESTDATA_DENY_SUPERVISOR_H_

#include <sys/types.h>

#include <vector>

#include "testdata/deny/rules.h"

namespace relocatable::deny {

// Answers the notifications that come from `listener` until `first`, a child of
// this process, ends; returns its wait status.
int Supervise(int listener, pid_t first, const std::vector<Rule>& rules);

}  // namespace relocatable::deny

#endif  // TESTDATA_DENY_SUPERVISOR_H_
