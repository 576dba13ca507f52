#include "pack/host/temp_host.h"

#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace relocatable {

TempHost::TempHost() {
  for (const char* name : {"bin", "lib", "lib64", "sbin"}) {
    tree_.Dir(absl::StrCat("usr/", name));
    tree_.Link(name, absl::StrCat("usr/", name));
  }
}

void TempHost::Package(absl::string_view name, absl::string_view fields,
                       const std::vector<std::string>& files) {
  Paragraph(absl::StrCat("Package: ", name,
                         "\nStatus: install ok installed\nArchitecture: amd64\n"
                         "Version: 1\n",
                         fields));
  for (const std::string& file : files) {
    struct stat st;
    if (lstat(tree_.Path(file.substr(1)).c_str(), &st) == 0) continue;
    if (absl::EndsWith(file, "/")) {
      tree_.Dir(file.substr(1, file.size() - 2));
    } else if (absl::StrContains(file, "bin/")) {
      File(file, absl::StrCat("#!/bin/sh\n# ", file), 0755);
    } else {
      File(file, file);
    }
  }
  File(absl::StrCat("/var/lib/dpkg/info/", name, ".list"),
       absl::StrCat("/.\n", absl::StrJoin(files, "\n"), "\n"));
}

void TempHost::Paragraph(absl::string_view text) {
  absl::StrAppend(&status_, text, "\n");
}

void TempHost::File(absl::string_view guest, absl::string_view content,
                    int mode) {
  tree_.File(guest.substr(1), content, mode);
}

void TempHost::Link(absl::string_view guest, absl::string_view text) {
  tree_.Link(guest.substr(1), text);
}

void TempHost::Write() { File("/var/lib/dpkg/status", status_); }

}  // namespace relocatable
