#include "engines/view/certificates.h"

#include <errno.h>

#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Str;

constexpr char kDirectories[][24] = {"/etc/ssl", "/etc/pki/tls",
                                     "/etc/pki/ca-trust"};

// All certificates in one file: Debian, Arch and Alpine; Fedora; openSUSE;
// Alpine again; Fedora's source of the others.
constexpr char kBundles[][52] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
};

bool IsBundleName(Str guest) {
  for (const char(&bundle)[52] : kBundles) {
    if (bare::BaseName(guest) == bare::BaseName(bundle)) return true;
  }
  return false;
}

// "4b718d9b.0" as c_rehash(1) makes them, or a certificate's own name.
bool IsCertificateName(Str guest) {
  return bare::EndsWith(guest, ".0") || bare::EndsWith(guest, ".1") ||
         bare::EndsWith(guest, ".pem") || bare::EndsWith(guest, ".crt");
}

bool IsThere(const FileSystem& fs, const char* path) {
  char text[1];
  const long found = fs.read_link(fs, path, text, sizeof(text));
  return found >= 0 || found == -EINVAL;
}

}  // namespace

CertificateAnswer AskForCertificates(const FileSystem& fs, Str guest) {
  CertificateAnswer answer;
  for (const char(&directory)[24] : kDirectories) {
    answer.is_certificate |= IsAtOrBelow(guest, directory);
  }
  answer.is_certificate = answer.is_certificate && IsCertificateName(guest);
  if (!answer.is_certificate) return answer;
  for (const char(&bundle)[52] : kBundles) {
    if (!IsThere(fs, bundle)) continue;
    answer.hides_layers = true;
    if (IsBundleName(guest)) answer.bundle = bundle;
    break;
  }
  return answer;
}

}  // namespace relocatable
