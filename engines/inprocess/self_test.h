// engines/inprocess/self_test.h - does a seccomp filter trap a call here, and
// does the trap reach a handler? Tried in a child.
#ifndef ENGINES_INPROCESS_SELF_TEST_H_
#define ENGINES_INPROCESS_SELF_TEST_H_

#include <optional>

#include "engines/launch.h"

namespace relocatable {

// Nothing if it works; else the step that did not.
std::optional<Outcome> TestTraps();

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_SELF_TEST_H_
