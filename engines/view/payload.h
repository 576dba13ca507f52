// engines/view/payload.h - where a pack keeps what its engine may know of the
// payload beforehand: sections of one file, which every process of the pack
// maps. Plain data.
//
// The mounts with kMountPayload are the payload's.
#ifndef ENGINES_VIEW_PAYLOAD_H_
#define ENGINES_VIEW_PAYLOAD_H_

#include <stdint.h>

namespace relocatable {

struct PayloadSection {
  uint64_t offset = 0, size = 0;  // in `file`; nothing: size 0
};

struct Payload {
  const char* directory = "";  // the pack, on the host; "" is none
  const char* file = "";       // below it
  PayloadSection index;        // payload_index.h
  PayloadSection twins;        // intercept/twin_index.h
};

}  // namespace relocatable

#endif  // ENGINES_VIEW_PAYLOAD_H_
