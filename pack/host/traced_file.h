// pack/host/traced_file.h - a path that a traced command named to the kernel.
#ifndef PACK_HOST_TRACED_FILE_H_
#define PACK_HOST_TRACED_FILE_H_

#include <string>

namespace relocatable {

struct TracedFile {
  std::string path;       // absolute; may go over links, "." and ".."
  bool executed = false;  // or to be opened or looked at only
  // Whether there was something when it was named first; what the command then
  // made itself counts as nothing.
  bool found = true;
};

}  // namespace relocatable

#endif  // PACK_HOST_TRACED_FILE_H_
