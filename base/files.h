// base/files.h - whole files, in one call.
#ifndef BASE_FILES_H_
#define BASE_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relocatable {

// The content of the file `path`; also of files that have no size (/proc).
// Errors name the path: "cannot open 'PATH': Permission denied".
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes all of `data` to the descriptor; `path` is for the message. A short
// write is continued, EINTR is retried.
absl::Status WriteAll(int fd, absl::string_view data, absl::string_view path);

// Creates (or truncates) `path` with `mode`, whatever the umask, and writes it.
absl::Status WriteFile(const std::string& path, absl::string_view data,
                       int mode);

// The target text of the symbolic link `path`.
absl::StatusOr<std::string> ReadLink(const std::string& path);

}  // namespace relocatable

#endif  // BASE_FILES_H_
