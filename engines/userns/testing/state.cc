// state - prints what it is (process_state.h), its arguments and environment.
#include <stdio.h>

#include "engines/userns/testing/process_state.h"

int main(int, char** argv, char** envp) {
  for (; *argv != nullptr; ++argv) printf("argument: %s\n", *argv);
  for (; *envp != nullptr; ++envp) printf("variable: %s\n", *envp);
  fputs(relocatable::DescribeProcess().c_str(), stdout);
  return 0;
}
