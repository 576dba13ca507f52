// engines/conformance/world.h - where the cases run: a directory below /tmp
// that any user can read, with the store of testdata/programs, this build's
// `relocatable`, a scratch directory, and a cache (RELOCATABLE_CACHE_DIR) for
// each user, so that all but the first programs run with twins.
#ifndef ENGINES_CONFORMANCE_WORLD_H_
#define ENGINES_CONFORMANCE_WORLD_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/subprocess.h"
#include "engines/conformance/cases.h"

namespace relocatable {

class World {
 public:
  // Unpacks `archive` and copies `relocatable` ("" for none); makes a pack of
  // the store if it shall be `packed`. What goes wrong is in error().
  World(const std::string& archive, const std::string& relocatable,
        bool packed);

  // From now on every program runs by `deny RULES`, a copy of that tool
  // (testdata/deny): natively, too.
  void Deny(const std::string& deny, const std::string& rules);

  // From now on an ordinary user's runs under an engine start in a user
  // namespace without the store, as its native runs are in one with it: this
  // shows in file owners, in the owner of "/", in capabilities. For engines
  // that make none themselves.
  void StartInUserNamespace() { in_user_namespace_ = true; }
  ~World();  // removes everything
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const std::string& error() const { return error_; }

  // The host path of the pack.
  std::string pack() const { return root_ + "/pack"; }

  // Runs the case as the user `uid` (only root can be another), natively if
  // `engine` is "native", from the pack if it is "ENGINE_pack". Status 125 with
  // a message if the native view cannot be had.
  Finished Run(const Case& c, const std::string& engine, uid_t uid) const;

  // Whether `line`, expanded as the strings of a case are, is a line of `f`'s
  // output.
  bool Says(const Finished& f, const std::string& line) const;

 private:
  // Where the store is on the host: with a pack, the pack's.
  std::string store() const {
    return (packed_ ? pack() + "/root" : root_) + "/gnu/store";
  }
  std::string MakePack() const;
  std::string Expand(const std::string& text) const;
  std::vector<std::string> CommandLine(const Case& c,
                                       const std::string& engine) const;
  void MakeScratch(uid_t uid) const;
  std::string MakeCache(uid_t uid) const;  // its path
  void Prepare(const Case& c, const std::string& engine, uid_t uid) const;

  std::string root_;
  std::string item_;
  std::string profile_;
  std::string error_;
  bool has_relocatable_ = false;
  bool in_user_namespace_ = false;
  std::string denied_;
  bool packed_ = false;
};

}  // namespace relocatable

#endif  // ENGINES_CONFORMANCE_WORLD_H_
