// elf/fake_loader.h - files that elf/loader.h takes for an ld.so, for tests.
#ifndef ELF_FAKE_LOADER_H_
#define ELF_FAKE_LOADER_H_

#include <string>
#include <vector>

#include "elf/elf_builder.h"

namespace relocatable {

struct FakeLoader {
  std::string version = "2.37";  // empty: before 2.33, which does not tell
  std::vector<std::string> folders = {"/lib64/", "/usr/lib64/"};
  std::vector<std::string> strings = {"/etc/ld.so.cache"};
  std::string glued_before_folders = {};  // bytes with no NUL behind them

  std::string Glibc() const {
    std::string tail = std::string("\0GLIBC_PRIVATE\0", 15);
    if (!version.empty()) {
      tail += "ld.so (Test) stable release version " + version + ".\n" + '\0';
    }
    tail += '\0' + glued_before_folders;
    for (const std::string& s : folders) tail += s + '\0';
    tail += '\0';
    for (const std::string& s : strings) tail += s + '\0';
    return ElfBuilder{.soname = "ld-linux-x86-64.so.2", .tail = tail}
        .Build()
        .bytes;
  }

  static std::string Musl() {
    std::string tail(1, '\0');
    for (const char* s :
         {"1.2.3", "musl libc (x86_64)\nVersion %s\n",
          "/lib:/usr/local/lib:/usr/lib", "%.*s/etc/ld-musl-x86_64.path",
          "argv0", "preload", "library-path"}) {
      tail += std::string(s) + '\0';
    }
    return ElfBuilder{.soname = "libc.so", .tail = tail}.Build().bytes;
  }
};

}  // namespace relocatable

#endif  // ELF_FAKE_LOADER_H_
