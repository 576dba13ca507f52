// elf/ask_ld_so.h - what a real ld.so says about a program, for comparison.
#ifndef ELF_ASK_LD_SO_H_
#define ELF_ASK_LD_SO_H_

#include <set>
#include <string>
#include <vector>

#include "elf/closure.h"

namespace relocatable {

// One line per library: "NAME => PATH by RULE", or "NAME => not found". RULE is
// what LD_DEBUG=libs says: "RPATH from file X", "(LD_LIBRARY_PATH)", "cache",
// ... PATH alone for those named by their path. The interpreter is left out.
using Listing = std::set<std::string>;

// Starts `program`, as the kernel does, in trace mode: nothing of it is run.
// `error` is what ld.so wrote if it gave up.
Listing AskLdSo(const std::string& program, const std::string& library_path,
                const std::string& cwd, std::string* error);

// A closure in the same form.
Listing ListingOf(const Closure& closure);

}  // namespace relocatable

#endif  // ELF_ASK_LD_SO_H_
