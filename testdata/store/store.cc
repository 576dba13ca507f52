#include "testdata/store/store.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/subprocess.h"

namespace relocatable {
namespace {

[[noreturn]] void Die(const std::string& message) {
  fprintf(stderr, "no store to test with: %s\n", message.c_str());
  exit(1);
}

std::vector<std::string> ReadLines(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) Die(std::string(text.status().message()));
  return absl::StrSplit(*text, '\n', absl::SkipEmpty());
}

Store Build(const std::string& prefix, std::vector<std::string> options) {
  std::vector<std::string> command = {"/usr/bin/python3", "-B",
                                      StoreTool("build_store.py"), "--prefix",
                                      prefix};
  command.insert(command.end(), options.begin(), options.end());
  const Finished built = RunProgram(command);
  if (built.status != 0) Die(built.err);

  Store store;
  store.folder = built.out.substr(0, built.out.find('\n'));
  store.prefix = prefix;
  const absl::StatusOr<std::string> profile =
      ReadLink(store.folder + "/profile");
  if (!profile.ok()) Die(std::string(profile.status().message()));
  store.profile = *profile;
  store.database = store.folder + "/var/nix/db/db.sqlite";
  store.closure = ReadLines(store.folder + "/closure");
  for (const std::string& line : ReadLines(store.folder + "/items")) {
    const std::pair<std::string, std::string> item = absl::StrSplit(line, '\t');
    store.items.insert(item);
  }
  return store;
}

}  // namespace

const Store& RealStore() {
  static const Store& store = *new Store(Build("/gnu/store", {}));
  return store;
}

const Store& SmallNixStore() {
  static const Store& store =
      *new Store(Build("/nix/store", {"--profile", "bash,hello"}));
  return store;
}

std::string StoreTool(const std::string& name) {
  const char* runfiles = getenv("TEST_SRCDIR");
  if (runfiles == nullptr) Die("TEST_SRCDIR is not set (not run by Bazel?)");
  return std::string(runfiles) + "/relocatable/testdata/store/" + name;
}

}  // namespace relocatable
