#include "pack/manifest.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "engines/view/view.h"
#include "pack/normal_path.h"
#include "pack/store_path.h"

namespace relocatable {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "relocatable pack";

// ---- writing ----

Json OfMount(const PlanMount& mount) {
  Json json = {{"guest", mount.guest},
               {"host", mount.host},
               {"readOnly", (mount.flags & kMountReadOnly) != 0},
               {"union", (mount.flags & kMountUnion) != 0}};
  if ((mount.flags & kMountLayer) != 0) json["layer"] = true;
  return json;
}

Json NameOrNull(uint32_t package, const std::vector<PlanPackage>& packages) {
  return package == kNobody ? Json(nullptr) : Json(packages[package].name);
}

Json OfPackage(const PlanPackage& package,
               const std::vector<PlanPackage>& packages) {
  return {{"name", package.name},
          {"version", package.version},
          {"architecture", package.architecture},
          {"size", package.size},
          {"why", package.why},
          {"neededBy", NameOrNull(package.by, packages)},
          {"licences", package.licences}};
}

Json OfPayload(const PlanFile& file, const std::vector<PlanPackage>& packages) {
  Json json = {{"path", file.path},
               {"package", NameOrNull(file.package, packages)}};
  if (!file.why.empty()) json["why"] = file.why;
  if (!file.link.empty()) {
    json["link"] = file.link;
  } else {
    json["size"] = file.size;
    json["sha256"] = ToHex(file.sha256);
  }
  return json;
}

Json OfItem(const PlanItem& item, const std::vector<PlanItem>& items) {
  Json references = Json::array();
  for (uint32_t r : item.references) references.push_back(items[r].path);
  Json json = {{"path", item.path},
               {"narSize", item.nar_size},
               {"narHash", absl::StrCat("sha256:", ToHex(item.nar_hash))},
               {"references", std::move(references)}};
  if (!item.missing.empty()) json["missing"] = item.missing;
  if (item.trimmed) json["trimmed"] = true;
  return json;
}

// ---- reading ----

// A value in the file, and where it is: "items[3].narSize".
struct Place {
  const Json& json;
  std::string where;
};

absl::Status Wrong(const Place& place, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(place.where, ": ", what));
}

absl::StatusOr<Place> Member(const Place& object, const char* key) {
  const std::string where =
      object.where.empty() ? key : absl::StrCat(object.where, ".", key);
  const auto found = object.json.find(key);
  if (found == object.json.end()) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": is missing"));
  }
  return Place{*found, where};
}

absl::Status Read(const Place& place, std::string& out) {
  if (!place.json.is_string()) return Wrong(place, "is not a string");
  out = place.json.get<std::string>();
  return absl::OkStatus();
}

absl::Status Read(const Place& place, uint64_t& out) {
  if (!place.json.is_number_unsigned()) {
    return Wrong(place, "is not a whole number from 0 to 2^64 - 1");
  }
  out = place.json.get<uint64_t>();
  return absl::OkStatus();
}

absl::Status Read(const Place& place, bool& out) {
  if (!place.json.is_boolean()) return Wrong(place, "is not true or false");
  out = place.json.get<bool>();
  return absl::OkStatus();
}

template <typename T>
absl::Status ReadMember(const Place& object, const char* key, T& out) {
  RELOC_ASSIGN_OR_RETURN(const Place place, Member(object, key));
  return Read(place, out);
}

// Calls `each` with every element of the array `key`.
absl::Status ReadArray(const Place& object, const char* key,
                       absl::FunctionRef<absl::Status(const Place&)> each) {
  RELOC_ASSIGN_OR_RETURN(const Place array, Member(object, key));
  if (!array.json.is_array()) return Wrong(array, "is not an array");
  for (size_t i = 0; i < array.json.size(); ++i) {
    RELOC_RETURN_IF_ERROR(
        each({array.json[i], absl::StrCat(array.where, "[", i, "]")}));
  }
  return absl::OkStatus();
}

// The same for an array of objects.
absl::Status ReadObjects(const Place& object, const char* key,
                         absl::FunctionRef<absl::Status(const Place&)> each) {
  return ReadArray(object, key, [&](const Place& place) -> absl::Status {
    return place.json.is_object() ? each(place)
                                  : Wrong(place, "is not an object");
  });
}

absl::Status ReadStrings(const Place& object, const char* key,
                         std::vector<std::string>& out) {
  return ReadArray(object, key, [&](const Place& place) {
    return Read(place, out.emplace_back());
  });
}

