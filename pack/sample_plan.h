// pack/sample_plan.h - a small plan that has one of everything, for tests of
// the writers.
#ifndef PACK_SAMPLE_PLAN_H_
#define PACK_SAMPLE_PLAN_H_

#include "pack/plan.h"
#include "pack/temp_tree.h"

namespace relocatable {

// Two items below `tree`, a-one (directories, hard links, links, long and odd
// names) and b-two (a single file), a tool and a literal file. The source is
// /gnu/store/00000000000000000000000000000000-sample-1.0.
Plan SamplePlan(TempTree& tree);

}  // namespace relocatable

#endif  // PACK_SAMPLE_PLAN_H_
