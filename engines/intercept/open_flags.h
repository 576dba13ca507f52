// engines/intercept/open_flags.h - the flags of an open, wherever the call
// keeps them: creat(2) has none, openat2(2) has them in a struct. open(2).
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_OPEN_FLAGS_H_
#define ENGINES_INTERCEPT_OPEN_FLAGS_H_

#include <stdint.h>

#include "engines/intercept/call.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable {

struct OpenFlags {
  uint64_t bits;

  static constexpr uint64_t kAccessMode = 3, kCreate = 0100, kExclusive = 0200,
                            kTruncate = 01000, kNoFollow = 0400000,
                            kTemporary = 020000000, kPath = 010000000;

  static OpenFlags Of(const Call& call, const PathArgument& argument) {
    switch (argument.effect) {
      case Effect::kCreat:
        return {kCreate | kTruncate | 1};
      case Effect::kOpenHow:
        return {*call.Pointer<const uint64_t>(argument.flags)};
      default:
        return {static_cast<uint64_t>(call.arguments[argument.flags])};
    }
  }

  // struct open_how: flags, mode, resolve; linux/openat2.h.
  static bool Resolves(const Call& call, const PathArgument& argument,
                       uint64_t how) {
    return (call.Pointer<const uint64_t>(argument.flags)[2] & how) != 0;
  }
  // RESOLVE_NO_SYMLINKS.
  static bool RefusesLinks(const Call& call, const PathArgument& argument) {
    return Resolves(call, argument, 4);
  }
  // RESOLVE_NO_MAGICLINKS.
  static bool RefusesMagicLinks(const Call& call,
                                const PathArgument& argument) {
    return Resolves(call, argument, 2);
  }
  // RESOLVE_NO_XDEV, RESOLVE_BENEATH, RESOLVE_IN_ROOT.
  static constexpr uint64_t kNoMounts = 1, kBeneath = 8, kInRoot = 16;
  static bool IsBounded(const Call& call, const PathArgument& argument) {
    return Resolves(call, argument, kNoMounts | kBeneath | kInRoot);
  }

  bool IsPath() const { return (bits & kPath) != 0; }
  bool Creates() const { return (bits & kCreate) != 0 && !IsPath(); }
  bool IsExclusive() const { return (bits & kExclusive) != 0; }
  bool IsTemporary() const { return (bits & kTemporary) != 0 && !IsPath(); }
  bool Writes() const {
    return !IsPath() && ((bits & kAccessMode) != 0 || (bits & kTruncate) != 0);
  }
  bool Follows() const {
    return (bits & kNoFollow) == 0 && !(Creates() && IsExclusive());
  }
};

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_OPEN_FLAGS_H_