absl::Status ReadDigest(const Place& place, absl::string_view text,
                        Sha256Digest& out) {
  return FromHex(text, out)
             ? absl::OkStatus()
             : Wrong(place, "is not 64 lower-case hexadecimal digits");
}

absl::Status ReadGuestPath(const Place& object, const char* key,
                           std::string& out) {
  RELOC_ASSIGN_OR_RETURN(const Place place, Member(object, key));
  RELOC_RETURN_IF_ERROR(Read(place, out));
  return IsNormalAbsolutePath(out)
             ? absl::OkStatus()
             : Wrong(place, "is not a normal absolute path");
}

absl::Status ReadPackPath(const Place& object, const char* key,
                          std::string& out) {
  RELOC_ASSIGN_OR_RETURN(const Place place, Member(object, key));
  RELOC_RETURN_IF_ERROR(Read(place, out));
  return IsNormalRelativePath(out)
             ? absl::OkStatus()
             : Wrong(place, "is not a normal path below the pack");
}

absl::Status ReadMount(const Place& place, Manifest& manifest) {
  PlanMount mount;
  bool read_only = false, is_union = false, layer = false;
  if (place.json.contains("layer")) {
    RELOC_RETURN_IF_ERROR(ReadMember(place, "layer", layer));
  }
  if (layer) {
    mount.guest = std::string(1, '/');  // not "/": a false alarm of gcc 12
  } else {
    RELOC_RETURN_IF_ERROR(ReadGuestPath(place, "guest", mount.guest));
  }
  RELOC_RETURN_IF_ERROR(ReadPackPath(place, "host", mount.host));
  RELOC_RETURN_IF_ERROR(ReadMember(place, "readOnly", read_only));
  RELOC_RETURN_IF_ERROR(ReadMember(place, "union", is_union));
  mount.flags = (read_only ? kMountReadOnly : 0) |
                (is_union ? kMountUnion : 0) | (layer ? kMountLayer : 0);
  manifest.mounts.push_back(std::move(mount));
  return absl::OkStatus();
}

absl::Status ReadName(const Place& place, Manifest& manifest) {
  PlanName name;
  RELOC_RETURN_IF_ERROR(ReadPackPath(place, "name", name.name));
  RELOC_RETURN_IF_ERROR(ReadGuestPath(place, "target", name.target));
  if (!manifest.names.empty() && manifest.names.back().name >= name.name) {
    return Wrong(place, "is not in the order of names");
  }
  manifest.names.push_back(std::move(name));
  return absl::OkStatus();
}

// The item without its references, which need all items.
absl::Status ReadItem(const Place& place, Manifest& manifest) {
  PlanItem item;
  RELOC_ASSIGN_OR_RETURN(const Place path, Member(place, "path"));
  RELOC_RETURN_IF_ERROR(Read(path, item.path));
  absl::string_view prefix, name;
  if (!SplitStorePath(item.path, prefix, name)) {
    return Wrong(path, "is not the path of a store item");
  }
  if (!manifest.items.empty() && manifest.items.back().path >= item.path) {
    return Wrong(path, "is not in the order of paths");
  }
  RELOC_RETURN_IF_ERROR(ReadMember(place, "narSize", item.nar_size));
  RELOC_ASSIGN_OR_RETURN(const Place hash, Member(place, "narHash"));
  std::string text;
  RELOC_RETURN_IF_ERROR(Read(hash, text));
  if (!absl::StartsWith(text, "sha256:")) {
    return Wrong(hash, "does not begin with 'sha256:'");
  }
  RELOC_RETURN_IF_ERROR(
      ReadDigest(hash, absl::StripPrefix(text, "sha256:"), item.nar_hash));
  if (place.json.contains("missing")) {
    RELOC_RETURN_IF_ERROR(ReadStrings(place, "missing", item.missing));
  }
  if (place.json.contains("trimmed")) {
    RELOC_RETURN_IF_ERROR(ReadMember(place, "trimmed", item.trimmed));
  }
  manifest.items.push_back(std::move(item));
  return absl::OkStatus();
}

// Sets the references of the items, in the order of the items.
absl::Status ReadReferences(const Place& top, Manifest& manifest) {
  size_t i = 0;
  return ReadObjects(top, "items", [&](const Place& place) -> absl::Status {
    PlanItem& item = manifest.items[i++];
    return ReadArray(place, "references",
                     [&](const Place& reference) -> absl::Status {
                       std::string path;
                       RELOC_RETURN_IF_ERROR(Read(reference, path));
                       const auto to = std::lower_bound(
                           manifest.items.begin(), manifest.items.end(), path,
                           [](const PlanItem& a, const std::string& b) {
                             return a.path < b;
                           });
                       if (to == manifest.items.end() || to->path != path) {
                         return Wrong(reference, "is none of the items");
                       }
                       item.references.push_back(
                           static_cast<uint32_t>(to - manifest.items.begin()));
                       return absl::OkStatus();
                     });
  });
}

