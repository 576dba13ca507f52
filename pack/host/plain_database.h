// pack/host/plain_database.h - what the databases of apk and pacman have in
// common: each package lists its needs by name, and its files.
//
// Versions in needs ("glibc>=2.36") are not compared: what is installed has
// been made to fit by the package manager.
#ifndef PACK_HOST_PLAIN_DATABASE_H_
#define PACK_HOST_PLAIN_DATABASE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pack/host/package_database.h"

namespace relocatable {

struct PlainPackage {
  Package package;
  std::vector<std::string> needs;     // names, "so:libz.so.1", "/bin/sh"
  std::vector<std::string> provides;  // other names it answers to
  std::vector<std::string> files;     // absolute
};

class PlainDatabase final : public PackageDatabase {
 public:
  // `kind` and `remedy` must stay.
  PlainDatabase(absl::string_view kind, absl::string_view remedy,
                std::vector<PlainPackage> packages);

  absl::string_view kind() const override { return kind_; }
  absl::string_view remedy() const override { return remedy_; }
  const std::vector<Package>& packages() const override { return packages_; }
  uint32_t Find(absl::string_view name) const override;
  std::vector<PackageNeed> Needs(uint32_t package) const override;
  absl::StatusOr<std::vector<std::string>> Files(
      uint32_t package) const override;
  absl::StatusOr<uint32_t> OwnerOf(absl::string_view path) override;

 private:
  using Places = absl::flat_hash_map<std::string, uint32_t>;

  const absl::string_view kind_, remedy_;
  std::vector<PlainPackage> plain_;
  std::vector<Package> packages_;
  Places names_, offers_, owners_;
};

// "libfoo>=1.2" -> "libfoo"
absl::string_view NameInNeed(absl::string_view need);

}  // namespace relocatable

#endif  // PACK_HOST_PLAIN_DATABASE_H_
