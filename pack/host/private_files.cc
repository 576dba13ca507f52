#include "pack/host/private_files.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "base/fd.h"

namespace relocatable {
namespace {

using Text = absl::string_view;

constexpr char kHome[] = "below a home directory";
constexpr char kTemporary[] = "temporary";
constexpr char kKey[] = "by the looks of them keys or passwords";
constexpr char kNotForAll[] = "not for everybody to read";

constexpr Text kMachines[] = {
    "/boot",
    "/dev",
    "/proc",
    "/run",
    "/sys",
    "/var/lock",
    "/var/log",
    "/var/mail",
    "/var/run",
    "/var/spool",
    "/etc/adjtime",
    "/etc/default/locale",
    "/etc/environment",
    "/etc/fstab",
    "/etc/group",
    "/etc/host.conf",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/locale.conf",
    "/etc/localtime",
    "/etc/machine-id",
    "/etc/mtab",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/resolv.conf",
    "/etc/timezone",
};

constexpr Text kHomes[] = {"/home", "/root", "/var/home"};

constexpr Text kTemporaries[] = {"/tmp", "/var/tmp"};

// Components of paths below which keys and the like lie. Those with a '*' are
// names of files.
constexpr const char* kKeys[] = {
    ".ssh",        ".gnupg",          ".aws",
    ".azure",      ".kube",           ".docker",
    "gcloud",      ".netrc",          ".pgpass",
    ".my.cnf",     ".password-store", ".git-credentials",
    "credentials", "id_rsa*",         "id_dsa*",
    "id_ecdsa*",   "id_ed25519*",     "ssh_host_*_key",
    "*.key",       "*.keytab",        "*.kdbx",
    "*.p12",       "*.pfx",           "*.jks",
    "shadow",      "shadow-",         "gshadow",
    "gshadow-",    "letsencrypt",
};

constexpr Text kKeyFolders[] = {"/etc/ssl/private", "/etc/pki/tls/private"};

// At or below the directory.
bool IsIn(Text path, Text directory) {
  return absl::StartsWith(path, directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

template <size_t kSize>
bool IsInOneOf(Text path, const Text (&directories)[kSize]) {
  return std::any_of(std::begin(directories), std::end(directories),
                     [path](Text folder) { return IsIn(path, folder); });
}

bool IsNamedLikeAKey(Text path) {
  if (IsInOneOf(path, kKeyFolders)) return true;
  for (size_t start = 1; start < path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    const std::string name(path.substr(start, end - start));
    for (const char* key : kKeys) {
      if (fnmatch(key, name.c_str(), 0) == 0) return true;
    }
    start = end + 1;
  }
  return false;
}

// "-----BEGIN OPENSSH PRIVATE KEY-----" and its like, perhaps behind a
// certificate.
bool HoldsAKey(const std::string& host) {
  char start[16384];
  const Fd fd(open(host.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const ssize_t size = fd.ok() ? read(fd.get(), start, sizeof(start)) : 0;
  const Text text(start, std::max<ssize_t>(size, 0));
  return absl::StartsWith(text, "-----BEGIN") &&
         absl::StrContains(text, "PRIVATE KEY-----");
}

}  // namespace

bool IsTheMachines(Text path) {
  return path == "/" || IsInOneOf(path, kMachines);
}

Text WhyPrivate(const GuestRoot& root, Text path, Text home, bool owned) {
  if (owned && !IsIn(path, "/etc")) return "";
  struct stat st;
  if (!root.Lstat(path, st).ok()) return "";
  const bool is_file = S_ISREG(st.st_mode);
  if (IsNamedLikeAKey(path) || (is_file && HoldsAKey(root.HostPath(path)))) {
    return kKey;
  }
  if (IsInOneOf(path, kHomes)) return kHome;
  if (home.size() > 1 && IsIn(path, home)) return kHome;
  if (IsInOneOf(path, kTemporaries)) return kTemporary;
  if (is_file && (st.st_mode & S_IROTH) == 0) return kNotForAll;
  return "";
}

}  // namespace relocatable
