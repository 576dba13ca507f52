#include "cli/human.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace relocatable {

std::string HumanBytes(uint64_t bytes) {
  if (bytes < 1024) return absl::StrCat(bytes, " B");
  const char* unit = "KMGTPE";
  double size = bytes / 1024.0;
  // What would be rounded to 1024.0 is 1.0 of the next unit.
  for (; size >= 1023.95; size /= 1024) ++unit;
  return absl::StrFormat("%.1f %ciB", size, *unit);
}

std::string HumanSeconds(double seconds) {
  if (!(seconds >= 0 && seconds < 360000)) return "?";
  const int whole = static_cast<int>(seconds + 0.5);
  const int minutes = whole / 60 % 60, hours = whole / 3600;
  if (hours == 0) return absl::StrFormat("%d:%02d", minutes, whole % 60);
  return absl::StrFormat("%d:%02d:%02d", hours, minutes, whole % 60);
}

}  // namespace relocatable
