#include "audit/arguments.h"

#include "base/bare/str.h"
#include "engines/intercept/handover.h"

namespace relocatable {
namespace {

char* Next(char* word) { return word + bare::Length(word) + 1; }

// A NUL is before the first of them, too: padding, or the end of the string
// that AT_PLATFORM names (fs/binfmt_elf.c, create_elf_tables).
char* Previous(char* word) {
  --word;
  while (word[-1] != '\0') --word;
  return word;
}

}  // namespace

bool FindArguments(AttachRequest& request) {
  char* const program = request.argv[0];
  request.handover = Previous(Previous(Previous(program)));
  request.name = Previous(Previous(request.handover));
  request.rest = Next(program);
  return IsHandover(request.handover);
}

}  // namespace relocatable
