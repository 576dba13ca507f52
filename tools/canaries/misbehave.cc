// What the sanitizers must stop:  misbehave address|undefined
//
// Exits 0 where nothing watches, which is what `.ci/run asan` must not see.
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>

namespace {

int ReadPastTheEnd(int size) {
  std::unique_ptr<char[]> bytes(new char[size]());
  return bytes[size];
}

int OverflowAnInt(int one) { return std::numeric_limits<int>::max() + one; }

}  // namespace

int main(int argc, char** argv) {
  const bool address = argc > 1 && std::strcmp(argv[1], "address") == 0;
  std::printf("%d\n", address ? ReadPastTheEnd(argc) : OverflowAnInt(argc));
  return 0;
}
