#include "cli/sample_main.h"

#include <cstdio>
#include <filesystem>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

const SamplePack* sample;
std::string product;

}  // namespace

const SamplePack& Sample() { return *sample; }
const std::string& Product() { return product; }

}  // namespace relocatable

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc != 3) {
    fprintf(stderr, "usage: %s PROGRAMS RELOCATABLE\n", argv[0]);
    return 2;
  }
  relocatable::product = std::filesystem::absolute(argv[2]);
  const relocatable::SamplePack pack(argv[1], argv[2]);
  if (!pack.error().empty()) {
    fprintf(stderr, "%s\n", pack.error().c_str());
    return 1;
  }
  relocatable::sample = &pack;
  return RUN_ALL_TESTS();
}
