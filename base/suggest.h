// base/suggest.h - the word the user probably meant.
#ifndef BASE_SUGGEST_H_
#define BASE_SUGGEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace relocatable {

// The entry of `words` that is nearest to `typed` by edit distance (insert,
// delete, replace, swap of neighbours), or "" if none is near: more than a
// third of the longer word would have to change.
std::string Nearest(absl::string_view typed,
                    const std::vector<std::string>& words);

// "; did you mean 'WORD'?", or "" if no word is near.
std::string DidYouMean(absl::string_view typed,
                       const std::vector<std::string>& words);

}  // namespace relocatable

#endif  // BASE_SUGGEST_H_
