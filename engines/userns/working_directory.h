// engines/userns/working_directory.h - the directory a program starts in.
#ifndef ENGINES_USERNS_WORKING_DIRECTORY_H_
#define ENGINES_USERNS_WORKING_DIRECTORY_H_

#include <sys/stat.h>

#include "engines/launch.h"
#include "engines/userns/lookup.h"
#include "engines/userns/plan.h"

namespace relocatable::userns {

// The working directory at the launch: its path and, since the path may lead
// elsewhere afterwards or be gone, a descriptor.
class WorkingDirectory {
 public:
  WorkingDirectory();
  WorkingDirectory(const WorkingDirectory&) = delete;
  ~WorkingDirectory();

  // In the new view: enters launch.cwd (0 or an errno); without one, goes back
  // to this directory, by path if that still leads there or to what `plan` has
  // put in its stead. Where the view has another root and does not show the
  // directory: to "/".
  int Enter(const Launch& launch, const Plan& plan) const;

 private:
  bool Reach(const char* path) const;
  bool ReachRebuilt(const Plan& plan) const;

  long fd_;
  bool known_ = false;  // id_ is valid
  struct stat id_;
  PathBuffer path_;  // empty: it has none that can be found
};

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_WORKING_DIRECTORY_H_
