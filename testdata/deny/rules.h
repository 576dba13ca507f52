// testdata/deny/rules.h - which system calls are refused, and how.
//
// A list of rules, separated by commas; of those that fit a call the first one
// counts:
//
//   NAME=WHAT            the system call NAME, spelt as in <asm/unistd.h>
//   NAME(N&MASK)=WHAT    only if its argument N (from 0) has a bit of MASK
//   NAME(N==VALUE)=WHAT  only if the low 32 bits of its argument N are VALUE
//   open:SUFFIX=WHAT     open, openat, openat2, creat of a path that ends so
//   write:SUFFIX=WHAT    write, writev, pwrite64 to a file whose path ends so
//   child:RULE           only in other processes than the first
//   @PRESET              the rules of a known restriction (Presets())
//
// WHAT is an errno's name or KILL. MASK and VALUE are numbers or the names of
// flags, CLONE_* and MS_*.
#ifndef TESTDATA_DENY_RULES_H_
#define TESTDATA_DENY_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace relocatable::deny {

enum class Condition { kAlways, kAnyBit, kEquals };  // of an argument
enum class PathOf { kNone, kArgument, kDescriptor };

inline constexpr int kKill = -1;

struct Rule {
  int call;  // its number
  Condition condition = Condition::kAlways;
  int argument = 0;
  uint32_t value = 0;
  PathOf path = PathOf::kNone;
  std::string suffix;
  bool child_only = false;
  int error;  // an errno, or kKill

  // Whether a filter cannot decide: it sees neither memory nor process ids.
  bool NeedsSupervisor() const { return path != PathOf::kNone || child_only; }
};

// The rules of a list, presets written out. Errors name the word that is not
// understood.
absl::StatusOr<std::vector<Rule>> ParseRules(absl::string_view list);

struct Preset {
  const char* name;
  const char* rules;
  const char* summary;
};
absl::Span<const Preset> Presets();

}  // namespace relocatable::deny

#endif  // TESTDATA_DENY_RULES_H_
