#include "pack/sample_plan.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace relocatable {

Plan SamplePlan(TempTree& t) {
  t.File("a-one/bin/prog", "#!/bin/sh\necho prog\n", 0555);
  t.File("a-one/bin/data", "12345", 0444);
  t.HardLink("a-one/bin/prog-again", "a-one/bin/prog");
  t.HardLink("a-one/zzz/prog-elsewhere", "a-one/bin/prog");
  t.File("a-one/empty", "");
  t.Dir("a-one/empty-dir");
  t.File("a-one/big", std::string(700 * 1024 + 1, 'b'));
  t.File("a-one/block", std::string(512, 'c'));
  t.File("a-one/with space\nand newline", "s");
  t.File("a-one/\xff\xfe not utf-8 \xc3\xa4", "u");
  t.File(
      absl::StrCat("a-one/", std::string(200, 'd'), "/", std::string(255, 'n')),
      "long");
  t.HardLink(absl::StrCat("a-one/zzz/", std::string(150, 'h')),
             absl::StrCat("a-one/", std::string(200, 'd'), "/",
                          std::string(255, 'n')));
  t.Link("a-one/link", "bin/prog");
  t.Link("a-one/absolute", "/gnu/store/b-two");
  t.Link("a-one/long-link", std::string(300, 'l'));
  t.File("b-two", "a file as an item", 0444);
  const std::string store = "root/gnu/store";
  Plan plan;
  plan.nodes = {
      {.path = "bin"},
      {.path = "bin/prog",
       .kind = PlanNode::kSymlink,
       .text = "../relocatable"},
      {.path = "launch", .kind = PlanNode::kContent, .mode = 0644, .text = "L"},
      {.path = "relocatable",
       .kind = PlanNode::kFile,
       .source = t.File("tool", "tool!", 0700)},
      {.path = "root"},
      {.path = "root/gnu"},
      {.path = store},
      {.path = store + "/a-one",
       .kind = PlanNode::kItem,
       .source = t.Path("a-one")},
      {.path = store + "/b-two",
       .kind = PlanNode::kItem,
       .source = t.Path("b-two")},
  };
  plan.sources = {"/gnu/store/00000000000000000000000000000000-sample-1.0"};
  return plan;
}

}  // namespace relocatable
