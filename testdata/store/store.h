// testdata/store/store.h - a real store, for tests.
//
//   const Store& store = RealStore();
//   store.profile                     "/gnu/store/HASH-profile"
//   store.items.at("bash")            "/gnu/store/HASH-bash-5.2.15"
//   store.OnHost(store.profile)       where that is on this machine
//
// The first test to ask builds it (build_store.py: a minute), all others of
// this machine find it. Nothing may be written to it. When root has built it,
// ordinary users can read it.
//
// A machine that cannot build it (Nix missing, no namespaces) ends the test
// with the builder's message: no test passes for want of a store.
#ifndef TESTDATA_STORE_STORE_H_
#define TESTDATA_STORE_STORE_H_

#include <map>
#include <string>
#include <vector>

namespace relocatable {

struct Store {
  std::string folder;                // on this machine
  std::string prefix;                // "/gnu/store"
  std::string profile;               // the path of the profile in the store
  std::string database;              // of Nix; on this machine; in WAL mode
  std::vector<std::string> closure;  // of the profile, itself included
  std::map<std::string, std::string> items;  // "bash" -> its path in the store

  // A path of the store as this machine knows it. (Not followed: the links of
  // a store are absolute, and lead nowhere on this machine.)
  std::string OnHost(const std::string& path) const { return folder + path; }

  // The path of a program in the profile: "/gnu/store/HASH-profile/bin/NAME".
  std::string Bin(const std::string& name) const {
    return profile + "/bin/" + name;
  }
};

// The store of contents.py under /gnu/store: 80 items, 230 MB.
const Store& RealStore();

// A small one, of hello and bash, under /nix/store.
const Store& SmallNixStore();

// The file `name` of this folder among the test's data.
std::string StoreTool(const std::string& name);

}  // namespace relocatable

#endif  // TESTDATA_STORE_STORE_H_
