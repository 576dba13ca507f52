// pack/host/host_closure.h - everything that programs of this machine need, as
// far as anybody can know without running them.
//
//   1. the program's file and every link on the way to it;
//   2. the packages that own these, and the package called like the program
//      (/usr/bin/python3 belongs to python3-minimal, and python3 is meant);
//   3. what they need (package_closure.h), and all files of all of them;
//   4. of essential packages single files: interpreters of the scripts among
//      them, the tools that shell scripts start, and the libraries of these.
//
// Where only traced files are kept (Keep::kTraced), packages give their names
// and copyright files, and 1 and 4 hold for every file.
//
// A program that no package owns, and every program where there is no package
// database, comes with the libraries that ld.so would load and with its
// interpreter. docs/sources.md tells users the same.
#ifndef PACK_HOST_HOST_CLOSURE_H_
#define PACK_HOST_HOST_CLOSURE_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "elf/file_tree.h"
#include "elf/shebang.h"
#include "pack/guest_root.h"
#include "pack/host/host_files.h"
#include "pack/host/host_rules.h"
#include "pack/host/package_closure.h"
#include "pack/host/package_database.h"

namespace relocatable {

class HostClosure {
 public:
  // `database` may be nullptr. `path` is the PATH in which scripts that name
  // their interpreter by `env` would find it. All must stay.
  HostClosure(const GuestRoot& root, PackageDatabase* database, Keep keep,
              absl::string_view path, HostFiles& files);

  // `file` is where the program is found; `name`, the name in the pack, says
  // why it is packed.
  absl::Status AddProgram(absl::string_view file, absl::string_view name);

  // An error if it is not wholly installed.
  absl::Status AddPackage(uint32_t package, absl::string_view why);

  // Adds a file that a traced command has used; its directories hold no links.
  // Of one that was executed what it needs as well.
  absl::Status AddUsed(const std::string& file, bool executed);

  // To be called when all has been added; and again when more has been.
  absl::Status Finish();

  std::vector<ChosenPackage> packages() const;
  // What users should know: needs that nothing fulfils.
  std::vector<std::string> notes() const;

 private:
  // Adds a file that something needs, or its package. Packages that are not
  // essential are added only if `with_packages`: without it they would have
  // been asked for, had they been wanted.
  absl::Status AddNeeded(absl::string_view file, absl::string_view why,
                         bool with_packages);
  absl::Status AddLibraries(const std::string& program);
  absl::Status AddInterpreter(const Shebang& shebang, const std::string& script,
                              bool with_packages);
  // Of a file that is packed without its package: libraries, or interpreter.
  absl::Status AddNeedsOf(const std::string& file);
  absl::Status NotWhole(const Package& package) const;
  absl::Status AddFilesOf(uint32_t place);
  absl::Status AddCopyright(uint32_t place);
  absl::Status AddTools();
  absl::StatusOr<uint32_t> OwnerOf(absl::string_view file);
  absl::Status AddOnlyFile(const std::string& file, absl::string_view why);

  const GuestRoot& root_;
  PackageDatabase* const database_;
  const Keep keep_;
  const absl::string_view path_;
  HostFiles& files_;
  const HostTree tree_;
  std::unique_ptr<PackageClosure> closure_;
  uint32_t expanded_ = 0;  // packages of the closure whose files are in files_
  std::set<std::string> searched_;  // wishes for libraries that are fulfilled
  bool has_shell_script_ = false;
  bool has_tools_ = false;
  std::vector<std::string> notes_;
};

}  // namespace relocatable

#endif  // PACK_HOST_HOST_CLOSURE_H_
