#include "pack/twins.h"

#include <elf.h>
#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/fd.h"
#include "base/status_macros.h"
#include "elf/byte_source.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/code_file.h"
#include "engines/intercept/mapped_elf.h"
#include "engines/intercept/patch_sites.h"
#include "engines/intercept/segment_sites.h"
#include "engines/intercept/twin.h"
#include "engines/intercept/twin_index.h"
#include "pack/block_sink.h"
#include "pack/write_options.h"

namespace relocatable {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kSmallest = 512;  // no ELF file with code is smaller

// The pages of the file that hold code: what a twin is made of.
std::pair<uint64_t, uint64_t> CodeRange(const CodeFile& code,
                                        uint64_t file_size) {
  uint64_t begin = file_size, end = 0;
  for (const CodeSegment& s : code.segments) {
    begin = std::min(begin, s.offset);
    end = std::max(end, s.offset + s.bytes.size() + s.slack);
  }
  begin = begin / kPage * kPage;
  end = std::min((end + kPage - 1) / kPage * kPage, file_size);
  return {begin, end > begin ? end - begin : 0};
}

// An ELF file whose code may have sites, opened.
struct CodeOf {
  std::unique_ptr<ByteSource> file;
  CodeFile code;
};

std::optional<CodeOf> ReadCode(const std::string& host) {
  absl::StatusOr<std::unique_ptr<ByteSource>> file = OpenSource(host);
  if (!file.ok() || (*file)->size() < kSmallest) return std::nullopt;
  absl::StatusOr<CodeFile> code = ReadCodeFile(**file);
  if (!code.ok() || !CouldHaveSites(*code)) return std::nullopt;
  return CodeOf{*std::move(file), *std::move(code)};
}

// Whether a twin with the site, if it has it, leaves a call as it is that would
// be patched with `other`.
bool LeavesCall(const Site* site, const PatchSite& other) {
  if (site == nullptr) return true;
  // What jumps to the `syscall` itself.
  if (other.behind > 0 && site->state != SiteState::kBehind) return true;
  return !IsPatched(site->state);
}

// Whether a twin with these sites leaves calls as they are that would be
// patched if its file were patched as it is mapped.
bool LeavesCalls(const std::string& host, const std::vector<Site>& sites) {
  std::map<uint64_t, const Site*> known;
  for (const Site& site : sites) known[site.address] = &site;
  const Fd fd(open(host.c_str(), O_RDONLY | O_CLOEXEC));
  MappedElf file;
  if (fd.get() < 0 || !MapElfFile(fd.get(), file)) return false;
  bool leaves = false;
  const auto found = std::make_unique<PatchSites>();
  for (int i = 0; const Elf64_Phdr* p = file.Segment(i); ++i) {
    if (p->p_type != PT_LOAD || (p->p_flags & PF_X) == 0) continue;
    FindSegmentSites(file, *p, *found);
    for (uint32_t k = 0; k < found->count; ++k) {
      const Site* site = known[p->p_vaddr + found->sites[k].at];
      const bool other =
          site != nullptr && site->state == SiteState::kOtherCall;
      leaves |= !other && LeavesCall(site, found->sites[k]);
    }
  }
  UnmapElfFile(file);
  return leaves;
}

// nullopt: the file needs no twin, or cannot have one.
std::optional<PackTwin> MakeTwin(const TwinCandidate& candidate) {
  const std::optional<CodeOf> read = ReadCode(candidate.source);
  if (!read.has_value()) return std::nullopt;
  Patching patching = PatchCode(read->code);
  if (patching.edits.empty()) return std::nullopt;
  PackTwin twin;
  twin.guest = candidate.guest;
  twin.source = candidate.source;
  twin.file_time = candidate.file_time;
  twin.file_size = read->file->size();
  std::tie(twin.begin, twin.size) = CodeRange(read->code, twin.file_size);
  const absl::StatusOr<std::string> original =
      read->file->Read(twin.begin, twin.size, "its code");
  const absl::StatusOr<std::string> content =
      TwinSource(*read->file, patching.edits)
          .Read(twin.begin, twin.size, "its code");
  if (!original.ok() || !content.ok()) return std::nullopt;
  twin.code_hash = HashCode(original->data(), original->size());
  twin.sha256 = Sha256Of(*content);
  twin.flags =
      LeavesCalls(candidate.source, patching.sites) ? kTwinLeavesCalls : 0;
  twin.edits = std::move(patching.edits);
  return twin;
}

}  // namespace

std::vector<PackTwin> MakeTwins(std::vector<TwinCandidate> files) {
  std::vector<std::optional<PackTwin>> made(files.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++) {
      made[i] = MakeTwin(files[i]);
    }
  };
  std::vector<std::thread> helpers;
  for (int i = 0; i < HelperThreads(); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  std::vector<PackTwin> twins;
  for (std::optional<PackTwin>& twin : made) {
    if (twin.has_value()) twins.push_back(*std::move(twin));
  }
  std::sort(
      twins.begin(), twins.end(), [](const PackTwin& a, const PackTwin& b) {
        return std::tie(a.file_size, a.guest) < std::tie(b.file_size, b.guest);
      });
  return twins;
}

absl::StatusOr<std::string> TwinContent(const PackTwin& twin) {
  RELOC_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> file,
                         OpenSource(twin.source));
  RELOC_ASSIGN_OR_RETURN(
      std::string content,
      TwinSource(*file, twin.edits).Read(twin.begin, twin.size, "its code"));
  if (Sha256Of(content) != twin.sha256) {
    return absl::AbortedError(
        absl::StrCat("'", twin.source, "' changed while it was read"));
  }
  return content;
}

std::string WriteTwinIndex(const std::vector<PackTwin>& twins) {
  if (twins.empty()) return "";
  std::string rows, paths;
  for (const PackTwin& twin : twins) {
    TwinIndexRow row = {};
    row.file_size = twin.file_size;
    row.begin = twin.begin;
    row.size = twin.size;
    row.code_hash = twin.code_hash;
    row.file_time = twin.file_time;
    row.flags = twin.flags;
    row.path = static_cast<uint32_t>(paths.size());
    memcpy(row.sha256, twin.sha256.data(), sizeof(row.sha256));
    rows.append(reinterpret_cast<const char*>(&row), sizeof(row));
    paths.append(twin.guest).push_back('\0');
  }
  TwinIndexHeader header = {};
  memcpy(header.magic, kTwinIndexMagic, sizeof(header.magic));
  header.version = kTwinIndexVersion;
  header.abi_version = kInterceptVersion;
  header.count = static_cast<uint32_t>(twins.size());
  header.paths_size = static_cast<uint32_t>(paths.size());
  header.file_time = kStoreTime;
  return absl::StrCat(
      std::string(reinterpret_cast<const char*>(&header), sizeof(header)), rows,
      paths);
}

std::map<std::string, uint64_t> CountSites(const std::string& source) {
  std::map<std::string, uint64_t> counts;
  const std::optional<CodeOf> read = ReadCode(source);
  if (!read.has_value()) return counts;
  for (const Site& site : PatchCode(read->code).sites) {
    if (site.state == SiteState::kOtherCall) continue;
    ++counts[std::string(SiteStateWords(site.state))];
  }
  return counts;
}

}  // namespace relocatable
