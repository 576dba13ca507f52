// Counts the system call sites of files, by what can be done with each:
//   bazel-bin/engines/intercept/census /lib/x86_64-linux-gnu/libc.so.6 ...
//   census -v FILE    lists every site that is, or could be, of interest
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "elf/byte_source.h"
#include "engines/intercept/code_file.h"
#include "engines/intercept/sites.h"

namespace relocatable {
namespace {

using Clock = std::chrono::steady_clock;

absl::Status Count(const char* path, bool verbose) {
  absl::StatusOr<std::unique_ptr<ByteSource>> file = OpenSource(path);
  if (!file.ok()) return file.status();
  const Clock::time_point start = Clock::now();
  absl::StatusOr<CodeFile> code = ReadCodeFile(**file);
  if (!code.ok()) return code.status();
  const bool could = CouldHaveSites(*code);
  const Patching patching = could ? PatchCode(*code) : Patching();
  const double ms =
      std::chrono::duration<double, std::milli>(Clock::now() - start).count();

  std::map<std::string, int> counts;
  for (const Site& site : patching.sites) {
    ++counts[std::string(SiteStateWords(site.state))];
    if (verbose && site.state != SiteState::kOtherCall) {
      printf("  %lx number %d: %s\n", site.address, site.number,
             std::string(SiteStateWords(site.state)).c_str());
    }
  }
  size_t edited = 0, code_bytes = 0, slack = 0;
  for (const Edit& edit : patching.edits) edited += edit.bytes.size();
  for (const CodeSegment& s : code->segments) {
    code_bytes += s.bytes.size();
    slack += s.slack;
  }
  printf(
      "%s: %zu sites, %zu bytes of code, %zu of slack, %zu edited, %.1f ms\n",
      path, patching.sites.size(), code_bytes, slack, edited, ms);
  for (const auto& [words, count] : counts) {
    printf("%7d %s\n", count, words.c_str());
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace relocatable

int main(int argc, char** argv) {
  bool verbose = false;
  int status = 0;
  for (int i = 1; i < argc; ++i) {
    if (strcmp(argv[i], "-v") == 0) {
      verbose = true;
      continue;
    }
    const absl::Status result = relocatable::Count(argv[i], verbose);
    if (result.ok()) continue;
    fprintf(stderr, "%s: %s\n", argv[i], std::string(result.message()).c_str());
    status = 1;
  }
  return status;
}
