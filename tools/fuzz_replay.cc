// Feeds a fuzz target with the files given, each in memory of exactly its size,
// so that reading one byte too far is seen by the address sanitizer. Without a
// file there is nothing to replay, which is a mistake.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot open '%s'\n", argv[i]);
      return 1;
    }
    const std::vector<char> read((std::istreambuf_iterator<char>(file)), {});
    uint8_t* exact = new uint8_t[read.size()];
    std::copy(read.begin(), read.end(), exact);
    LLVMFuzzerTestOneInput(exact, read.size());
    delete[] exact;
  }
  std::printf("%d inputs\n", argc - 1);
  return argc < 2 ? 1 : 0;
}
