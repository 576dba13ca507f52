#include "elf/loader_command.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "base/status_macros.h"
#include "elf/hwcaps.h"
#include "elf/loader.h"

namespace relocatable {
namespace {

constexpr size_t kFirstLibrary = 2;

absl::Status Refuse(const Closure& closure, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("'", closure.objects[0].found.path, "': ", why));
}

absl::Status CheckComplete(const Closure& closure) {
  if (closure.loader_path.empty()) {
    return Refuse(closure,
                  "has no interpreter, so no ld.so can start it (start it "
                  "directly)");
  }
  if (!closure.loader.has_value()) {
    return Refuse(closure, absl::StrCat("its interpreter cannot be used: ",
                                        closure.loader_problem));
  }
  for (const Requirement& r : closure.requirements) {
    if (r.missing()) {
      return Refuse(closure, absl::StrCat("needs ", r.name, ": ", r.problem));
    }
  }
  return absl::OkStatus();
}

// Whether `path` is there, and not where it seems to be.
bool IsMoved(const FileTree& tree, const std::string& path) {
  const absl::StatusOr<std::string> guest = tree.Resolve(path);
  const absl::StatusOr<std::string> host = tree.HostPath(path);
  return guest.ok() && host.ok() && *guest != *host;
}

absl::Status CheckPathsInFiles(const FileTree& tree, const Closure& closure) {
  constexpr absl::string_view kRemedy =
      "which is elsewhere on this host (an engine that translates paths can "
      "run it)";
  for (const LoadedObject& o : closure.objects) {
    if (o.found.rule == SearchRule::kPath && IsMoved(tree, o.found.path)) {
      return Refuse(closure, absl::StrCat("it needs '", o.found.path,
                                          "' by its path, ", kRemedy));
    }
    const DynamicSection& dynamic = o.elf->dynamic;
    if (closure.loader->family == LoaderFamily::kMusl) continue;
    if (!dynamic.rpath.has_value() || dynamic.runpath.has_value()) continue;
    for (const absl::string_view part : absl::StrSplit(*dynamic.rpath, ':')) {
      const std::string folder(part);
      if (!absl::StartsWith(folder, "/") || !IsMoved(tree, folder)) continue;
      return Refuse(closure, absl::StrCat("the DT_RPATH of '", o.found.path,
                                          "' names '", folder, "', ", kRemedy));
    }
  }
  return absl::OkStatus();
}

// The host folder that a library was found in, hwcaps sub-folder left out.
absl::StatusOr<std::string> HostFolder(const FileTree& tree,
                                       const LoadedObject& o) {
  const bool absolute = absl::StartsWith(o.found.folder, "/");
  return tree.HostPath(absolute ? o.found.folder : o.origin);
}

// The index of the first folder that has `name`, and whether that is `object`.
struct FirstHit {
  size_t index = 0;
  bool is_object = false;
};

FirstHit FindFirst(const FileTree& host,
                   const std::vector<std::string>& folders,
                   const std::vector<std::string>& subfolders,
                   const std::string& name, const LoadedObject& object) {
  for (size_t i = 0; i < folders.size(); ++i) {
    for (const std::string& subfolder : subfolders) {
      const absl::StatusOr<FileNode> node =
          host.Stat(absl::StrCat(folders[i], "/", subfolder, name));
      if (!node.ok()) continue;
      return {i, node->device == object.device && node->inode == object.inode};
    }
  }
  return {folders.size(), false};
}

// The folders for --library-path, in an order in which each name is found where
// it should be: of two folders with a file of one name, the right one first.
absl::StatusOr<std::vector<std::string>> LibraryFolders(
    const FileTree& tree, const FileTree& host, const Closure& closure,
    const CommandRequest& request) {
  std::vector<std::string> folders;
  for (size_t i = kFirstLibrary; i < closure.objects.size(); ++i) {
    const LoadedObject& o = closure.objects[i];
    if (o.found.rule == SearchRule::kPath) continue;
    RELOC_ASSIGN_OR_RETURN(const std::string folder, HostFolder(tree, o));
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      folders.push_back(folder);
    }
  }
  const std::vector<std::string> subfolders =
      HwcapsFor(*closure.loader, closure.objects[0].elf->header, request.cpu)
          .subfolders;
  // Each move mends one name; a circle of names cannot be mended.
  size_t moves = folders.size() * folders.size();
  for (size_t i = 0; i < closure.requirements.size(); ++i) {
    const Requirement& r = closure.requirements[i];
    if (r.object < static_cast<int>(kFirstLibrary)) continue;
    const LoadedObject& o = closure.objects[r.object];
    if (o.found.rule == SearchRule::kPath) continue;
    const FirstHit hit = FindFirst(host, folders, subfolders, r.name, o);
    if (hit.is_object) continue;
    RELOC_ASSIGN_OR_RETURN(const std::string right, HostFolder(tree, o));
    const auto at = std::find(folders.begin(), folders.end(), right);
    if (hit.index >= static_cast<size_t>(at - folders.begin()) || moves == 0) {
      return Refuse(closure,
                    absl::StrCat("--library-path cannot make ld.so find ",
                                 r.name, " in '", right,
                                 "' (an engine that translates paths can run "
                                 "it)"));
    }
    --moves;
    folders.erase(at);
    folders.insert(folders.begin() + hit.index, right);
    i = static_cast<size_t>(-1);  // and all names again
  }
  return folders;
}

