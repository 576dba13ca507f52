// pack/temp_store.h - a small store with a database, made for one test.
//
//   TempStore store;
//   std::string libc = store.Item("libc");
//   store.tree().File(store.Below(libc, "lib/libc.so"), "…");
//   store.Register();     // what each item refers to is told, not found
#ifndef PACK_TEMP_STORE_H_
#define PACK_TEMP_STORE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pack/guest_root.h"
#include "pack/temp_tree.h"

namespace relocatable {

// A store of the prefix /gnu/store in a directory that stands for "/". Dies
// with a message where the file system or SQLite will not do as it should.
class TempStore {
 public:
  TempStore() : root_(tree_.root()) { tree_.Dir("gnu/store"); }

  TempTree& tree() { return tree_; }
  const GuestRoot& root() const { return root_; }

  // The guest path of a new item: an invented hash part (the same for the same
  // name) and `name`. It does not exist until something is put into it.
  std::string Item(absl::string_view name);

  // Files of an item, by its guest path; as in TempTree.
  void File(const std::string& item, absl::string_view path,
            absl::string_view content, int mode = 0444);
  void Link(const std::string& item, absl::string_view path,
            absl::string_view text);

  // Says that `item` refers to `references` in the database to be made.
  void Refers(const std::string& item, std::vector<std::string> references);

  // Makes the database where Guix has it, of all items that have been named,
  // and returns its host path. Sizes and hashes are right.
  std::string Register();

 private:
  TempTree tree_;
  GuestRoot root_;
  std::map<std::string, std::vector<std::string>> items_;
};

}  // namespace relocatable

#endif  // PACK_TEMP_STORE_H_