// Names of packages, to read what refers to them.
using PackagePlaces = std::map<std::string, uint32_t>;

absl::Status ReadPackageName(const Place& object, const char* key,
                             const PackagePlaces& places, uint32_t& out) {
  RELOC_ASSIGN_OR_RETURN(const Place place, Member(object, key));
  if (place.json.is_null()) return absl::OkStatus();
  std::string name;
  RELOC_RETURN_IF_ERROR(Read(place, name));
  const auto found = places.find(name);
  if (found == places.end()) {
    return Wrong(place, "is none of the packages above");
  }
  out = found->second;
  return absl::OkStatus();
}

absl::Status ReadPackage(const Place& place, PackagePlaces& places,
                         Manifest& manifest) {
  PlanPackage package;
  RELOC_RETURN_IF_ERROR(ReadMember(place, "name", package.name));
  RELOC_RETURN_IF_ERROR(ReadMember(place, "version", package.version));
  RELOC_RETURN_IF_ERROR(
      ReadMember(place, "architecture", package.architecture));
  RELOC_RETURN_IF_ERROR(ReadMember(place, "size", package.size));
  RELOC_RETURN_IF_ERROR(ReadMember(place, "why", package.why));
  RELOC_RETURN_IF_ERROR(ReadPackageName(place, "neededBy", places, package.by));
  RELOC_RETURN_IF_ERROR(ReadStrings(place, "licences", package.licences));
  if (!places.emplace(package.name, manifest.packages.size()).second) {
    return Wrong(place, "has the name of another package");
  }
  manifest.packages.push_back(std::move(package));
  return absl::OkStatus();
}

absl::Status ReadPayload(const Place& place, const PackagePlaces& places,
                         Manifest& manifest) {
  PlanFile file;
  RELOC_RETURN_IF_ERROR(ReadGuestPath(place, "path", file.path));
  RELOC_RETURN_IF_ERROR(
      ReadPackageName(place, "package", places, file.package));
  if (place.json.contains("why")) {
    RELOC_RETURN_IF_ERROR(ReadMember(place, "why", file.why));
  }
  if (place.json.contains("link")) {
    RELOC_RETURN_IF_ERROR(ReadMember(place, "link", file.link));
    if (file.link.empty()) return Wrong(place, "is a link to nothing");
  } else {
    RELOC_RETURN_IF_ERROR(ReadMember(place, "size", file.size));
    RELOC_ASSIGN_OR_RETURN(const Place hash, Member(place, "sha256"));
    std::string text;
    RELOC_RETURN_IF_ERROR(Read(hash, text));
    RELOC_RETURN_IF_ERROR(ReadDigest(hash, text, file.sha256));
  }
  manifest.payload.push_back(std::move(file));
  return absl::OkStatus();
}

absl::Status ReadHost(const Place& top, Manifest& m) {
  PackagePlaces places;
  RELOC_RETURN_IF_ERROR(ReadObjects(top, "packages", [&](const Place& place) {
    return ReadPackage(place, places, m);
  }));
  return ReadObjects(top, "payload", [&](const Place& place) {
    return ReadPayload(place, places, m);
  });
}

// Packs of the first versions did not say, and were of stores.
absl::Status ReadOrigin(const Place& top, Manifest& m) {
  if (!top.json.contains("source")) return absl::OkStatus();
  RELOC_ASSIGN_OR_RETURN(const Place place, Member(top, "source"));
  std::string word;
  RELOC_RETURN_IF_ERROR(Read(place, word));
  if (word != "store" && word != "host") {
    return Wrong(place, "is neither 'store' nor 'host'");
  }
  m.origin = word == "host" ? Origin::kHost : Origin::kStore;
  return absl::OkStatus();
}

absl::Status ReadFileEntry(const Place& place, Manifest& manifest) {
  ManifestFile file;
  RELOC_RETURN_IF_ERROR(ReadPackPath(place, "path", file.path));
  RELOC_RETURN_IF_ERROR(ReadMember(place, "size", file.size));
  RELOC_ASSIGN_OR_RETURN(const Place hash, Member(place, "sha256"));
  std::string text;
  RELOC_RETURN_IF_ERROR(Read(hash, text));
  RELOC_RETURN_IF_ERROR(ReadDigest(hash, text, file.sha256));
  manifest.files.push_back(std::move(file));
  return absl::OkStatus();
}

