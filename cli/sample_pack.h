// cli/sample_pack.h - a pack of testdata/programs, laid out by hand, so that
// what a pack's names do is tested apart from how packs are made.
#ifndef CLI_SAMPLE_PACK_H_
#define CLI_SAMPLE_PACK_H_

#include <string>
#include <utility>
#include <vector>

namespace relocatable {

class SamplePack {
 public:
  // Makes a pack in a new directory below /tmp that every user can read.
  // `archive` is programs.tar, `relocatable` the product. What goes wrong is in
  // error().
  SamplePack(const std::string& archive, const std::string& relocatable);
  ~SamplePack();  // removes everything
  SamplePack(const SamplePack&) = delete;
  SamplePack& operator=(const SamplePack&) = delete;

  const std::string& error() const { return error_; }
  const std::string& top() const { return top_; }      // for a test's files
  std::string pack() const { return top_ + "/pack"; }  // the pack
  const std::string& item() const { return item_; }    // a guest path
  std::string host_item() const { return pack() + "/root" + item_; }

 private:
  std::string top_;
  std::string item_;
  std::string error_;
};

// The file `launch` of a pack with the store at /gnu/store, read-only, and
// these names (sorted): {"bin/hello", "/gnu/store/.../bin/hello"}.
std::string LaunchFile(
    const std::vector<std::pair<std::string, std::string>>& names);

// Runs a shell command; "" or what it said when it failed.
std::string Shell(const std::string& command);

}  // namespace relocatable

#endif  // CLI_SAMPLE_PACK_H_
