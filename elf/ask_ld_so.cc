#include "elf/ask_ld_so.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/subprocess.h"

namespace relocatable {
namespace {

// From LD_DEBUG=libs: by which rule each name was last looked for.
//   find library=liba.so [0]; searching
//    search path=/x/a\t\t(RPATH from file /x/prog)
//     trying file=/x/a/liba.so
//    search cache=/etc/ld.so.cache
std::map<std::string, std::string> RulesByName(const std::string& debug) {
  std::map<std::string, std::string> rules;
  std::string name;
  for (absl::string_view line : absl::StrSplit(debug, '\n')) {
    const size_t find = line.find("find library=");
    if (find != absl::string_view::npos) {
      line.remove_prefix(find + 13);
      name = std::string(line.substr(0, line.find(" [")));
    } else if (absl::StrContains(line, " search path=")) {
      line.remove_prefix(line.rfind("\t\t(") + 3);
      rules[name] = std::string(absl::StripSuffix(line, ")"));
    } else if (absl::StrContains(line, " search cache=")) {
      rules[name] = "cache";
    }
  }
  return rules;
}

std::string RuleInItsWords(const Found& found) {
  switch (found.rule) {
    case SearchRule::kRpath:
      return absl::StrCat("RPATH from file ", found.source);
    case SearchRule::kRunpath:
      return absl::StrCat("RUNPATH from file ", found.source);
    case SearchRule::kLibraryPath:
      return "LD_LIBRARY_PATH";
    case SearchRule::kCache:
      return "cache";
    case SearchRule::kDefaultFolder:
      return "system search path";
    default:
      return "";
  }
}

}  // namespace

Listing AskLdSo(const std::string& program, const std::string& library_path,
                const std::string& cwd, std::string* error) {
  RunOptions options{.cwd = cwd,
                     .env = {"LD_TRACE_LOADED_OBJECTS=1", "LD_DEBUG=libs"},
                     .set_env = true};
  if (!library_path.empty()) {
    options.env.push_back("LD_LIBRARY_PATH=" + library_path);
  }
  const Finished f = RunProgram({program}, options);
  *error = f.status == 0 ? "" : f.err.substr(f.err.rfind(program));
  std::map<std::string, std::string> rules = RulesByName(f.err);
  Listing listing;
  for (absl::string_view line : absl::StrSplit(f.out, '\n')) {
    line = absl::StripPrefix(line, "\t");
    line = line.substr(0, line.rfind(" (0x"));
    const std::vector<std::string> sides = absl::StrSplit(line, " => ");
    if (sides.size() == 1) {
      // The interpreter, the vdso, a library named by its path, or one that was
      // found in the current folder: its path is its name.
      if (absl::StrContains(line, "/ld-")) continue;
      if (absl::StrContains(line, "/")) {
        listing.insert(std::string(line));
      } else if (rules.count(sides[0]) > 0) {
        listing.insert(
            absl::StrCat(line, " => ", line, " by ", rules[sides[0]]));
      }
    } else if (sides[1] == "not found") {
      listing.insert(std::string(line));
    } else {
      listing.insert(absl::StrCat(line, " by ", rules[sides[0]]));
    }
  }
  return listing;
}

Listing ListingOf(const Closure& closure) {
  Listing listing;
  for (size_t i = 2; i < closure.objects.size(); ++i) {
    const Found& found = closure.objects[i].found;
    if (found.rule == SearchRule::kPath) {
      listing.insert(found.path);
      continue;
    }
    std::string name;
    for (const Requirement& r : closure.requirements) {
      if (r.object == static_cast<int>(i) && name.empty()) name = r.name;
    }
    listing.insert(
        absl::StrCat(name, " => ", found.path, " by ", RuleInItsWords(found)));
  }
  for (const Requirement& r : closure.requirements) {
    if (r.missing()) listing.insert(absl::StrCat(r.name, " => not found"));
  }
  return listing;
}

}  // namespace relocatable