absl::Status CheckFormat(const Place& top) {
  std::string format;
  if (!top.json.is_object() || !ReadMember(top, "format", format).ok() ||
      format != kFormat) {
    return absl::InvalidArgumentError("is no manifest of a pack");
  }
  uint64_t version = 0;
  RELOC_RETURN_IF_ERROR(ReadMember(top, "version", version));
  if (version != kManifestVersion) {
    return absl::InvalidArgumentError(
        absl::StrCat("has version ", version,
                     ", and this program reads version ", kManifestVersion,
                     " (use the relocatable in the same "
                     "pack)"));
  }
  return absl::OkStatus();
}

absl::Status ReadEntryPoint(const Place& top, Manifest& manifest) {
  RELOC_ASSIGN_OR_RETURN(const Place place, Member(top, "entryPoint"));
  if (place.json.is_null()) return absl::OkStatus();
  RELOC_RETURN_IF_ERROR(Read(place, manifest.entry_point));
  for (const PlanName& name : manifest.names) {
    if (name.name == manifest.entry_point) return absl::OkStatus();
  }
  return Wrong(place, "is none of the names");
}

absl::StatusOr<Manifest> ReadTop(const Json& json) {
  const Place top{json, ""};
  Manifest m;
  const auto each = [&m](absl::Status (*read)(const Place&, Manifest&)) {
    return [read, &m](const Place& place) { return read(place, m); };
  };
  RELOC_RETURN_IF_ERROR(CheckFormat(top));
  RELOC_RETURN_IF_ERROR(ReadMember(top, "tool", m.tool));
  RELOC_RETURN_IF_ERROR(ReadMember(top, "machine", m.machine));
  RELOC_RETURN_IF_ERROR(ReadOrigin(top, m));
  RELOC_RETURN_IF_ERROR(ReadStrings(top, "sources", m.sources));
  RELOC_RETURN_IF_ERROR(ReadStrings(top, "excluded", m.excluded));
  RELOC_RETURN_IF_ERROR(ReadObjects(top, "mounts", each(ReadMount)));
  RELOC_RETURN_IF_ERROR(ReadObjects(top, "names", each(ReadName)));
  RELOC_RETURN_IF_ERROR(ReadEntryPoint(top, m));
  RELOC_RETURN_IF_ERROR(ReadObjects(top, "items", each(ReadItem)));
  RELOC_RETURN_IF_ERROR(ReadReferences(top, m));
  if (m.origin == Origin::kHost) RELOC_RETURN_IF_ERROR(ReadHost(top, m));
  RELOC_RETURN_IF_ERROR(ReadObjects(top, "files", each(ReadFileEntry)));
  return m;
}

}  // namespace

std::string WriteManifest(const Manifest& m) {
  Json mounts = Json::array(), names = Json::array(), items = Json::array(),
       files = Json::array();
  for (const PlanMount& mount : m.mounts) mounts.push_back(OfMount(mount));
  for (const PlanName& name : m.names) {
    names.push_back({{"name", name.name}, {"target", name.target}});
  }
  for (const PlanItem& item : m.items) items.push_back(OfItem(item, m.items));
  for (const ManifestFile& file : m.files) {
    files.push_back({{"path", file.path},
                     {"size", file.size},
                     {"sha256", ToHex(file.sha256)}});
  }
  Json json = {
      {"format", kFormat},
      {"version", kManifestVersion},
      {"tool", m.tool},
      {"machine", m.machine},
      {"source", m.origin == Origin::kHost ? "host" : "store"},
      {"sources", m.sources},
      {"excluded", m.excluded},
      {"mounts", std::move(mounts)},
      {"entryPoint",
       m.entry_point.empty() ? Json(nullptr) : Json(m.entry_point)},
      {"names", std::move(names)},
      {"items", std::move(items)},
      {"files", std::move(files)},
  };
  if (m.origin == Origin::kHost) {
    json["packages"] = Json::array();
    for (const PlanPackage& package : m.packages) {
      json["packages"].push_back(OfPackage(package, m.packages));
    }
    json["payload"] = Json::array();
    for (const PlanFile& file : m.payload) {
      json["payload"].push_back(OfPayload(file, m.packages));
    }
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<Manifest> ReadManifest(absl::string_view text) {
  Json json;
  try {
    json = Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("is not JSON (at byte ", error.byte, ")"));
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("is not JSON (", error.what(), ")"));
  }
  return ReadTop(json);
}

}  // namespace relocatable
