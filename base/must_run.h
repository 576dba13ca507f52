// base/must_run.h - skipping a test aloud.
//
// A test that cannot run on this machine says why:
//
//   RELOC_SKIP("userns", "user.max_user_namespaces is 0");
//
// skips it with that reason, and fails it where the environment variable
// RELOCATABLE_MUST_RUN, a comma list, names "userns": there, a machine that has
// lost an ability must not look like a success.
#ifndef BASE_MUST_RUN_H_
#define BASE_MUST_RUN_H_

#include <string>

#include "gtest/gtest.h"

// Ends the calling function, which returns void.
#define RELOC_SKIP(what, reason)                                \
  do {                                                          \
    if (::relocatable::MustRun(what)) {                         \
      FAIL() << "RELOCATABLE_MUST_RUN lists '" << (what)        \
             << "', which cannot run here: " << (reason);       \
    }                                                           \
    GTEST_SKIP() << "no '" << (what) << "' here: " << (reason); \
  } while (false)

namespace relocatable {

// Whether RELOCATABLE_MUST_RUN lists `what`.
bool MustRun(const std::string& what);

}  // namespace relocatable

#endif  // BASE_MUST_RUN_H_
