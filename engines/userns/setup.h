// engines/userns/setup.h - putting a plan's view in force for this process.
#ifndef ENGINES_USERNS_SETUP_H_
#define ENGINES_USERNS_SETUP_H_

#include "engines/userns/memory.h"
#include "engines/userns/plan.h"
#include "engines/userns/report.h"

namespace relocatable::userns {

// On success the process is in its new namespaces, at the root of the new tree;
// its working directory is anywhere. Else it is as it was, and `report` says
// which step failed.
bool SetUp(Plan& plan, const Memory& memory, Report& report);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_SETUP_H_
