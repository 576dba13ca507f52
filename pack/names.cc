#include "pack/names.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pack/name_link.h"
#include "pack/program.h"
#include "pack/tree_order.h"
#include "pack/tree_walk.h"

namespace relocatable {
namespace {

// What stands at one path of the pack.
struct Made {
  enum Kind { kDirectory, kWholeDirectory, kFile, kProgram, kLoop };
  Kind kind = kDirectory;
  std::string guest;     // the path in the source that it came from
  std::string resolved;  // what that leads to; kLoop: a name of this pack
};

class NameMaker {
 public:
  NameMaker(const GuestRoot& root, IsPacked is_packed)
      : root_(root), is_packed_(is_packed) {}

  // Returns whether `source` has anything at the rule's TARGET.
  absl::StatusOr<bool> AddRule(const NameRule& rule,
                               const std::string& source) {
    const std::string guest =
        rule.target.empty() ? source : absl::StrCat(source, "/", rule.target);
    absl::StatusOr<std::string> actual = root_.Resolve(guest);
    if (absl::IsNotFound(actual.status())) return false;
    RELOC_RETURN_IF_ERROR(actual.status());
    RELOC_RETURN_IF_ERROR(AddParents(rule.name, guest));
    RELOC_RETURN_IF_ERROR(Add(rule.name, guest, *actual));
    return true;
  }

  Names Finish() {
    Names names;
    for (auto& [name, made] : made_) {
      if (made.kind == Made::kProgram)
        names.names.push_back({name, made.guest});
      names.nodes.push_back(NodeOf(name, made));
    }
    std::sort(
        names.names.begin(), names.names.end(),
        [](const PlanName& a, const PlanName& b) { return a.name < b.name; });
    return names;
  }

 private:
  static PlanNode NodeOf(const std::string& name, const Made& made) {
    PlanNode node{.path = name};
    if (made.kind == Made::kDirectory) return node;
    node.kind = PlanNode::kSymlink;
    node.text =
        made.kind == Made::kProgram ? LinkToBinary(name)
        : made.kind == Made::kLoop
            ? LinkFromName(name, made.resolved)
            : LinkFromName(name, absl::StrCat(kPayloadDir, made.resolved));
    return node;
  }

  // Names above a rule's NAME are directories, whoever made them.
  absl::Status AddParents(const std::string& name, const std::string& guest) {
    for (size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
      RELOC_RETURN_IF_ERROR(MakeDirectory(name.substr(0, slash), guest));
    }
    return absl::OkStatus();
  }

  // Adds what is at `actual`, a guest path in which only the last component may
  // be a link.
  absl::Status Add(const std::string& name, const std::string& guest,
                   const std::string& actual) {
    if (!is_packed_(actual)) return absl::OkStatus();
    const absl::StatusOr<std::string> resolved = root_.Resolve(actual);
    if (absl::IsNotFound(resolved.status())) return absl::OkStatus();
    RELOC_RETURN_IF_ERROR(resolved.status());
    if (!is_packed_(*resolved)) return absl::OkStatus();
    struct stat st;
    RELOC_RETURN_IF_ERROR(root_.Lstat(*resolved, st));
    if (S_ISDIR(st.st_mode)) return AddDirectory(name, guest, *resolved);
    RELOC_ASSIGN_OR_RETURN(const bool is_program,
                           IsProgram(root_.HostPath(*resolved), st));
    return Insert(
        name, {is_program ? Made::kProgram : Made::kFile, guest, *resolved});
  }

  absl::Status Insert(const std::string& name, Made made) {
    if (IsReservedName(name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", made.guest, "': would be '", name,
                       "' in the pack, which the pack itself is made of"));
    }
    const auto [place, is_new] = made_.try_emplace(name, std::move(made));
    const Made& there = place->second;
    if (is_new ||
        (there.kind == made.kind && there.resolved == made.resolved)) {
      return absl::OkStatus();
    }
    return Clash(name, there, made.guest);
  }

  static absl::Status Clash(const std::string& name, const Made& there,
                            const std::string& guest) {
    return absl::AlreadyExistsError(absl::StrCat(
        "'", name, "': '", there.guest, "' and '", guest,
        "' both want this name (leave one out with --exclude, or pack them "
        "apart)"));
  }

  absl::Status AddDirectory(const std::string& name, const std::string& guest,
                            const std::string& resolved) {
    for (const auto& [above, above_name] : above_) {
      if (above == resolved) {
        return Insert(name, {Made::kLoop, guest, above_name});
      }
    }
    const auto there = made_.find(name);
    if (there == made_.end()) {
      RELOC_ASSIGN_OR_RETURN(const bool link_will_do,
                             CanBeOneLink(name, resolved));
      if (link_will_do) {
        return Insert(name, {Made::kWholeDirectory, guest, resolved});
      }
    } else if (there->second.kind == Made::kWholeDirectory &&
               there->second.resolved == resolved) {
      return absl::OkStatus();
    }
    RELOC_RETURN_IF_ERROR(MakeDirectory(name, guest));
    return AddChildren(name, guest, resolved);
  }

