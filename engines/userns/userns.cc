#include "engines/userns/userns.h"

#include "engines/exec.h"
#include "engines/userns/layered.h"
#include "engines/userns/memory.h"
#include "engines/userns/plan.h"
#include "engines/userns/report.h"
#include "engines/userns/setup.h"
#include "engines/userns/working_directory.h"
#include "engines/view/layer.h"

namespace relocatable {
namespace {

Outcome Refused(const userns::Report& report) {
  return {Outcome::kRefused, report.step(), report.error()};
}

}  // namespace

Outcome TryUserns(const Launch& launch) {
  using namespace userns;
  if (HasLayer(launch.view.mounts, launch.view.mount_count)) {
    return TryLayered(launch);
  }
  Report report;
  const WorkingDirectory cwd;
  const Memory memory(launch.view.mount_count);
  if (!report.At(kGetMemory).Did(memory.error())) return Refused(report);
  Arena arena = memory.arena();
  Plan plan;
  if (!MakePlan(launch.view, arena, plan, report)) return Refused(report);
  if (!SetUp(plan, memory, report)) return Refused(report);
  const int error = cwd.Enter(launch, plan);
  if (error != 0) return {Outcome::kProgramFailed, kEnterDirectory, error};
  return ExecProgram(launch);
}

}  // namespace relocatable
