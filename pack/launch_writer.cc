#include "pack/launch_writer.h"

#include <algorithm>
#include <cstring>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pack/launch_table.h"

namespace relocatable {
namespace {

// The section `strings`: each string once.
class Strings {
 public:
  uint32_t Add(const std::string& text) {
    const auto [place, is_new] =
        offsets_.emplace(text, static_cast<uint32_t>(bytes_.size()));
    if (is_new) bytes_.append(text.c_str(), text.size() + 1);
    return place->second;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_ = std::string(1, '\0');  // there always is an end
  absl::flat_hash_map<std::string, uint32_t> offsets_;
};

template <typename Row>
absl::string_view BytesOf(const std::vector<Row>& rows) {
  return {reinterpret_cast<const char*>(rows.data()),
          rows.size() * sizeof(Row)};
}

LaunchSection Append(absl::string_view bytes, std::string& file) {
  file.resize((file.size() + 7) / 8 * 8);
  const LaunchSection section = {file.size(), bytes.size()};
  file.append(bytes.data(), bytes.size());
  return section;
}

absl::Status CheckReadable(const std::string& file) {
  std::vector<uint64_t> aligned((file.size() + 7) / 8);
  memcpy(aligned.data(), file.data(), file.size());
  LaunchTable table;
  const char* problem = LaunchTable::Open(aligned.data(), file.size(), table);
  if (problem == nullptr) problem = table.Check();
  if (problem == nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the pack's launch table ", problem));
}

}  // namespace

absl::StatusOr<std::string> WriteLaunchTable(const LaunchContents& contents) {
  Strings strings;
  std::vector<PlanMount> mounts = contents.mounts;
  std::sort(
      mounts.begin(), mounts.end(),
      [](const PlanMount& a, const PlanMount& b) { return a.guest < b.guest; });
  std::vector<LaunchMount> mount_rows;
  for (const PlanMount& m : mounts) {
    mount_rows.push_back(
        {strings.Add(m.guest), strings.Add(m.host), m.flags, 0});
  }

  LaunchHeader header = {};
  header.entry_point = kNoName;
  std::vector<const PlanName*> names;
  for (const PlanName& n : contents.names) names.push_back(&n);
  std::sort(
      names.begin(), names.end(),
      [](const PlanName* a, const PlanName* b) { return a->name < b->name; });
  std::vector<LaunchName> name_rows;
  for (const PlanName* n : names) {
    if (n->name == contents.entry_point) {
      header.entry_point = static_cast<uint32_t>(name_rows.size());
    }
    name_rows.push_back({strings.Add(n->name), strings.Add(n->target), 0, 0});
  }
  if (header.entry_point == kNoName && !contents.entry_point.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the entry point '", contents.entry_point, "' is no name of the pack"));
  }

  std::string file(sizeof(header), '\0');
  header.mounts = Append(BytesOf(mount_rows), file);
  header.names = Append(BytesOf(name_rows), file);
  header.strings = Append(strings.bytes(), file);
  header.index = Append(contents.index, file);
  header.checks = Append(contents.checks, file);
  header.twins = Append(contents.twins, file);
  memcpy(header.magic, kLaunchMagic, sizeof(header.magic));
  header.version = kLaunchVersion;
  header.machine = contents.machine;
  header.file_size = file.size();
  memcpy(file.data(), &header, sizeof(header));
  if (absl::Status s = CheckReadable(file); !s.ok()) return s;
  return file;
}

}  // namespace relocatable
