#include "cli/launch/dispatch.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"

// The first byte of this binary in memory: the ELF header, then the program
// headers (ld(1) defines the symbol).
extern "C" const char __ehdr_start[];

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr char kBinary[] = "relocatable";
constexpr int kMaxLinks = 40;       // as the kernel: path_resolution(7)
constexpr int kMaxNameDepth = 8;    // directories between a copy and its pack
constexpr size_t kIdentity = 1024;  // headers: entry, sizes, addresses, build

using Path = FixedBuffer<PATH_MAX>;

// The end of a chain of links, and the last link before it.
struct Chain {
  Path file;         // what is no link any more
  Path link;         // the last link; empty if there was none
  Path link_target;  // its text
};

bool IsThisBinary(const char* path) {
  const long fd = Syscall(__NR_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char head[kIdentity];
  const long got = Syscall(__NR_read, fd, head, sizeof(head));
  Syscall(__NR_close, fd);
  return got == kIdentity &&
         Str(head, kIdentity) == Str(__ehdr_start, kIdentity);
}

// Follows the links that `path` itself is (not those in its directories). False
// if they end nowhere.
bool Follow(const char* path, Chain& chain) {
  chain.file.Append(path);
  for (int i = 0; i < kMaxLinks; ++i) {
    char target[PATH_MAX];
    const long size = Syscall(__NR_readlinkat, AT_FDCWD, chain.file.c_str(),
                              target, sizeof(target));
    if (size == -EINVAL) return !chain.file.overflow();  // not a link
    if (size <= 0) return false;
    const Str text(target, size);
    chain.link.Clear();
    chain.link.Append(chain.file.str());
    chain.link_target.Clear();
    chain.link_target.Append(text);
    const Str dir = bare::DirName(chain.link.str());
    chain.file.Clear();
    if (text[0] != '/') chain.file.Append(dir).Append("/");
    chain.file.Append(text);
  }
  return false;
}

bool FollowToThisBinary(const char* path, Chain& chain) {
  return Follow(path, chain) && IsThisBinary(chain.file.c_str());
}

// Makes `path` absolute by the cwd; leaves it if there is no cwd.
void MakeAbsolute(Buffer& path) {
  if (path.size() > 0 && path.c_str()[0] == '/') return;
  Path absolute;
  char cwd[PATH_MAX];
  if (Syscall(__NR_getcwd, cwd, sizeof(cwd)) <= 0 || cwd[0] != '/') return;
  absolute.Append(cwd).Append("/").Append(path.str());
  path.Clear();
  path.Append(absolute.str());
}

// The last `count` components of a path: ("/opt/p/bin/x", 2) -> "bin/x".
Str LastComponents(Str path, int count) {
  size_t start = path.size;
  for (int i = 0; i < count; ++i) {
    const size_t slash = bare::FindLast(path.First(start), '/');
    if (slash == bare::kNotFound) return path;
    start = slash;
  }
  return path.From(start + 1);
}

bool SameLink(const char* a, const char* b) {
  struct stat x, y;
  return Syscall(__NR_newfstatat, AT_FDCWD, a, &x, AT_SYMLINK_NOFOLLOW) == 0 &&
         Syscall(__NR_newfstatat, AT_FDCWD, b, &y, AT_SYMLINK_NOFOLLOW) == 0 &&
         x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

// The name that the link `link` is. A pack writes "../" into a link once for
// each directory above it, so the text says how many components its name has.
// A link that somebody else made is known by its last component, and if several
// names share that, by being the same link.
uint32_t NameOfLink(const Chain& chain, const Dispatch& d) {
  Str text = chain.link_target.str();
  int depth = 1;
  while (bare::StartsWith(text, "../")) {
    text = text.From(3);
    ++depth;
  }
  if (text == kBinary) {
    const uint32_t exact =
        d.table.FindPath(LastComponents(chain.link.str(), depth));
    if (exact != kNoName) return exact;
  }
  const Str word = bare::BaseName(chain.link.str());
  const uint32_t first = d.table.FindWord(word);
  for (uint32_t i = first; i < d.table.name_count(); ++i) {
    const Str name = d.table.string(d.table.name(i).name);
    if (!(bare::BaseName(name) == word)) continue;
    Path candidate;
    candidate.Append(d.pack).Append("/").Append(name);
    if (SameLink(candidate.c_str(), chain.link.c_str())) return i;
  }
  return first;
}

void Set(char* to, size_t capacity, Str text) {
  Buffer(to, capacity).Append(text);
}

// Takes `dir` as the pack if it has a launch table. False if it has none.
bool TakePack(Buffer& dir, Dispatch& d) {
  if (!MapLaunchTable(dir.str(), d.table, d.problem, d.error)) {
    if (d.problem == nullptr) return false;
    d.kind = Dispatch::kBadPack;
  }
  MakeAbsolute(dir);
  Set(d.pack, sizeof(d.pack), dir.str());
  return true;
}

void Clear(Dispatch& d) {
  d.kind = Dispatch::kTool;
  d.pack[0] = d.called[0] = '\0';
  d.name = kNoName;
  d.table = LaunchTable();
  d.problem = nullptr;
  d.error = 0;
}

bool IsCommand(Str word) {
  return word == "pack" || word == "run" || word == "inspect" ||
         word == "engines" || word == kBinary;
}

// Rules 1 and 2 for a chain that ends at this binary. True if they decide.
bool DecideByChain(Chain& chain, Dispatch& d) {
  const bool has_link = chain.link.size() > 0;
  const Str file_name = bare::BaseName(chain.file.str());
  if (!has_link && file_name == kBinary) return false;  // the tool itself
  const Str called = has_link ? bare::BaseName(chain.link.str()) : file_name;
  Set(d.called, sizeof(d.called), called);

  Path dir;
  dir.Append(bare::DirName(chain.file.str()));
  if (has_link && TakePack(dir, d)) {
    if (d.kind == Dispatch::kBadPack) return !IsCommand(called);
    d.name = NameOfLink(chain, d);
    if (d.name == kNoName && IsCommand(called)) return false;
    d.kind = d.name == kNoName ? Dispatch::kUnknownName : Dispatch::kProgram;
    return true;
  }
  if (file_name == kBinary) return false;
  // A copy below a pack: PACK/bin/hello.
  for (int depth = 1; depth <= kMaxNameDepth; ++depth) {
    if (TakePack(dir, d)) {
      if (d.kind == Dispatch::kBadPack) return true;
      d.name = d.table.FindPath(LastComponents(chain.file.str(), depth));
      if (d.name == kNoName) d.name = d.table.FindWord(called);
      d.kind = d.name == kNoName ? Dispatch::kUnknownName : Dispatch::kProgram;
      return true;
    }
    dir.Append("/..");
  }
  return false;
}

// Rule 3: the pack this binary lies in, by whatever path is known for it.
void DecideByWord(const Chain& by_execfn, bool execfn_is_ours, Str word,
                  Dispatch& d) {
  Path dir;
  if (execfn_is_ours) {
    dir.Append(bare::DirName(by_execfn.file.str()));
  } else {
    char exe[PATH_MAX];
    const long size =
        Syscall(__NR_readlinkat, AT_FDCWD, "/proc/self/exe", exe, sizeof(exe));
    if (size <= 0) return;
    dir.Append(bare::DirName(Str(exe, size)));
  }
  if (IsCommand(word) || !TakePack(dir, d)) return;
  if (d.kind == Dispatch::kBadPack) {
    d.kind = Dispatch::kTool;  // the tool still works in a damaged pack
    return;
  }
  d.name = d.table.FindWord(word);
  if (d.name == kNoName) return;
  Set(d.called, sizeof(d.called), word);
  d.kind = Dispatch::kProgram;
}

}  // namespace

bool MapLaunchTable(Str dir, LaunchTable& table, const char*& problem,
                    int& error) {
  problem = nullptr;
  error = 0;
  Path path;
  path.Append(dir).Append("/launch");
  if (path.overflow()) return false;
  const long fd = Syscall(__NR_openat, AT_FDCWD, path.c_str(),
                          O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    if (fd == -ENOENT || fd == -ENOTDIR) return false;
    problem = "cannot be opened";
    error = static_cast<int>(-fd);
    return false;
  }
  struct stat st;
  long map = Syscall(__NR_fstat, fd, &st);
  if (map == 0 && !S_ISREG(st.st_mode)) {  // a directory of that name
    Syscall(__NR_close, fd);
    return false;
  }
  if (map == 0 && st.st_size > 0) {
    map =
        Syscall(__NR_mmap, nullptr, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  }
  Syscall(__NR_close, fd);
  if (map < 0 && map > -4096) {
    problem = "cannot be mapped";
    error = static_cast<int>(-map);
    return false;
  }
  problem =
      LaunchTable::Open(reinterpret_cast<const void*>(map), st.st_size, table);
  return problem == nullptr;
}

bool FindPackDirectory(const char* dir, Dispatch& d) {
  Clear(d);
  Path path;
  path.Append(dir);
  return TakePack(path, d) && d.kind != Dispatch::kBadPack;
}

bool FindPackLink(const char* path, Dispatch& d) {
  Clear(d);
  Chain chain;
  return Follow(path, chain) && chain.link.size() > 0 &&
         bare::BaseName(chain.file.str()) == kBinary && DecideByChain(chain, d);
}

void FindProgram(const Invocation& invocation, Dispatch& d) {
  Clear(d);
  Chain by_execfn;
  const bool execfn_is_ours = invocation.execfn[0] != '\0' &&
                              FollowToThisBinary(invocation.execfn, by_execfn);
  if (execfn_is_ours && DecideByChain(by_execfn, d)) return;

  const char* argv0 = invocation.argv[0];
  if (argv0 == nullptr) return;
  if (bare::Find(argv0, '/') != bare::kNotFound &&
      !(Str(argv0) == invocation.execfn)) {
    Chain by_argv0;
    if (FollowToThisBinary(argv0, by_argv0) && DecideByChain(by_argv0, d)) {
      return;
    }
  }
  DecideByWord(by_execfn, execfn_is_ours, bare::BaseName(argv0), d);
}

}  // namespace relocatable
