#include "pack/changed.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"

namespace relocatable {

absl::Status ChangedError(absl::string_view source, uint64_t had,
                          uint64_t has) {
  return absl::AbortedError(absl::StrCat(
      "'", source, "': changed while it was read (it had ", had,
      " bytes, now it has ", has, "; pack it when nothing writes to it)"));
}

absl::Status CheckUnchanged(int fd, absl::string_view source, uint64_t size) {
  struct stat st;
  if (fstat(fd, &st) != 0) return absl::OkStatus();
  const uint64_t has = st.st_size;
  return has == size ? absl::OkStatus() : ChangedError(source, size, has);
}

}  // namespace relocatable
