// pack/normal_path.h - paths that mean what they say: no empty, "." or ".."
// component, no slash at the end, no NUL. What a pack's files say is joined to
// directories, so nothing else is taken from them.
#ifndef PACK_NORMAL_PATH_H_
#define PACK_NORMAL_PATH_H_

#include "absl/strings/string_view.h"

namespace relocatable {

bool IsNormalRelativePath(absl::string_view path);  // "root/gnu/store"
bool IsNormalAbsolutePath(absl::string_view path);  // "/gnu/store"; not "/"

}  // namespace relocatable

#endif  // PACK_NORMAL_PATH_H_
