// pack/store_plan.h - plans a pack of store items: the first half of
// `relocatable pack`.
//
//   absl::StatusOr<Plan> plan = PlanStorePack({.sources = {"/gnu/store/…"}});
//   if (plan.ok()) status = WritePack(*plan, …);
#ifndef PACK_STORE_PLAN_H_
#define PACK_STORE_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pack/describe_pack.h"
#include "pack/plan.h"

namespace relocatable {

struct StorePlanOptions {
  // Store items, or links to them; relative ones from the current directory.
  std::vector<std::string> sources;
  std::vector<std::string> names;  // -S NAME=TARGET; none: "bin=bin"
  std::string entry_point;         // --entry-point: a name, or its last word
  std::string store_db;            // --store-db; empty: where stores have them
  bool scan = false;               // --scan: do not ask a database
  std::vector<std::string> exclude;
  bool twins = true;  // false: --no-twins
  PackTool tool;
  // The host directory in which the sources' stores and their databases lie;
  // empty: the host's own root. (--store-db and `tool` are host paths.)
  std::string root;
};

// Reads databases, directories and (--scan, and items that --exclude cuts into)
// files; writes nothing. plan.notes says what the user should know: a store
// without a database, a glob without a match.
absl::StatusOr<Plan> PlanStorePack(const StorePlanOptions& options);

}  // namespace relocatable

#endif  // PACK_STORE_PLAN_H_
