#include "elf/search.h"

#include "absl/strings/str_cat.h"

namespace relocatable {

absl::string_view SearchRuleName(SearchRule rule) {
  switch (rule) {
    case SearchRule::kProgram:
      return "program";
    case SearchRule::kInterpreter:
      return "interpreter";
    case SearchRule::kPath:
      return "path";
    case SearchRule::kRpath:
      return "rpath";
    case SearchRule::kLibraryPath:
      return "library-path";
    case SearchRule::kRunpath:
      return "runpath";
    case SearchRule::kCache:
      return "cache";
    case SearchRule::kDefaultFolder:
      break;
  }
  return "default-folder";
}

std::string FoundWords(const Found& found) {
  switch (found.rule) {
    case SearchRule::kProgram:
      return "the program itself";
    case SearchRule::kInterpreter:
      return "the interpreter";
    case SearchRule::kPath:
      return "named by its path";
    case SearchRule::kRpath:
      return absl::StrCat("RPATH of ", found.source);
    case SearchRule::kLibraryPath:
      return "LD_LIBRARY_PATH";
    case SearchRule::kRunpath:
      return absl::StrCat("RUNPATH of ", found.source);
    case SearchRule::kCache:
      return found.source;
    case SearchRule::kDefaultFolder:
      break;
  }
  return "default folder";
}

}  // namespace relocatable
