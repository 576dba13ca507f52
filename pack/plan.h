// pack/plan.h - what goes into a pack: the contract between the half that finds
// out (sources, closure, names) and the half that writes (tree, tar).
//
// A pack may hold a million files, so the plan does not list them: it lists
// nodes, and a node may be a whole store item whose files are read as they are
// written. WalkPlan() turns the plan into entries, in the order in which they
// are to be written:
//
//   bin                      directory, 0755
//   bin/hello                symbolic link, "../relocatable"
//   launch, manifest.json    files with literal content
//   relocatable              a file of the host
//   root, root/gnu, root/gnu/store
//   root/gnu/store/…-bash    an item: one node, many entries
//
// A directory comes before what it holds, what one directory holds is ordered
// by bytes, and modes and order depend on the payload alone: writing the same
// plan twice gives the same bytes twice. The pack's top directory itself is no
// entry (it is 0755).
#ifndef PACK_PLAN_H_
#define PACK_PLAN_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "base/fd.h"
#include "base/sha256.h"
#include "pack/exclude.h"

namespace relocatable {

// The payload's directory in a pack: guest path /gnu/store/x is
// root/gnu/store/x.
inline constexpr absl::string_view kPayloadDir = "root";

struct PlanNode {
  enum Kind {
    kDirectory,
    kContent,   // a file; `text` is what it holds
    kFile,      // a copy of the host's file `source`
    kSymlink,   // `text` is where it points
    kHardLink,  // `text` is the path below the pack of an earlier kFile
    kItem,      // all of the host's tree (or file or link) `source`
    kMade,      // a file whose bytes `make` gives when it is written
  };
  std::string path;  // below the pack, no leading slash: "bin/hello"
  Kind kind = kDirectory;
  uint32_t mode = 0755;  // permission bits; not of a link or an item
  std::string text;
  std::string source;
  // The modification time of a kFile or kSymlink whose own matters; else all of
  // the payload has one time (write_options.h).
  absl::optional<int64_t> time;
  // kMade: its content.
  std::function<absl::StatusOr<std::string>()> make;
};

// A store item, and why it is in the pack.
struct PlanItem {
  std::string path;                  // guest path: "/gnu/store/…-bash-5.1"
  std::vector<uint32_t> references;  // what it needs: places in Plan::items,
                                     // ascending; itself only if it says so
  uint64_t nar_size = 0;             // bytes of the NAR of what is packed
  Sha256Digest nar_hash = {};        // its SHA-256
  // References that the user's --exclude left out, and whether it left out
  // files of this item.
  std::vector<std::string> missing;
  bool trimmed = false;
};

inline constexpr uint32_t kNobody = ~uint32_t{0};

// A package of the machine that was packed, some files of which are in the
// pack, and why.
struct PlanPackage {
  std::string name;  // "libc6"; "libc6:i386" of another processor
  std::string version, architecture;
  std::string why;        // "bin/git", "needed", "recommended" ...
  uint32_t by = kNobody;  // whose wish it was: a place in Plan::packages
  uint64_t size = 0;      // bytes of its files in the pack
  std::vector<std::string> licences;  // as its copyright file names them
};

// A file or link of such a pack.
struct PlanFile {
  std::string path;            // guest path: "/usr/bin/git"
  uint32_t package = kNobody;  // whose it is: a place in Plan::packages
  std::string why;             // empty: because the package is packed
  std::string link;            // where a link points; empty: it is a file
  uint64_t size = 0;           // of a file
  Sha256Digest sha256 = {};    // of a file
};

// Where a pack's payload comes from.
enum class Origin {
  kStore,  // Plan::items
  kHost,   // Plan::packages and Plan::payload: programs of a machine
};

// One name a user can call, and the program it starts.
struct PlanName {
  std::string name;    // path below the pack: "bin/hello"
  std::string target;  // guest path: "/gnu/store/…-hello-2.10/bin/hello"
};

// One mount of the pack's view.
struct PlanMount {
  std::string guest;   // "/gnu/store"
  std::string host;    // path below the pack: "root/gnu/store"
  uint32_t flags = 0;  // kMount* of engines/view/view.h
};

struct Plan {
  std::vector<PlanNode> nodes;  // in the order of WalkPlan
  Exclude exclude;              // what is left out of items
  uint64_t bytes = 0;  // about how many the payload holds, for progress

  // What manifest.json and launch say; they are nodes already.
  Origin origin = Origin::kStore;
  std::vector<std::string> sources;   // what the user asked for: guest paths of
                                      // items; of a host, words as they were
  std::vector<PlanMount> mounts;      // sorted by guest path
  std::vector<PlanItem> items;        // sorted by path
  std::vector<PlanPackage> packages;  // those that others wished after these
  std::vector<PlanFile> payload;      // sorted by path
  std::vector<PlanName> names;        // sorted by name
  std::string entry_point;            // one of the names, or empty

  // What the user should know: assumptions, options without effect.
  std::vector<std::string> notes;
};

// One entry to write. Views are valid during the call only.
struct PlanEntry {
  enum Type { kDirectory, kFile, kSymlink, kHardLink };
  Type type = kFile;
  absl::string_view path;        // below the pack
  uint32_t mode = 0;             // permission bits of all but a kSymlink
  uint64_t size = 0;             // bytes of a kFile
  absl::optional<int64_t> time;  // of modification, where it matters
  // kSymlink: its text. kHardLink: the path below the pack of an earlier kFile
  // of the same item that is the same file.
  absl::string_view link;
  // Where a kFile's bytes are: in `content` if it is `literal`, else in what
  // OpenPlanEntry() opens; `source` is the host path, for messages.
  bool literal = false;
  absl::string_view content;
  absl::string_view source;
  int dir_fd = -1;
  const char* name = "";
};

// The file that holds a non-literal kFile's bytes, opened for reading. It may
// have grown or shrunk since the entry was made: a writer that finds more or
// fewer bytes than `size` says that `source` changed while it was read.
absl::StatusOr<Fd> OpenPlanEntry(const PlanEntry& entry);

using PlanVisitor = absl::FunctionRef<absl::Status(const PlanEntry&)>;

// Calls `visitor` for each entry of the plan; ends with its first error, or
// with that of a file that cannot be read. In items every directory has mode
// 0555 and every file 0444, or 0555 if its owner may execute it: the modes of
// every item in a store. A second name of a file is a kHardLink if the first
// is in the same item.
absl::Status WalkPlan(const Plan& plan, PlanVisitor visitor);

}  // namespace relocatable

#endif  // PACK_PLAN_H_
