// pack/host/host_rules.h - what no database says: tables, each line of which is
// a fact about packages that was found out by trying.
#ifndef PACK_HOST_HOST_RULES_H_
#define PACK_HOST_HOST_RULES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace relocatable {

// How much of the packages is packed: --keep.
enum class Keep {
  kFull,    // all files
  kSlim,    // no documentation, no translations; what a program reads stays
  kTraced,  // what a traced command has used, and what it takes to start
};

// Whether a file, link or directory of a package is packed. `path` in its
// merged spelling. Never: what belongs to the machine and not to programs
// (/var, /run, /home ...). Slim: no documentation but the copyright files,
// which licences ask for; no translations, no locales but C.UTF-8.
bool IsKept(Keep keep, absl::string_view path);

// Packages that others ask for only in order to be installed, configured and
// removed: dpkg, debconf. (dpkg would bring tar, and debconf perl.)
bool IsForInstalling(absl::string_view package);

// Packages of data whose needs and scripts are for installing only:
// ca-certificates asks for openssl, which makes the links in /etc/ssl/certs
// that are packed anyway.
bool NeedsNothing(absl::string_view package);

// Recommended packages without which programs do work but not as everybody
// knows them: certificates, time zones, the headers a compiler is for.
bool IsWorthRecommending(absl::string_view package);

// Essential packages that are a library too, which a single file of theirs is
// useless without: perl-base.
bool IsWhole(absl::string_view package);

// What a package asks for that --keep=slim leaves out, as few of its programs
// need it and it is large: of git, perl (48 of 110 MB); of the client's half of
// SASL, the passwords of servers (and Berkeley DB).
struct LeftOut {
  absl::string_view package, need;
  absl::string_view asks;  // what does not work then, for people to be told of
};
absl::Span<const LeftOut> LeftOutWhenSlim();

// What programs use of packages which theirs does not name, because every
// machine has them (ncurses-base: what terminals understand) or because they do
// without (Python's zoneinfo: tzdata).
struct Companion {
  absl::string_view package;    // a glob: "libpython3*-stdlib"
  absl::string_view companion;  // whole package
};
absl::Span<const Companion> Companions();

// Programs of essential packages that scripts start without their package's
// saying so. Packed one by one where a shell script is packed.
absl::Span<const absl::string_view> ScriptTools();

// Files that no package owns because they are made when packages are installed,
// and those of essential packages that libraries read (libc-bin's C.UTF-8),
// packed where the file or directory `with` is. Paths are merged ones.
struct GeneratedFiles {
  absl::string_view glob;  // '*' in the last component only
  absl::string_view with;
  absl::string_view what;  // for `inspect --tree`: "index of MIME types"
};
absl::Span<const GeneratedFiles> Generated();

}  // namespace relocatable

#endif  // PACK_HOST_HOST_RULES_H_
