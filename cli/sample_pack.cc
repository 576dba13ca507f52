#include "cli/sample_pack.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/subprocess.h"
#include "engines/view/view.h"
#include "pack/launch_table.h"

namespace relocatable {
namespace {

constexpr const char* kNames[] = {"ending", "foreign", "gone", "identity",
                                  "raw",    "sh",      "shell"};

uint32_t Intern(std::string& strings, const std::string& text) {
  const uint32_t at = strings.size();
  strings.append(text).push_back('\0');
  return at;
}

template <typename Row>
std::string Rows(const std::vector<Row>& rows) {
  return std::string(reinterpret_cast<const char*>(rows.data()),
                     rows.size() * sizeof(Row));
}

LaunchSection Append(std::string& file, std::string content) {
  const LaunchSection section = {file.size(), content.size()};
  content.resize((content.size() + 7) / 8 * 8);
  file += content;
  return section;
}

// An ELF header as another processor's programs have it.
std::string ForeignProgram() {
  Elf64_Ehdr header = {};
  memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_AARCH64;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof(header);
  std::string file(reinterpret_cast<const char*>(&header), sizeof(header));
  file.resize(4096);
  return file;
}

}  // namespace

std::string Shell(const std::string& command) {
  const Finished f = RunProgram({"/bin/sh", "-ec", "umask 022; " + command});
  return f.status == 0 ? "" : absl::StrCat(command, ": ", f.err);
}

std::string LaunchFile(
    const std::vector<std::pair<std::string, std::string>>& names) {
  std::string strings;
  const std::vector<LaunchMount> mounts = {{Intern(strings, "/gnu/store"),
                                            Intern(strings, "root/gnu/store"),
                                            kMountReadOnly, 0}};
  std::vector<LaunchName> rows;
  for (const auto& [name, target] : names) {
    rows.push_back({Intern(strings, name), Intern(strings, target), 0, 0});
  }
  LaunchHeader header = {};
  memcpy(header.magic, kLaunchMagic, sizeof(header.magic));
  header.version = kLaunchVersion;
  header.machine = EM_X86_64;
  header.entry_point = kNoName;
  std::string file(sizeof(header), '\0');
  header.mounts = Append(file, Rows(mounts));
  header.names = Append(file, Rows(rows));
  header.strings = Append(file, strings);
  header.index = header.checks = header.twins = {file.size(), 0};
  header.file_size = file.size();
  memcpy(file.data(), &header, sizeof(header));
  return file;
}

SamplePack::SamplePack(const std::string& archive,
                       const std::string& relocatable) {
  char name[] = "/tmp/sample-pack.XXXXXX";
  if (mkdtemp(name) == nullptr) {
    error_ = absl::StrCat("cannot make a directory: ", strerror(errno));
    return;
  }
  top_ = name;
  error_ = Shell(absl::StrCat("chmod 755 ", top_, "; mkdir -p ", pack(),
                              "/bin ", pack(), "/root; tar xpf ", archive,
                              " -C ", pack(), "/root; install ", relocatable,
                              " ", pack(), "/relocatable"));
  const Finished f = RunProgram(
      {"/bin/sh", "-c",
       absl::StrCat("cd ", pack(), "/root && echo gnu/store/*-programs-1")});
  item_ = "/" + f.out.substr(0, f.out.find('\n'));

  std::vector<std::pair<std::string, std::string>> names;
  for (const std::string program : kNames) {
    const std::string folder = program == "shell" ? "/share/scripts/" : "/bin/";
    names.push_back({"bin/" + program, item_ + folder + program});
    error_ +=
        Shell(absl::StrCat("ln -s ../relocatable ", pack(), "/bin/", program));
  }
  error_ += Shell(absl::StrCat("chmod u+w ", host_item(), "/bin"));
  const absl::Status foreign =
      WriteFile(host_item() + "/bin/foreign", ForeignProgram(), 0755);
  const absl::Status launch =
      WriteFile(pack() + "/launch", LaunchFile(names), 0644);
  if (!foreign.ok() || !launch.ok()) error_ += "cannot write the pack";
}

SamplePack::~SamplePack() {
  if (top_.empty()) return;
  Shell(absl::StrCat("chmod -R u+rwx ", top_, "; rm -rf ", top_));
}

}  // namespace relocatable
