// engines/userns/descriptors.h - the descriptors that are open for a moment.
//
// The children share the launcher's table of descriptors, to hand it those of
// the new namespaces. What a child has open when it is killed stays open in the
// launcher: so each is noted, and the launcher closes what is left.
#ifndef ENGINES_USERNS_DESCRIPTORS_H_
#define ENGINES_USERNS_DESCRIPTORS_H_

#include <sys/types.h>

namespace relocatable::userns {

// openat(2) from the working directory, close-on-exec; a descriptor or -errno.
long OpenFile(const char* path, int flags, mode_t mode = 0);

// Does nothing for a negative one.
void CloseFile(long fd);

// Closes all that OpenFile has opened and CloseFile has not closed.
void CloseFilesLeftOpen();

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_DESCRIPTORS_H_
