#include "testdata/deny/filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include <cstddef>

namespace relocatable::deny {
namespace {

sock_filter Load(size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}

sock_filter Return(uint32_t action) {
  return BPF_STMT(BPF_RET | BPF_K, action);
}

// Skips `count` instructions unless the loaded word passes.
sock_filter SkipUnless(int jump, uint32_t value, uint8_t count) {
  return BPF_JUMP(BPF_JMP | BPF_K | static_cast<uint32_t>(jump), value, 0,
                  count);
}

uint32_t Action(const Rule& rule) {
  if (rule.NeedsSupervisor()) return SECCOMP_RET_USER_NOTIF;
  if (rule.error == kKill) return SECCOMP_RET_KILL_PROCESS;
  return SECCOMP_RET_ERRNO | static_cast<uint32_t>(rule.error);
}

}  // namespace

std::vector<sock_filter> MakeFilter(const std::vector<Rule>& rules) {
  std::vector<sock_filter> filter = {
      Load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      Return(SECCOMP_RET_ALLOW),
  };
  for (const Rule& rule : rules) {
    filter.push_back(Load(offsetof(seccomp_data, nr)));
    const uint32_t call = static_cast<uint32_t>(rule.call);
    if (rule.condition == Condition::kAlways) {
      filter.push_back(SkipUnless(BPF_JEQ, call, 1));
    } else {
      filter.push_back(SkipUnless(BPF_JEQ, call, 3));
      // Little-endian: the low half of a 64-bit argument comes first.
      filter.push_back(Load(offsetof(seccomp_data, args) + 8 * rule.argument));
      filter.push_back(
          SkipUnless(rule.condition == Condition::kAnyBit ? BPF_JSET : BPF_JEQ,
                     rule.value, 1));
    }
    filter.push_back(Return(Action(rule)));
  }
  filter.push_back(Return(SECCOMP_RET_ALLOW));
  return filter;
}

bool FitsCall(const Rule& rule, int call, const uint64_t (&arguments)[6]) {
  if (call != rule.call) return false;
  const uint32_t argument = static_cast<uint32_t>(arguments[rule.argument]);
  switch (rule.condition) {
    case Condition::kAlways:
      return true;
    case Condition::kAnyBit:
      return (argument & rule.value) != 0;
    case Condition::kEquals:
      return argument == rule.value;
  }
  return false;
}

}  // namespace relocatable::deny
