// engines/userns/testing/lab.h - a directory that any user can reach, with the
// programs a test runs in it, for tests that act as an ordinary user: Bazel
// builds below the home directory of whoever runs it.
#ifndef ENGINES_USERNS_TESTING_LAB_H_
#define ENGINES_USERNS_TESTING_LAB_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/subprocess.h"

namespace relocatable {

class Lab {
 public:
  Lab();
  ~Lab();  // removes the directory and all in it
  Lab(const Lab&) = delete;

  const std::string& dir() const { return dir_; }
  std::string Path(const std::string& below) const {
    return dir_ + "/" + below;
  }

  // Copies the program built at `target` ("engines/x/y") in; returns its path.
  std::string Install(const std::string& target) const;

  // Makes a directory, or a file with `text`, parents included, 0755 / 0644.
  // Returns its path.
  std::string MakeDir(const std::string& below) const;
  std::string MakeFile(const std::string& below, const std::string& text,
                       mode_t mode = 0644) const;

 private:
  std::string dir_;
};

// An id without a name, in no group of anybody.
inline constexpr uid_t kOrdinaryUser = 12345;

// Runs argv as an ordinary user (as oneself, if one is one), in / unless
// options say otherwise.
Finished RunAsUser(const std::vector<std::string>& argv,
                   RunOptions options = {});

}  // namespace relocatable

#endif  // ENGINES_USERNS_TESTING_LAB_H_
