// pack/host/package_closure.h - which packages a pack takes files from: those
// that were asked for, and what they need.
#ifndef PACK_HOST_PACKAGE_CLOSURE_H_
#define PACK_HOST_PACKAGE_CLOSURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "pack/host/host_rules.h"
#include "pack/host/package_database.h"
#include "pack/plan.h"

namespace relocatable {

// A package of the closure, and the one that brought it in.
struct ChosenPackage {
  uint32_t package = kNoPackage;  // its place in the database
  uint32_t by = kNobody;          // a place in the closure
  std::string why;                // "bin/git", "needed", "recommended" ...
};

// Essential packages are not followed to (every machine has what they are for;
// host_files.h brings in single files of theirs), nor are those for installing
// only (host_rules.h), unless they are added by name.
class PackageClosure {
 public:
  // `database` must stay.
  PackageClosure(const PackageDatabase& database, Keep keep)
      : database_(database), keep_(keep) {}

  // Adds `package` and all it needs, nearest first; nothing if it is there.
  // Keep::kTraced: without its needs.
  void Add(uint32_t package, absl::string_view why, uint32_t by = kNobody);

  // Its place in chosen(), or kNobody.
  uint32_t PlaceOf(uint32_t package) const;

  // In the order in which they came; Add() appends.
  const std::vector<ChosenPackage>& chosen() const { return chosen_; }

  // What users should know: needs that nothing installed fulfils, and what is
  // left out for being large.
  std::vector<std::string> notes() const;

 private:
  void AddOne(uint32_t package, absl::string_view why, uint32_t by);
  void AddNeedsOf(uint32_t place);
  void AddCompanionsOf(uint32_t place);

  bool IsLeftOut(absl::string_view package, absl::string_view need);

  const PackageDatabase& database_;
  const Keep keep_;
  std::vector<ChosenPackage> chosen_;
  absl::flat_hash_map<uint32_t, uint32_t> places_;
  std::vector<std::string> unfulfilled_;
  std::vector<LeftOut> left_out_;
};

}  // namespace relocatable

#endif  // PACK_HOST_PACKAGE_CLOSURE_H_
