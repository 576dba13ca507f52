// engines/userns/pack_names.h - the names under which users start a pack's
// programs, as its programs see them.
#ifndef ENGINES_USERNS_PACK_NAMES_H_
#define ENGINES_USERNS_PACK_NAMES_H_

namespace relocatable::userns {

// "PACK/bin/gcc" is a link to this binary. Programs look at the link they were
// called by for where they are installed: in `directory`, PACK/bin, it becomes
// one to the pack's own /usr/bin/gcc. For the view of the pack's programs,
// which is the caller's root. What cannot be done stays as it is.
void ShowPackNames(const char* directory);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_PACK_NAMES_H_
