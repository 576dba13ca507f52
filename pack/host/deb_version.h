// pack/host/deb_version.h - which of two Debian versions is the later one.
#ifndef PACK_HOST_DEB_VERSION_H_
#define PACK_HOST_DEB_VERSION_H_

#include "absl/strings/string_view.h"

namespace relocatable {

// Less than, equal to or greater than 0, as `a` is earlier than `b`, equal or
// later. deb-version(7): [epoch:]upstream[-revision], each part compared in
// turns of non-digits (where '~' sorts before the end, the end before letters,
// letters before the rest) and of numbers. Any text has a place in the order.
int CompareDebVersions(absl::string_view a, absl::string_view b);

}  // namespace relocatable

#endif  // PACK_HOST_DEB_VERSION_H_
