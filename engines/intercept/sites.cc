#include "engines/intercept/sites.h"

namespace relocatable {

absl::string_view SiteStateWords(SiteState state) {
  switch (state) {
    case SiteState::kNumber:
      return "patched at the number's load";
    case SiteState::kBefore:
      return "patched over the instructions before it";
    case SiteState::kBehind:
      return "patched over itself and the instructions behind it";
    case SiteState::kOtherCall:
      return "makes no call of interest";
    case SiteState::kUnproven:
      return "in bytes that are not proven to be code";
    case SiteState::kEntered:
      return "something could jump between the instructions to move";
    case SiteState::kImmovable:
      return "no instructions beside it that could be moved";
    case SiteState::kNoRoom:
      return "no room for a trampoline";
  }
  return "in a state this program does not know";
}

}  // namespace relocatable
