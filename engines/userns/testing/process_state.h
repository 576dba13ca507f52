// engines/userns/testing/process_state.h - what a process is to itself and the
// kernel, as text: all that a refused engine must have left as it was, and that
// a started program must find as natively.
#ifndef ENGINES_USERNS_TESTING_PROCESS_STATE_H_
#define ENGINES_USERNS_TESTING_PROCESS_STATE_H_

#include <string>

namespace relocatable {

// One "name: value" a line: ids, groups, umask, signals, capabilities, prctl
// settings, descriptors, children, limits, working directory. What it reads
// from /proc is left out where that is missing.
std::string DescribeProcess();

// The namespaces and the root directory, which a start changes and a refusal
// must not.
std::string DescribeNamespaces();

}  // namespace relocatable

#endif  // ENGINES_USERNS_TESTING_PROCESS_STATE_H_
