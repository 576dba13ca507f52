// cli/sample_main.h - main() of tests that call the product, and the pack that
// they call it on:  TEST programs.tar RELOCATABLE
#ifndef CLI_SAMPLE_MAIN_H_
#define CLI_SAMPLE_MAIN_H_

#include <string>

#include "cli/sample_pack.h"

namespace relocatable {

// One for all tests of the process, which may add files but change none.
const SamplePack& Sample();

// The product, an absolute path.
const std::string& Product();

}  // namespace relocatable

#endif  // CLI_SAMPLE_MAIN_H_
