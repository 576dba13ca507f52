// The low-level functions are deprecated in favour of EVP, which would pull
// OpenSSL's providers (megabytes) into a static binary.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace relocatable {
namespace {

SHA256_CTX* Context(unsigned char* bytes) {
  return reinterpret_cast<SHA256_CTX*>(bytes);
}

}  // namespace

Sha256::Sha256() {
  static_assert(sizeof(SHA256_CTX) <= sizeof(context_));
  SHA256_Init(Context(context_));
}

void Sha256::Update(absl::string_view data) {
  SHA256_Update(Context(context_), data.data(), data.size());
}

Sha256Digest Sha256::Finish() {
  Sha256Digest digest;
  SHA256_Final(digest.data(), Context(context_));
  return digest;
}

Sha256Digest Sha256Of(absl::string_view data) {
  Sha256 hash;
  hash.Update(data);
  return hash.Finish();
}

std::string ToHex(const Sha256Digest& digest) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.data()), digest.size()));
}

bool FromHex(absl::string_view hex, Sha256Digest& digest) {
  if (hex.size() != 2 * digest.size() ||
      !std::all_of(hex.begin(), hex.end(), [](char c) {
        return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
      })) {
    return false;
  }
  const std::string bytes = absl::HexStringToBytes(hex);
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return true;
}

}  // namespace relocatable