  // Sees to it that `name` is a directory of its own: what was one link to a
  // whole directory is spread out.
  absl::Status MakeDirectory(const std::string& name,
                             const std::string& guest) {
    const auto [place, is_new] =
        made_.try_emplace(name, Made{Made::kDirectory, guest, ""});
    Made& there = place->second;
    if (is_new || there.kind == Made::kDirectory) return absl::OkStatus();
    if (there.kind != Made::kWholeDirectory) return Clash(name, there, guest);
    const Made whole = std::exchange(there, {Made::kDirectory, guest, ""});
    return AddChildren(name, whole.guest, whole.resolved);
  }

  absl::Status AddChildren(const std::string& name, const std::string& guest,
                           const std::string& resolved) {
    RELOC_ASSIGN_OR_RETURN(const std::vector<std::string> children,
                           ListDirectory(root_.HostPath(resolved)));
    above_.emplace_back(resolved, name);
    for (const std::string& child : children) {
      RELOC_RETURN_IF_ERROR(Add(absl::StrCat(name, "/", child),
                                absl::StrCat(guest, "/", child),
                                absl::StrCat(resolved, "/", child)));
    }
    above_.pop_back();
    return absl::OkStatus();
  }

  // Whether a link to the directory does the same as links to all it holds:
  // there is no program in it, and no link that leads nowhere outside a store.
  absl::StatusOr<bool> CanBeOneLink(const std::string& name,
                                    const std::string& resolved) {
    if (IsAboveReservedName(name)) return false;
    bool link_will_do = true;
    RELOC_RETURN_IF_ERROR(WalkTree(
        root_.HostPath(resolved),
        [&](absl::string_view path) {
          link_will_do &= is_packed_(absl::StrCat(resolved, "/", path));
          return link_will_do;
        },
        [&](const TreeEntry& entry) -> absl::Status {
          RELOC_ASSIGN_OR_RETURN(const bool stays,
                                 IsSameByLink(entry, resolved));
          link_will_do &= stays;
          return absl::OkStatus();
        }));
    return link_will_do;
  }

  absl::StatusOr<bool> IsSameByLink(const TreeEntry& entry,
                                    const std::string& directory) {
    if (entry.type == TreeEntry::kFile) {
      RELOC_ASSIGN_OR_RETURN(const bool is_program,
                             IsProgram(std::string(entry.source), entry.st));
      return !is_program;
    }
    if (entry.type != TreeEntry::kSymlink) return true;
    if (absl::StartsWith(entry.link, "/")) return false;
    const absl::StatusOr<std::string> resolved =
        root_.Resolve(absl::StrCat(directory, "/", entry.path));
    if (!resolved.ok()) return true;
    struct stat st;
    RELOC_RETURN_IF_ERROR(root_.Lstat(*resolved, st));
    RELOC_ASSIGN_OR_RETURN(const bool is_program,
                           IsProgram(root_.HostPath(*resolved), st));
    return !is_program;
  }

  const GuestRoot& root_;
  IsPacked is_packed_;
  std::map<std::string, Made, TreeOrder> made_;
  // The directories being added, outermost first: what they lead to, and their
  // names. A link back to one would have no end.
  std::vector<std::pair<std::string, std::string>> above_;
};

absl::Status NoTarget(const NameRule& rule,
                      const std::vector<std::string>& sources) {
  return absl::NotFoundError(absl::StrCat(
      "'", sources[0], "': has no '", rule.target, "'",
      sources.size() > 1 ? ", nor have the other sources" : "", " (-S '",
      rule.name, "=", rule.target,
      "'; -S NAME=TARGET says which files get names, -S NAME= is the item "
      "itself)"));
}

}  // namespace

absl::StatusOr<Names> MakeNames(const GuestRoot& root,
                                const std::vector<std::string>& sources,
                                const std::vector<NameRule>& rules,
                                IsPacked is_packed) {
  NameMaker maker(root, is_packed);
  for (const NameRule& rule : rules) {
    bool found = false;
    for (const std::string& source : sources) {
      RELOC_ASSIGN_OR_RETURN(const bool has, maker.AddRule(rule, source));
      found |= has;
    }
    if (!found) return NoTarget(rule, sources);
  }
  return maker.Finish();
}

}  // namespace relocatable
