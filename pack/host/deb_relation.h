// pack/host/deb_relation.h - the fields by which Debian's packages name each
// other: Depends, Recommends, Provides.
//
//   Depends: libc6 (>= 2.34), perl:any, media-types | mime-support
#ifndef PACK_HOST_DEB_RELATION_H_
#define PACK_HOST_DEB_RELATION_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace relocatable {

// One package of a list. Views into the field's text.
struct DebRelation {
  absl::string_view name;          // "perl"
  absl::string_view architecture;  // "any" of "perl:any"; or empty
  absl::string_view op;  // "<<", "<=", "=", ">=", ">>"; empty: any version
  absl::string_view version;
};

// What is between two commas: one of these will do, the first is wanted most.
using DebChoice = std::vector<DebRelation>;

// The field's choices, in its order. Never fails: of text that is no list of
// relations it takes what looks like one ([arch] and <profile> marks, which
// only source packages have, are passed over), as the dpkg that wrote the
// database has read it before.
std::vector<DebChoice> ParseDebRelations(absl::string_view field);

// Whether a package of this version fulfils the relation. (The old spellings
// "<" and ">" mean "<=" and ">=", deb-control(5).)
bool FulfilsVersion(const DebRelation& relation, absl::string_view version);

}  // namespace relocatable

#endif  // PACK_HOST_DEB_RELATION_H_
