// pack/host/dpkg_diversions.h - files that dpkg keeps under another name than
// their package gives them (dpkg-divert(1)).
//
// /var/lib/dpkg/diversions has three lines for each: the name, the name
// instead, and the package whose own file of this name is where it belongs, or
// ":" where an administrator has put one there.
#ifndef PACK_HOST_DPKG_DIVERSIONS_H_
#define PACK_HOST_DPKG_DIVERSIONS_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace relocatable {

class DpkgDiversions {
 public:
  // An error follows the file's name: "ends within a diversion (line 7)".
  absl::Status Parse(absl::string_view text);

  // Where `package` keeps what its list calls `path`; a view of either.
  absl::string_view PathOf(absl::string_view package,
                           absl::string_view path) const;

 private:
  struct Diversion {
    std::string instead, by;
  };
  // By the one spelling of both (merged_usr.h).
  absl::flat_hash_map<std::string, Diversion> diversions_;
};

}  // namespace relocatable

#endif  // PACK_HOST_DPKG_DIVERSIONS_H_
