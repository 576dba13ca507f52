#include "engines/conformance/engines.h"

namespace relocatable {

const EngineUnderTest* FindEngineUnderTest(const std::string& name) {
  static const std::vector<EngineUnderTest> kEngines = {
      {.name = "native", .traits = {}, .traits_for_root = {}},
      // Root needs no user namespace.
      {.name = "userns",
       .traits = {Trait::kOneIdMap, Trait::kOwnRoot, Trait::kOwnWay,
                  Trait::kNamelessDirectory},
       .traits_for_root = {Trait::kOwnRoot, Trait::kOwnWay,
                           Trait::kNamelessDirectory}},
      {.name = "inprocess",
       .traits = {Trait::kSeccompFilter, Trait::kCatchesSignals,
                  Trait::kSigsysNeverBlocked},
       // Others could not write to the way in any case.
       .traits_for_root = {Trait::kSeccompFilter, Trait::kCatchesSignals,
                           Trait::kSigsysNeverBlocked, Trait::kOwnWay}},
      {.name = "proot",
       .traits = {Trait::kSeccompFilter, Trait::kTraced},
       .traits_for_root = {Trait::kSeccompFilter, Trait::kTraced,
                           Trait::kOwnWay}},
      {.name = "fakechroot",
       .traits = {Trait::kCatchesSignals},
       .traits_for_root = {Trait::kCatchesSignals, Trait::kOwnWay}},
      {.name = "inprocess_pack",
       .traits = {Trait::kSeccompFilter, Trait::kCatchesSignals,
                  Trait::kSigsysNeverBlocked},
       .traits_for_root = {Trait::kSeccompFilter, Trait::kCatchesSignals,
                           Trait::kSigsysNeverBlocked, Trait::kOwnWay},
       .packed = true},
      {.name = "fakechroot_pack",
       .traits = {Trait::kCatchesSignals},
       .traits_for_root = {Trait::kCatchesSignals, Trait::kOwnWay},
       .packed = true},
  };
  for (const EngineUnderTest& engine : kEngines) {
    if (engine.name == name) return &engine;
  }
  return nullptr;
}

}  // namespace relocatable