// The ld.so, and its options up to --argv0 NAME.
absl::StatusOr<LoaderCommand> Start(const FileTree& tree,
                                    const Closure& closure,
                                    const CommandRequest& request) {
  LoaderCommand command;
  RELOC_ASSIGN_OR_RETURN(command.file, tree.HostPath(closure.loader_path));
  command.argv = {closure.loader_path};
  command.passes_name = closure.loader->has_argv0;
  if (command.passes_name) {
    command.argv.insert(command.argv.end(), {"--argv0", request.name});
  }
  return command;
}

absl::Status AddLibraryPath(const FileTree& tree, const FileTree& host,
                            const Closure& closure,
                            const CommandRequest& request,
                            LoaderCommand* command) {
  RELOC_ASSIGN_OR_RETURN(std::vector<std::string> folders,
                         LibraryFolders(tree, host, closure, request));
  if (folders.empty()) return absl::OkStatus();
  for (const std::string& folder : folders) {
    if (folder.find_first_of(":;$") != std::string::npos) {
      return Refuse(closure,
                    absl::StrCat("its folder '", folder,
                                 "' has a character that --library-path "
                                 "takes for its own"));
    }
  }
  if (!request.library_path.empty()) {
    folders.insert(folders.begin(), request.library_path);
  }
  command->argv.insert(command->argv.end(),
                       {"--library-path", absl::StrJoin(folders, ":")});
  return absl::OkStatus();
}

absl::Status AddProgram(const FileTree& tree, const Closure& closure,
                        const CommandRequest& request, LoaderCommand* command) {
  if (closure.loader->family == LoaderFamily::kMusl) {
    command->argv.push_back("--");
  }
  RELOC_ASSIGN_OR_RETURN(const std::string program,
                         tree.HostPath(closure.objects[0].found.path));
  command->argv.push_back(program);
  command->argv.insert(command->argv.end(), request.args.begin(),
                       request.args.end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LoaderCommand> PlainCommand(const FileTree& tree,
                                           const FileTree& host,
                                           const Closure& closure,
                                           const CommandRequest& request) {
  RELOC_RETURN_IF_ERROR(CheckComplete(closure));
  RELOC_RETURN_IF_ERROR(CheckPathsInFiles(tree, closure));
  RELOC_ASSIGN_OR_RETURN(LoaderCommand command, Start(tree, closure, request));
  RELOC_RETURN_IF_ERROR(AddLibraryPath(tree, host, closure, request, &command));
  RELOC_RETURN_IF_ERROR(AddProgram(tree, closure, request, &command));
  return command;
}

std::string ShellLine(const LoaderCommand& command) {
  std::vector<std::string> words = command.argv;
  words[0] = command.file;
  for (std::string& word : words) {
    const bool plain =
        !word.empty() && word.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "/.,:+-_=@%") == std::string::npos;
    if (plain) continue;
    word = absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
  }
  return absl::StrJoin(words, " ");
}

}  // namespace relocatable
