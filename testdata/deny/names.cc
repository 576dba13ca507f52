#include "testdata/deny/names.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/mount.h>
#include <linux/sched.h>

namespace relocatable::deny {
namespace {

constexpr Name kCalls[] = {
#include "testdata/deny/calls.inc"
};
constexpr Name kErrnos[] = {
#include "testdata/deny/errnos.inc"
};
constexpr Name kFlags[] = {
#include "testdata/deny/flags.inc"
};

}  // namespace

absl::Span<const Name> CallNames() { return kCalls; }
absl::Span<const Name> ErrnoNames() { return kErrnos; }
absl::Span<const Name> FlagNames() { return kFlags; }

}  // namespace relocatable::deny
