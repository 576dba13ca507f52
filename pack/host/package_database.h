// pack/host/package_database.h - what a machine's package manager knows: which
// packages there are, what they need and which files are theirs.
//
// One implementation per package manager, each of which reads the manager's own
// files below a GuestRoot and runs nothing; but for rpm, which is asked. All of
// it is untrusted text. host_closure.h draws the conclusions.
//
// Paths are guest paths as the database spells them. A machine whose /bin is a
// link to usr/bin has one file under two spellings, and databases of the time
// before know only the old one; OwnerOf() takes both.
#ifndef PACK_HOST_PACKAGE_DATABASE_H_
#define PACK_HOST_PACKAGE_DATABASE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relocatable {

inline constexpr uint32_t kNoPackage = ~uint32_t{0};

struct Package {
  std::string name, version, architecture;
  // Every machine of this distribution has it, so that packages which use its
  // files need not say so (Debian's Essential).
  bool essential = false;
  // Why the database does not call it installed ("half-installed"), or "".
  std::string trouble;
};

// One thing a package asks for.
struct PackageNeed {
  std::string text;               // as the database says it
  uint32_t package = kNoPackage;  // which gives it; kNoPackage: none does
  bool recommended = false;       // it works without
};

class PackageDatabase {
 public:
  virtual ~PackageDatabase() = default;

  // The word before the colon of a package's name on the command line: "deb".
  virtual absl::string_view kind() const = 0;

  // All packages that have files here, sorted by name.
  virtual const std::vector<Package>& packages() const = 0;

  // The place of the package in packages(), or kNoPackage. Of several of one
  // name the one for this machine's own processor.
  virtual uint32_t Find(absl::string_view name) const = 0;

  // In the database's order.
  virtual std::vector<PackageNeed> Needs(uint32_t package) const = 0;

  // Files, links and directories, in the database's order, each where it really
  // is: a diverted one under its other name.
  virtual absl::StatusOr<std::vector<std::string>> Files(
      uint32_t package) const = 0;

  // The package whose file `path` is, or kNoPackage; of several that share it
  // the first. The directories of `path` hold no links. Not for directories.
  virtual absl::StatusOr<uint32_t> OwnerOf(absl::string_view path) = 0;

  // For messages: what makes half an installed package whole.
  virtual absl::string_view remedy() const = 0;
};

}  // namespace relocatable

#endif  // PACK_HOST_PACKAGE_DATABASE_H_
