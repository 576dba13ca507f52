// Calls a library that needs much static TLS: tls_library.c.
#include "say.h"

int TlsSum(void);

int main(void) {
  const int first = TlsSum();
  Say("sums", "%d %d", first, TlsSum());
  return 0;
}
