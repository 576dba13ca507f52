// testdata/store/native.h - running a program of a store as if it were
// installed here.
//
//   Finished hello = RunNatively(store, {store.Bin("hello")});
//
// This is what engines are compared with. The program runs in a mount namespace
// of its own in which the store is at its prefix, read-only; all else of the
// host is as it was: working directory, environment, descriptors, /proc. It has
// the id of the caller or, if `run.uid` says so, of that user (root only).
// Failing to make the namespace is status 125, with a message in `err`.
//
// The mechanism is enter.cc, which shares nothing with the engines.
#ifndef TESTDATA_STORE_NATIVE_H_
#define TESTDATA_STORE_NATIVE_H_

#include <string>
#include <vector>

#include "base/subprocess.h"
#include "testdata/store/store.h"

namespace relocatable {

enum class HostFiles {
  kVisible,
  kHidden,  // there is no /usr, /lib, /bin...: only /dev, /etc, /proc, /sys,
            // /tmp, /var, and the store; a working directory elsewhere is "/"
};

Finished RunNatively(const Store& store, const std::vector<std::string>& argv,
                     const RunOptions& run = {},
                     HostFiles host = HostFiles::kVisible);

// The command that RunNatively() starts, for who wants to start it himself.
std::vector<std::string> NativeCommand(const Store& store,
                                       const std::vector<std::string>& argv,
                                       uid_t uid = 0,
                                       HostFiles host = HostFiles::kVisible);

// The user as whom tests run what ordinary users run: for root one without a
// name and without files, for others 0, which RunOptions takes as the caller.
uid_t OrdinaryUser();

}  // namespace relocatable

#endif  // TESTDATA_STORE_NATIVE_H_
