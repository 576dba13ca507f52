// say.h - how the programs here report: one fact a line, `key=value`, so that
// two runs can be compared byte for byte, and a difference names its fact.
//
// Nothing that changes from run to run may be printed: no pid, time, address or
// file descriptor that the program did not choose itself. C, because it is also
// compiled against musl.
#ifndef TESTDATA_PROGRAMS_SAY_H_
#define TESTDATA_PROGRAMS_SAY_H_

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Bytes that would break the line are printed as \xx.
static inline void SayBytes(const char* bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    const unsigned char c = (unsigned char)bytes[i];
    if (c < ' ' || c == '\\' || c == 0x7f) {
      printf("\\%02x", c);
    } else {
      putchar(c);
    }
  }
}

// key=value, the value formatted as printf does.
__attribute__((format(printf, 2, 3))) static inline void Say(const char* key,
                                                             const char* format,
                                                             ...) {
  char value[16384];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(value, sizeof(value), format, arguments);
  va_end(arguments);
  printf("%s=", key);
  SayBytes(value, strlen(value));
  putchar('\n');
}

// The name of an errno: the number differs between processors, the message
// between libraries.
static inline const char* ErrnoName(int error) {
  static const struct {
    int error;
    const char* name;
  } kNames[] = {
#define NAME(e) {e, #e}
      NAME(E2BIG),    NAME(EACCES),  NAME(EADDRINUSE), NAME(EAGAIN),
      NAME(EBADF),    NAME(EBUSY),   NAME(ECHILD),     NAME(ECONNREFUSED),
      NAME(EEXIST),   NAME(EFAULT),  NAME(EFBIG),      NAME(EINTR),
      NAME(EINVAL),   NAME(EIO),     NAME(EISDIR),     NAME(ELIBBAD),
      NAME(ELOOP),    NAME(EMFILE),  NAME(EMLINK),     NAME(ENAMETOOLONG),
      NAME(ENODATA),  NAME(ENODEV),  NAME(ENOENT),     NAME(ENOEXEC),
      NAME(ENOMEM),   NAME(ENOSPC),  NAME(ENOSYS),     NAME(ENOTBLK),
      NAME(ENOTCONN), NAME(ENOTDIR), NAME(ENOTEMPTY),  NAME(ENOTSOCK),
      NAME(ENOTTY),   NAME(ENXIO),   NAME(EOPNOTSUPP), NAME(EOVERFLOW),
      NAME(EPERM),    NAME(EPIPE),   NAME(EPROTOTYPE), NAME(ERANGE),
      NAME(EROFS),    NAME(ESPIPE),  NAME(ESRCH),      NAME(ESTALE),
      NAME(ETXTBSY),  NAME(EXDEV),   NAME(ENOTCONN),   NAME(EDESTADDRREQ),
#undef NAME
  };
  for (size_t i = 0; i < sizeof(kNames) / sizeof(kNames[0]); ++i) {
    if (kNames[i].error == error) return kNames[i].name;
  }
  return "another error";
}

// key=value of a system call's result: the number, or the errno's name.
static inline void SayResult(const char* key, long result) {
  if (result < 0) {
    Say(key, "%s", ErrnoName(errno));
  } else {
    Say(key, "%ld", result);
  }
}

// For what must work if the test makes any sense.
__attribute__((format(printf, 1, 2), noreturn)) static inline void Die(
    const char* format, ...) {
  const int error = errno;
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, ": %s\n", strerror(error));
  exit(99);
}

#endif  // TESTDATA_PROGRAMS_SAY_H_
