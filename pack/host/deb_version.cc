#include "pack/host/deb_version.h"

#include <cstddef>

#include "absl/strings/ascii.h"

namespace relocatable {
namespace {

// The order of the characters that are no digits; 0 is the end of the text, or
// a digit, where the turn of non-digits ends.
int Rank(absl::string_view text, size_t i) {
  if (i >= text.size() || absl::ascii_isdigit(text[i])) return 0;
  if (text[i] == '~') return -1;
  const unsigned char c = text[i];
  return absl::ascii_isalpha(c) ? c : c + 256;
}

absl::string_view TakeNumber(absl::string_view text, size_t& i) {
  while (i < text.size() && text[i] == '0') ++i;
  const size_t start = i;
  while (i < text.size() && absl::ascii_isdigit(text[i])) ++i;
  return text.substr(start, i - start);
}

// Numbers without leading zeros, of any length.
int CompareNumbers(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int ComparePart(absl::string_view a, absl::string_view b) {
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    while (Rank(a, i) != 0 || Rank(b, j) != 0) {
      const int x = Rank(a, i), y = Rank(b, j);
      if (x != y) return x - y;
      ++i, ++j;
    }
    const int order = CompareNumbers(TakeNumber(a, i), TakeNumber(b, j));
    if (order != 0) return order;
  }
  return 0;
}

struct Parts {
  absl::string_view epoch, upstream, revision;
};

Parts Split(absl::string_view version) {
  Parts parts;
  const size_t colon = version.find(':');
  if (colon != absl::string_view::npos) {
    parts.epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  const size_t dash = version.rfind('-');
  parts.upstream = version.substr(0, dash);
  if (dash != absl::string_view::npos) {
    parts.revision = version.substr(dash + 1);
  }
  return parts;
}

}  // namespace

int CompareDebVersions(absl::string_view a, absl::string_view b) {
  const Parts x = Split(a), y = Split(b);
  if (const int order = ComparePart(x.epoch, y.epoch); order != 0) return order;
  if (const int order = ComparePart(x.upstream, y.upstream); order != 0) {
    return order;
  }
  return ComparePart(x.revision, y.revision);
}

}  // namespace relocatable
