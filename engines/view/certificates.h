// engines/view/certificates.h - whom to trust is for the host to say
// (engines/view/layer.h). Distributions keep their certificates at different
// paths, so what a packed program asks for may be absent on a host that has
// them: then the host's bundle is meant, and none of the pack's certificates.
//
// Freestanding.
#ifndef ENGINES_VIEW_CERTIFICATES_H_
#define ENGINES_VIEW_CERTIFICATES_H_

#include "base/bare/str.h"
#include "engines/view/resolve.h"

namespace relocatable {

struct CertificateAnswer {
  bool is_certificate = false;  // `guest` is where certificates are
  // The host's bundle, to be taken for `guest`; empty if `guest` is none or the
  // host has none.
  const char* bundle = "";
  // What the layer has there is not for use: the host has certificates.
  bool hides_layers = false;
};

// About the guest path `guest`, which the host lacks.
CertificateAnswer AskForCertificates(const FileSystem& fs, bare::Str guest);

}  // namespace relocatable

#endif  // ENGINES_VIEW_CERTIFICATES_H_
