// pack/write_options.h - what writers of a pack need to know beside the plan.
#ifndef PACK_WRITE_OPTIONS_H_
#define PACK_WRITE_OPTIONS_H_

#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "pack/plan.h"

namespace relocatable {

// The modification time of everything in a store, and so of the payload: Python
// compares a source's time with the one in its .pyc file, which was compiled
// when the source lay in a store.
inline constexpr int64_t kStoreTime = 1;

struct WriteOptions {
  // Modification time of what is not payload; seconds since 1970.
  int64_t time = kStoreTime;
  // Called from the writer's thread as files are read, with how many bytes more
  // of the payload are done; may be empty.
  std::function<void(uint64_t bytes)> progress;
};

// Whether the normal path `path` lies in directory `dir`, at any depth.
inline bool IsBelow(absl::string_view path, absl::string_view dir) {
  return path.size() > dir.size() && path[dir.size()] == '/' &&
         path.substr(0, dir.size()) == dir;
}

// The modification time of an entry.
inline int64_t EntryTime(const WriteOptions& options, const PlanEntry& entry) {
  if (entry.time.has_value()) return *entry.time;
  return IsBelow(entry.path, kPayloadDir) ? kStoreTime : options.time;
}

}  // namespace relocatable

#endif  // PACK_WRITE_OPTIONS_H_
