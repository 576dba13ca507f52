// engines/conformance/cases.h - what is run natively and under every engine.
#ifndef ENGINES_CONFORMANCE_CASES_H_
#define ENGINES_CONFORMANCE_CASES_H_

#include <string>
#include <vector>

#include "engines/conformance/traits.h"

namespace relocatable {

// Also what no shell would make.
std::vector<std::string> UsualEnvironment();

struct Difference {
  Trait trait;
  std::vector<std::string> facts;  // as in Compare()
};

// In every string @ITEM@, @PROFILE@ are the guest paths of the store's items,
// @SCRATCH@ a fresh directory of the user's, @TREE@ the host directory that the
// store lies in.
struct Case {
  std::string name;
  // argv[0] is the program as `relocatable run` is told it.
  std::vector<std::string> argv;
  // Exactly this is to be the program's environment.
  std::vector<std::string> environment = UsualEnvironment();
  // Called in the process that becomes the program (or the engine), with
  // SCRATCH as its working directory.
  void (*setup)() = nullptr;
  // A program of ITEM/bin that is run outside of any view with argv behind its
  // own arguments, and which sees to it: a terminal, a job's signals.
  std::vector<std::string> driver;
  // Lines that the native output holds: that the case shows what it claims.
  std::vector<std::string> natively;
  int status = 0;  // natively
  std::vector<Difference> differs;
};

const std::vector<Case>& Cases();

}  // namespace relocatable

#endif  // ENGINES_CONFORMANCE_CASES_H_
