#include "base/sha256.h"

#include <string>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

// FIPS 180-4's own examples (csrc.nist.gov, "SHA256.pdf"), and the empty one.
TEST(Sha256, KnownDigests) {
  EXPECT_EQ(ToHex(Sha256Of("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256Of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256Of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomno"
                           "pnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, PartsAreTheWhole) {
  const std::string data(1000, 'x');
  for (size_t cut : {0, 1, 63, 64, 65, 999}) {
    Sha256 hash;
    hash.Update(absl::string_view(data).substr(0, cut));
    hash.Update(absl::string_view(data).substr(cut));
    EXPECT_EQ(hash.Finish(), Sha256Of(data)) << cut;
  }
}

TEST(FromHex, TakesOnlyWhatToHexGives) {
  const Sha256Digest digest = Sha256Of("x");
  const std::string hex = ToHex(digest);
  Sha256Digest read;
  EXPECT_TRUE(FromHex(hex, read));
  EXPECT_EQ(read, digest);
  EXPECT_FALSE(FromHex(hex.substr(1), read));
  EXPECT_FALSE(FromHex(hex + "0", read));
  EXPECT_FALSE(FromHex("g" + hex.substr(1), read));
  EXPECT_FALSE(FromHex("A" + hex.substr(1), read));
}

}  // namespace
}  // namespace relocatable
