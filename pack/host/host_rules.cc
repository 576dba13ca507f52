#include "pack/host/host_rules.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"

namespace relocatable {
namespace {

using Text = absl::string_view;

template <size_t kSize>
bool IsOneOf(const Text (&table)[kSize], Text word) {
  return std::find(std::begin(table), std::end(table), word) != std::end(table);
}

// At or below the directory.
bool IsIn(Text path, Text directory) {
  return absl::StartsWith(path, directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

// What programs are made of lies here; the rest of a machine is its own.
constexpr Text kProgramFolders[] = {"/usr", "/etc", "/opt"};

constexpr Text kDocumentation[] = {
    "/usr/share/bug",       "/usr/share/doc-base",
    "/usr/share/gtk-doc",   "/usr/share/help",
    "/usr/share/info",      "/usr/share/lintian",
    "/usr/share/linda",     "/usr/share/locale",
    "/usr/share/man",       "/usr/share/menu",
    "/usr/share/metainfo",  "/usr/share/appdata",
    "/usr/share/omf",       "/usr/share/bash-completion",
    "/usr/share/zsh",       "/usr/share/fish",
    "/usr/share/reportbug", "/etc/bash_completion.d",
};

bool IsDocumentation(Text path) {
  if (IsIn(path, "/usr/share/doc")) {
    // "/usr/share/doc/git": may be a link to another package's.
    const size_t slash = path.find('/', sizeof("/usr/share/doc/") - 1);
    return slash != Text::npos && path.substr(slash) != "/copyright";
  }
  if (IsIn(path, "/usr/lib/locale")) {
    return path.size() > sizeof("/usr/lib/locale") - 1 &&
           !IsIn(path, "/usr/lib/locale/C.utf8");
  }
  // What Python's help() says of words and topics of the language.
  if (absl::StartsWith(path, "/usr/lib/python3") &&
      absl::StrContains(path, "/pydoc_data/topics.")) {
    return true;
  }
  return std::any_of(std::begin(kDocumentation), std::end(kDocumentation),
                     [path](Text folder) { return IsIn(path, folder); });
}

constexpr Text kForInstalling[] = {
    "adduser",
    "basesystem",
    "cdebconf",
    "debconf",
    "dpkg",
    "init-system-helpers",
    "install-info",
    "lsb-base",
    "passwd",
    "alpine-baselayout",
    "apk-tools",
    "filesystem",
    "linux-api-headers",
    "pacman",
    "setup",
    "tar",
    "ucf",
    "sysvinit-utils",
};

constexpr Text kNeedsNothing[] = {"ca-certificates", "tzdata"};

constexpr Text kRecommended[] = {"ca-certificates", "tzdata", "libc6-dev"};

constexpr char kPerlInGit[] = "git send-email, git svn and git cvsimport";

constexpr LeftOut kLeftOut[] = {
    {"git", "perl", kPerlInGit},
    {"git", "liberror-perl", ""},
    {"libsasl2-2", "libsasl2-modules-db", ""},
};

constexpr Text kWhole[] = {"perl-base", "ncurses-base"};

constexpr Companion kCompanions[] = {
    {"libtinfo6", "ncurses-base"},
    {"libpython3*-stdlib", "tzdata"},
};

constexpr Text kTools[] = {
    "sh",   "sed",      "grep",     "basename", "cat",    "chmod", "cp",
    "cut",  "date",     "dirname",  "echo",     "env",    "expr",  "head",
    "id",   "ln",       "ls",       "mkdir",    "mktemp", "mv",    "printf",
    "pwd",  "readlink", "realpath", "rm",       "rmdir",  "sleep", "sort",
    "tail", "test",     "touch",    "tr",       "tty",    "uname", "uniq",
    "wc",   "which",
};

#define MULTIARCH "/usr/lib/x86_64-linux-gnu"
constexpr GeneratedFiles kGenerated[] = {
    {"/etc/ssl/certs/*", "/usr/share/ca-certificates", "certificate"},
    {MULTIARCH "/gconv/gconv-modules.cache", MULTIARCH "/gconv/gconv-modules",
     "index of character sets"},
    {MULTIARCH "/gdk-pixbuf-2.0/2.10.0/loaders.cache",
     MULTIARCH "/gdk-pixbuf-2.0/2.10.0/loaders", "index of image formats"},
    {MULTIARCH "/gio/modules/giomodule.cache", MULTIARCH "/gio/modules",
     "index of modules"},
    {MULTIARCH "/gtk-3.0/3.0.0/immodules.cache",
     MULTIARCH "/gtk-3.0/3.0.0/immodules", "index of modules"},
    {"/usr/lib/locale/C.utf8/*", MULTIARCH "/libc.so.6", "locale C.UTF-8"},
    {"/usr/lib/locale/C.utf8/LC_MESSAGES/*", MULTIARCH "/libc.so.6",
     "locale C.UTF-8"},
    {"/usr/share/glib-2.0/schemas/gschemas.compiled",
     "/usr/share/glib-2.0/schemas", "compiled schemas"},
    {"/usr/share/mime/*", "/usr/share/mime/packages/freedesktop.org.xml",
     "index of MIME types"},
};
#undef MULTIARCH

}  // namespace

bool IsKept(Keep keep, Text path) {
  if (std::none_of(std::begin(kProgramFolders), std::end(kProgramFolders),
                   [path](Text folder) { return IsIn(path, folder); })) {
    return false;
  }
  return keep == Keep::kFull || !IsDocumentation(path);
}

bool IsForInstalling(Text package) { return IsOneOf(kForInstalling, package); }

bool NeedsNothing(Text package) { return IsOneOf(kNeedsNothing, package); }

bool IsWorthRecommending(Text package) {
  return IsOneOf(kRecommended, package);
}

bool IsWhole(Text package) { return IsOneOf(kWhole, package); }

absl::Span<const LeftOut> LeftOutWhenSlim() { return kLeftOut; }

absl::Span<const Companion> Companions() { return kCompanions; }

absl::Span<const Text> ScriptTools() { return kTools; }

absl::Span<const GeneratedFiles> Generated() { return kGenerated; }

}  // namespace relocatable
