#include "elf/closure.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "elf/elf_file.h"
#include "elf/search_glibc.h"
#include "elf/search_musl.h"

namespace relocatable {
namespace {

constexpr int kInterpreter = 1;

absl::Status At(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat("'", path, "': ", status.message()));
}

absl::StatusOr<LoadedObject> OpenProgram(const FileTree& tree,
                                         const std::string& path) {
  RELOC_ASSIGN_OR_RETURN(const std::string real, tree.Resolve(path));
  RELOC_ASSIGN_OR_RETURN(const FileNode node, tree.Stat(real));
  RELOC_ASSIGN_OR_RETURN(const auto source, tree.Open(real));
  absl::StatusOr<ElfFile> elf = ReadElf(*source);
  if (!elf.ok()) return At(path, elf.status());
  LoadedObject program;
  program.found.path = path;
  program.elf = std::make_shared<ElfFile>(*std::move(elf));
  // The kernel tells ld.so where the file really is (/proc/self/exe).
  program.origin = Dirname(real);
  program.device = node.device;
  program.inode = node.inode;
  return program;
}

absl::Status OpenLoader(const FileTree& tree, const std::string& cwd,
                        Closure* closure) {
  const std::string path = Absolute(cwd, closure->loader_path);
  RELOC_ASSIGN_OR_RETURN(LoadedObject object, OpenProgram(tree, path));
  RELOC_ASSIGN_OR_RETURN(const auto source, tree.Open(path));
  absl::StatusOr<Loader> loader = ReadLoader(*source);
  if (!loader.ok()) return At(path, loader.status());
  closure->loader = *std::move(loader);
  object.found.rule = SearchRule::kInterpreter;
  object.names = {closure->loader_path};
  object.loaded_by = 0;
  closure->objects.push_back(std::move(object));
  return absl::OkStatus();
}

std::unique_ptr<LibrarySearch> MakeSearch(const FileTree& tree,
                                          const Closure& closure,
                                          const SearchSettings& settings) {
  const LoadedObject& program = closure.objects[0];
  if (closure.loader->family == LoaderFamily::kMusl) {
    return MakeMuslSearch(tree, *closure.loader, closure.loader_path, settings,
                          program);
  }
  return MakeGlibcSearch(tree, *closure.loader, settings, program);
}

// An object that is the same file as `object`; not the program and the
// interpreter, which the kernel maps: ld.so does not know which files they are.
int SameFile(const std::vector<LoadedObject>& objects,
             const LoadedObject& object) {
  for (size_t i = kInterpreter + 1; i < objects.size(); ++i) {
    if (objects[i].device == object.device &&
        objects[i].inode == object.inode) {
      return i;
    }
  }
  return -1;
}

void Satisfy(const LibrarySearch& search, Closure* closure, Requirement* need) {
  std::vector<LoadedObject>& objects = closure->objects;
  need->object = search.FindLoaded(need->name, &objects);
  if (need->object >= 0) return;
  absl::StatusOr<LoadedObject> found =
      search.Find(need->name, objects, need->by);
  if (!found.ok()) {
    need->problem = std::string(found.status().message());
    return;
  }
  need->object = SameFile(objects, *found);
  if (need->object < 0) {
    need->object = objects.size();
    found->loaded_by = need->by;
    found->names.push_back(found->found.path);
    objects.push_back(*std::move(found));
  }
  objects[need->object].names.push_back(need->name);
}

void Walk(const LibrarySearch* search, Closure* closure) {
  for (size_t i = 0; i < closure->objects.size(); ++i) {
    if (i == kInterpreter && closure->loader.has_value()) continue;
    // A copy of the pointer: the vector grows below.
    const std::shared_ptr<const ElfFile> elf = closure->objects[i].elf;
    for (const Dependency& dependency : elf->dynamic.dependencies) {
      Requirement need{.name = dependency.name,
                       .kind = dependency.kind,
                       .by = static_cast<int>(i)};
      if (search != nullptr) {
        Satisfy(*search, closure, &need);
      } else {
        need.problem = "not searched for (no interpreter)";
      }
      closure->requirements.push_back(std::move(need));
    }
  }
}

template <typename T>
T Highest(const std::vector<LoadedObject>& objects,
          T (*value)(const ElfFile&)) {
  T highest = T();
  for (const LoadedObject& o : objects)
    highest = std::max(highest, value(*o.elf));
  return highest;
}

}  // namespace

bool Closure::complete() const {
  if (!loader_problem.empty()) return false;
  return std::none_of(requirements.begin(), requirements.end(),
                      [](const Requirement& r) { return r.missing(); });
}

absl::optional<Version> Closure::glibc_floor() const {
  return Highest<absl::optional<Version>>(
      objects, [](const ElfFile& elf) { return elf.glibc_floor(); });
}

absl::optional<Version> Closure::kernel_floor() const {
  return Highest<absl::optional<Version>>(
      objects, [](const ElfFile& elf) { return elf.notes.kernel; });
}

int Closure::x86_level() const {
  return Highest<int>(objects,
                      [](const ElfFile& elf) { return elf.notes.x86_level; });
}

absl::StatusOr<Closure> ComputeClosure(const FileTree& tree,
                                       const std::string& program,
                                       const ClosureSettings& settings) {
  Closure closure;
  RELOC_ASSIGN_OR_RETURN(LoadedObject object, OpenProgram(tree, program));
  closure.loader_path = object.elf->interpreter.empty()
                            ? settings.loader_path
                            : object.elf->interpreter;
  closure.objects.push_back(std::move(object));
  if (!closure.loader_path.empty()) {
    const absl::Status opened = OpenLoader(tree, settings.search.cwd, &closure);
    if (!opened.ok()) closure.loader_problem = std::string(opened.message());
  }
  std::unique_ptr<LibrarySearch> search;
  if (closure.loader.has_value()) {
    search = MakeSearch(tree, closure, settings.search);
  }
  Walk(search.get(), &closure);
  return closure;
}

}  // namespace relocatable
