// A library with 4,000 bytes of initial-exec TLS: they must lie at a fixed
// distance from the thread's pointer, so ld.so has to have room there. 1,664
// bytes it keeps for libraries that come later; those that a program names are
// counted before it starts.
static __thread
    __attribute__((tls_model("initial-exec"))) char block[4000] = {7};

int TlsSum(void) {
  int sum = 0;
  for (unsigned i = 0; i < sizeof(block); ++i) sum += block[i]++;
  return sum;
}
