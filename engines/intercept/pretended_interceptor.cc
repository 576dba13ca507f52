#include "engines/intercept/pretended_interceptor.h"

#include <sys/mman.h>

#include <cstring>

#include "engines/intercept/abi.h"
#include "engines/intercept/session.h"
#include "gtest/gtest.h"

asm(R"(
    .pushsection .text
test_fast_entry:
    add $1000, %rax
    jmp *%rcx
test_generic_entry:
    add $2000, %rax
    jmp *%rcx
    .popsection
)");
extern "C" char test_fast_entry[], test_generic_entry[];

namespace relocatable {

constinit Session session;

namespace {

constexpr uint64_t kPage = 4096;

class Interceptor : public ::testing::Environment {
  void SetUp() override {
    void* const page = mmap(
        reinterpret_cast<void*>(kInterceptBase), kPage, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    ASSERT_EQ(page, reinterpret_cast<void*>(kInterceptBase));
    InterceptAbi abi = {kInterceptMagic, kInterceptVersion,
                        sizeof(InterceptAbi),
                        reinterpret_cast<uint64_t>(test_fast_entry),
                        reinterpret_cast<uint64_t>(test_generic_entry)};
    memcpy(page, &abi, sizeof(abi));
  }
};
const auto* const kInterceptor =
    ::testing::AddGlobalTestEnvironment(new Interceptor);

}  // namespace

std::string CodeThatOpens() {
  return std::string("\xb8\x02\0\0\0\x0f\x05\xc3", 8);
}

Registers CallCode(long at) {
  Registers result;
  asm volatile("call *%2"
               : "=a"(result.rax), "=d"(result.rdx)
               : "r"(at), "D"(0), "S"(0), "d"(0)
               : "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
  return result;
}

}  // namespace relocatable
