// cli/version.h - the version of this program.
#ifndef CLI_VERSION_H_
#define CLI_VERSION_H_

namespace relocatable {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace relocatable

#endif  // CLI_VERSION_H_
