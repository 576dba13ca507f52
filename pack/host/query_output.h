// pack/host/query_output.h - asks a program of this machine something.
#ifndef PACK_HOST_QUERY_OUTPUT_H_
#define PACK_HOST_QUERY_OUTPUT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace relocatable {

// What argv[0], looked for in PATH, prints; its standard input is empty, its
// language English. kNotFound if there is no such program. If it ends with
// another status than 0, the error has the first line of what it complained.
absl::StatusOr<std::string> QueryOutput(const std::vector<std::string>& argv);

}  // namespace relocatable

#endif  // PACK_HOST_QUERY_OUTPUT_H_
