// cli/human.h - sizes and times in words a person reads at a glance.
#ifndef CLI_HUMAN_H_
#define CLI_HUMAN_H_

#include <cstdint>
#include <string>

namespace relocatable {

// "0 B", "1023 B", "1.0 KiB", "38.2 MiB", "1.5 GiB"; at most 10 characters.
std::string HumanBytes(uint64_t bytes);

// "0:07", "12:34", "1:02:03"; "?" for what is no sensible time.
std::string HumanSeconds(double seconds);

}  // namespace relocatable

#endif  // CLI_HUMAN_H_
