#include "pack/host/apk_database.h"

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "pack/host/plain_database.h"

namespace relocatable {
namespace {

// apk 2, and apk 3 where /usr is merged.
constexpr absl::string_view kPlaces[] = {"/lib/apk/db/installed",
                                         "/usr/lib/apk/db/installed"};

void AddWords(absl::string_view value, std::vector<std::string>& words) {
  for (absl::string_view word : absl::StrSplit(value, ' ', absl::SkipEmpty())) {
    if (!absl::StartsWith(word, "!")) words.emplace_back(word);
  }
}

class Reader {
 public:
  absl::Status Line(absl::string_view line) {
    if (line.empty()) {
      End();
      return absl::OkStatus();
    }
    if (line.size() < 2 || line[1] != ':') {
      return absl::InvalidArgumentError("is no field of a package ('X:value')");
    }
    Field(line[0], line.substr(2));
    return absl::OkStatus();
  }

  std::vector<PlainPackage> Finish() {
    End();
    return std::move(packages_);
  }

 private:
  void Field(char letter, absl::string_view value) {
    switch (letter) {
      case 'P':
        now_.package.name = std::string(value);
        break;
      case 'V':
        now_.package.version = std::string(value);
        break;
      case 'A':
        now_.package.architecture = std::string(value);
        break;
      case 'D':
        AddWords(value, now_.needs);
        break;
      case 'p':
        AddWords(value, now_.provides);
        break;
      case 'F':
        folder_ = value.empty() ? "" : absl::StrCat("/", value);
        if (!folder_.empty()) now_.files.push_back(folder_);
        break;
      case 'R':
        now_.files.push_back(absl::StrCat(folder_, "/", value));
        break;
      default:
        break;
    }
  }

  void End() {
    if (!now_.package.name.empty()) packages_.push_back(std::move(now_));
    now_ = PlainPackage();
    folder_.clear();
  }

  PlainPackage now_;
  std::string folder_;
  std::vector<PlainPackage> packages_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<PackageDatabase>> OpenApkDatabase(
    const GuestRoot& root) {
  for (const absl::string_view place : kPlaces) {
    const std::string file = root.HostPath(place);
    if (access(file.c_str(), F_OK) != 0) continue;
    RELOC_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    Reader reader;
    size_t number = 0;
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      ++number;
      if (absl::Status s = reader.Line(line); !s.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("'", file, "': line ", number, ": ", s.message()));
      }
    }
    return std::make_unique<PlainDatabase>("apk", "'apk fix' repairs it",
                                           reader.Finish());
  }
  return std::unique_ptr<PackageDatabase>();
}

}  // namespace relocatable
