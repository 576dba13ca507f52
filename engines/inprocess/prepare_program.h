// engines/inprocess/prepare_program.h - the program of a launch, found in the
// view as the kernel and execvp(3) would, with the arguments that its `#!`
// lines add.
//
// Freestanding.
#ifndef ENGINES_INPROCESS_PREPARE_PROGRAM_H_
#define ENGINES_INPROCESS_PREPARE_PROGRAM_H_

#include <stddef.h>

#include "base/bare/str.h"
#include "engines/intercept/program.h"
#include "engines/launch.h"

namespace relocatable {

struct LaunchedProgram {
  Program program;
  bare::FixedBuffer<kPathCapacity> execfn;
  // Its argv, ended by nullptr, from words[kWordsBeforeArguments] on
  // (engines/intercept/start_door.h).
  const char** words = nullptr;
  size_t word_count = 0;  // of argv
};

// As exec.cc does for a child. Returns an errno or 0.
int PrepareProgram(const Launch& launch, LaunchedProgram& p);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_PREPARE_PROGRAM_H_
