// engines/intercept/twin.h - twins: copies of programs and libraries whose
// system call sites go to the interceptor.
//
//   absl::StatusOr<Twin> twin = PlanTwin(file);
//   if (twin.ok() && !twin->edits.empty()) {
//     TwinSource bytes(file, twin->edits);  // write these
//     twin->table                           // and this beside them
//   }
//
// A twin differs from its original in the patched sites, in the zeros behind
// its code and in padding between functions (free_space_x86_64.h); it has the
// same size and the same headers. Only its code is ever mapped, in place of the
// original's, whose file everybody else goes on to see. It needs a page of
// abi.h's in its process.
#ifndef ENGINES_INTERCEPT_TWIN_H_
#define ENGINES_INTERCEPT_TWIN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "elf/byte_source.h"
#include "engines/intercept/sites.h"

namespace relocatable {

struct Twin {
  std::vector<Site> sites;
  std::vector<Edit> edits;  // none: the file needs no twin
  std::string table;        // twin_table.h's; empty if there are no edits
};

// Finds and plans all there is to patch in `file`. kFailedPrecondition if it is
// no program or library for this processor; other errors if it does not hold
// together. Reads the code only if there could be a site in it.
absl::StatusOr<Twin> PlanTwin(const ByteSource& file);

// `original` with `edits` made. Both must outlive it.
class TwinSource : public ByteSource {
 public:
  TwinSource(const ByteSource& original, const std::vector<Edit>& edits)
      : original_(original), edits_(edits) {}

  uint64_t size() const override { return original_.size(); }

 protected:
  absl::Status ReadInto(uint64_t offset, std::string* into) const override;

 private:
  const ByteSource& original_;
  const std::vector<Edit>& edits_;
};

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TWIN_H_
