#include "engines/view/resolve.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "engines/view/fake_file_system.h"
#include "engines/view/map.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

enum Flags {
  kFollow = 0,
  kNoFollow = 1,
  kMayBeAbsent = 2,
  kEntry = 4,
  kNoLinks = 8,
  kBeneath = 16,
  kInRoot = 32,
  kNoMounts = 64
};

struct Row {
  const char* path;
  const char* expect;  // host path, or the errno's name
  int flags = kFollow;
  const char* base = "";  // guest directory a relative path starts from
};

// A host without the prefix, a pack in /p, and links in all directions.
FakeFileSystem Host() {
  return FakeFileSystem({
      {"/bin", "l usr/bin"},
      {"/usr", "d"},
      {"/usr/bin", "d"},
      {"/usr/bin/env", "f"},
      {"/tmp", "d"},
      {"/tmp/into", "l /gnu/store/prof"},
      {"/tmp/into-deep", "l /gnu/store/prof/bin/hello"},
      {"/tmp/dangling", "l /gnu/store/none"},
      {"/tmp/new", "l /tmp/not-yet"},
      {"/tmp/loop", "l loop2"},
      {"/tmp/loop2", "l /tmp/loop"},
      {"/tmp/self", "l ."},
      {"/tmp/up", "l .."},
      {"/tmp/slash", "l /usr/bin/"},
      {"/tmp/file-slash", "l /usr/bin/env/"},
      {"/home", "d"},
      {"/home/me", "d"},
      {"/home/me/.profile", "l /tmp/into"},
      {"/secret", "x"},
      {"/secret/file", "f"},
      {"/p", "d"},
      {"/p/gnu", "d"},
      {"/p/gnu/store", "d"},
      {"/p/gnu/store/hello", "d"},
      {"/p/gnu/store/hello/bin", "d"},
      {"/p/gnu/store/hello/bin/hello", "f"},
      {"/p/gnu/store/hello/bin/hi", "l hello"},
      {"/p/gnu/store/prof", "d"},
      {"/p/gnu/store/prof/bin", "l /gnu/store/hello/bin"},
      {"/p/gnu/store/prof/out", "l /usr/bin"},
      {"/p/gnu/store/prof/up", "l ../../.."},
      {"/p/gnu/store/prof/rel", "l ../hello/bin"},
      {"/ro", "d"},
      {"/ro/x", "f"},
  });
}

constexpr Mount kStore[] = {{"/gnu/store", "/p/gnu/store", kMountReadOnly}};

std::string Answer(const View& view, const FakeFileSystem& fs, const Row& row) {
  PathQuestion question;
  question.path = row.path;
  question.base = row.base;
  question.follow_last = (row.flags & kNoFollow) == 0;
  question.may_be_absent = (row.flags & kMayBeAbsent) != 0;
  question.is_entry = (row.flags & kEntry) != 0;
  question.refuse_links = (row.flags & kNoLinks) != 0;
  question.refuse_mounts = (row.flags & kNoMounts) != 0;
  if ((row.flags & kBeneath) != 0) question.bound = PathQuestion::kBeneath;
  if ((row.flags & kInRoot) != 0) question.bound = PathQuestion::kInRoot;
  PathAnswer answer;
  const int error = Resolve(view, fs, question, answer);
  if (!fs.fault.empty()) return "fault: " + fs.fault;
  if (error != 0) return strerrorname_np(error);
  return std::string(answer.host.c_str()) +
         (answer.only_in_view ? " (only in view)" : "");
}

void Check(const View& view, const FakeFileSystem& fs,
           const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(Answer(view, fs, row), row.expect)
        << row.path << (row.flags & kNoFollow ? " nofollow" : "")
        << (row.flags & kMayBeAbsent ? " create" : "") << " from " << row.base;
  }
}

TEST(Resolve, MatchesThePrefixAtAComponentsBorder) {
  Check({"", kStore, 1}, Host(),
        {
            {"/gnu/store", "/p/gnu/store"},
            {"/gnu/store/", "/p/gnu/store/"},
            {"/gnu/store/hello", "/p/gnu/store/hello"},
            {"/gnu/storehouse", "ENOENT"},
            {"/gnu/stor", "ENOENT"},
            {"/gnu/store2/hello", "ENOENT"},
            {"/GNU/store", "ENOENT"},
            {"/gnu/store/none", "ENOENT"},
            {"/gnu/store/none", "/p/gnu/store/none", kMayBeAbsent},
            {"/gnu/store/none/x", "ENOENT", kMayBeAbsent},
            {"/gnu/store/hello/bin/hello/x", "ENOTDIR"},
            {"/gnu/store/hello/bin/hello/", "/p/gnu/store/hello/bin/hello/"},
            {"/gnu/store/hello/bin/hello/.", "ENOTDIR"},
            {"/gnu/store/hello/bin/hello/..", "ENOTDIR"},
        });
}

TEST(Resolve, HasDirectoriesOnTheWayToAMount) {
  Check({"", kStore, 1}, Host(),
        {
            {"/gnu", "/gnu (only in view)"},
            {"/gnu/", "/gnu/ (only in view)"},
            {"/gnu/.", "/gnu (only in view)"},
            {"/gnu/store/..", "/gnu (only in view)"},
            {"/gnu/store/../store/hello", "/p/gnu/store/hello"},
            {"/gnu/..", "/"},
            {"/gnu/none", "ENOENT"},
            {"/gnu/none", "/gnu/none", kMayBeAbsent},
        });
}

TEST(Resolve, NormalisesSlashesAndDots) {
  Check(
      {"", kStore, 1}, Host(),
      {
          {"/", "/"},
          {"//", "/"},
          {"/.", "/"},
          {"/..", "/"},
          {"/../../usr", "/usr"},
          {"//gnu///store//hello", "/p/gnu/store/hello"},
          {"/gnu/./store/./hello/.", "/p/gnu/store/hello"},
          {"/gnu/store/hello/bin/../bin/hello", "/p/gnu/store/hello/bin/hello"},
          {"/gnu/store/../../usr/bin/env", "/usr/bin/env"},
          {"/usr/../gnu/store/hello", "/p/gnu/store/hello"},
          {"/gnu/store/hello/../../../../../tmp", "/tmp"},
          {"/none/..", "ENOENT"},
          {"/usr/bin/env/..", "ENOTDIR"},
          {"", "ENOENT"},
      });
}

TEST(Resolve, FollowsLinksInsideThePrefix) {
  Check({"", kStore, 1}, Host(),
        {
            {"/gnu/store/prof/bin/hello", "/p/gnu/store/hello/bin/hello"},
            {"/gnu/store/prof/bin", "/p/gnu/store/hello/bin"},
            {"/gnu/store/prof/bin", "/p/gnu/store/prof/bin", kNoFollow},
            {"/gnu/store/prof/bin/", "/p/gnu/store/hello/bin/", kNoFollow},
            {"/gnu/store/prof/bin/.", "/p/gnu/store/hello/bin", kNoFollow},
            {"/gnu/store/prof/bin/..", "/p/gnu/store/hello"},
            {"/gnu/store/prof/bin/hi", "/p/gnu/store/hello/bin/hello"},
            {"/gnu/store/prof/bin/hi", "/p/gnu/store/hello/bin/hi", kNoFollow},
            {"/gnu/store/prof/rel/hello", "/p/gnu/store/hello/bin/hello"},
            {"/gnu/store/prof/rel/..", "/p/gnu/store/hello"},
        });
}

TEST(Resolve, FollowsLinksOutOfAndIntoThePrefix) {
  Check({"", kStore, 1}, Host(),
        {
            {"/gnu/store/prof/out/env", "/usr/bin/env"},
            {"/gnu/store/prof/up", "/"},
            {"/gnu/store/prof/up/usr", "/usr"},
            {"/gnu/store/prof/up/gnu/store/hello", "/p/gnu/store/hello"},
            {"/tmp/into/bin/hello", "/p/gnu/store/hello/bin/hello"},
            {"/tmp/into-deep", "/p/gnu/store/hello/bin/hello"},
            {"/home/me/.profile/bin", "/p/gnu/store/hello/bin"},
            {"/home/me/.profile", "/home/me/.profile", kNoFollow},
            {"/bin/env", "/usr/bin/env"},
            {"/bin/../..", "/"},
        });
}

TEST(Resolve, NeverFollowsAnEntry) {
  Check({"", kStore, 1}, Host(),
        {
            {"/tmp/into", "/tmp/into", kEntry},
            {"/tmp/into/", "/tmp/into/", kEntry},
            {"/tmp/into/", "/p/gnu/store/prof/", kNoFollow},
            {"/tmp/into/bin", "/p/gnu/store/prof/bin", kEntry},
            {"/tmp/dangling/", "/tmp/dangling/", kEntry},
            {"/tmp/new/", "/tmp/new/", kEntry | kMayBeAbsent},
            {"/tmp/none/", "/tmp/none/", kEntry | kMayBeAbsent},
        });
}

TEST(Resolve, RefusesLinks) {
  Check({"", kStore, 1}, Host(),
        {
            {"/tmp/into", "ELOOP", kNoLinks},
            {"/tmp/into/bin", "ELOOP", kNoLinks},
            {"/tmp/dangling", "ELOOP", kNoLinks},
            {"/tmp/into", "/tmp/into", kNoLinks | kNoFollow},
            {"/gnu/store/hello", "/p/gnu/store/hello", kNoLinks},
            {"/gnu/store/none", "ENOENT", kNoLinks},
        });
}

TEST(Resolve, KnowsLoopsAndDanglingLinks) {
  Check({"", kStore, 1}, Host(),
        {
            {"/tmp/loop", "ELOOP"},
            {"/tmp/loop", "/tmp/loop", kNoFollow},
            {"/tmp/loop/x", "ELOOP", kNoFollow},
            {"/tmp/loop", "ELOOP", kMayBeAbsent},
            {"/tmp/dangling", "ENOENT"},
            {"/tmp/dangling", "/p/gnu/store/none", kMayBeAbsent},
            {"/tmp/dangling", "/tmp/dangling", kNoFollow | kMayBeAbsent},
            {"/tmp/new", "/tmp/not-yet", kMayBeAbsent},
            {"/tmp/self/self/self/up", "/"},
            {"/tmp/slash/env", "/usr/bin/env"},
            {"/tmp/slash", "/usr/bin/"},
            {"/tmp/file-slash", "/usr/bin/env/"},
        });
}

TEST(Resolve, StopsWhereTheUserMayNotSearch) {
  Check({"", kStore, 1}, Host(),
        {
            {"/secret", "/secret"},
            {"/secret/file", "EACCES"},
            {"/secret/.", "EACCES"},
            {"/secret/..", "EACCES"},
        });
}

TEST(Resolve, StartsRelativePathsAtTheBase) {
  Check({"", kStore, 1}, Host(),
        {
            {"bin/hello", "/p/gnu/store/hello/bin/hello", kFollow,
             "/gnu/store/hello"},
            {"../prof/bin", "/p/gnu/store/hello/bin", kFollow,
             "/gnu/store/hello"},
            {"../../..", "/", kFollow, "/gnu/store/hello"},
            {"../../../gnu/store", "/p/gnu/store", kFollow, "/gnu/store/hello"},
            {".", "/tmp", kFollow, "/tmp"},
            {"into/bin", "/p/gnu/store/hello/bin", kFollow, "/tmp"},
            {"gnu/store/hello", "/p/gnu/store/hello", kFollow, ""},
            {"..", "/", kFollow, ""},
        });
}

TEST(Resolve, GivesTheDeepestMountAndOfEqualOnesTheLast) {
  constexpr Mount kMounts[] = {
      {"/gnu/store", "/p/gnu/store"},
      {"/gnu/store/hello/bin", "/usr/bin"},
      {"/gnu/store/hello", "/home"},
      {"/gnu/store/hello", "/p/gnu/store/hello"},
      {"/usr/bin/env", "/ro/x"},
      {"/usr", "/home"},
  };
  Check({"", kMounts, 6}, Host(),
        {
            {"/gnu/store/hello/bin", "/usr/bin"},
            // A mount seen through another mount's host path is another file.
            {"/gnu/store/hello/bin/env", "/usr/bin/env"},
            {"/gnu/store/hello/bin/hello", "ENOENT"},
            {"/gnu/store/hello", "/p/gnu/store/hello"},
            {"/gnu/store/hello/bin/..", "/p/gnu/store/hello"},
            {"/usr", "/home"},
            {"/usr/me", "/home/me"},
            {"/usr/bin", "/home/bin (only in view)"},
            {"/usr/bin/env", "/ro/x"},
            {"/bin/env", "/ro/x"},
            {"/usr/bin/none", "ENOENT"},
        });
}

TEST(Resolve, KeepsARootsLinksInsideTheRoot) {
  const FakeFileSystem fs({
      {"/r", "d"},
      {"/r/etc", "d"},
      {"/r/etc/motd", "l /run/motd"},
      {"/r/run", "d"},
      {"/r/run/motd", "f"},
      {"/r/up", "l ../../../etc"},
      {"/etc", "d"},
      {"/etc/host", "f"},
      {"/disk", "d"},
      {"/disk/x", "f"},
  });
  constexpr Mount kMounts[] = {{"/data/disk", "/disk"}};
  for (const char* root : {"/r", "/r"}) {
    Check({root, kMounts, 1}, fs,
          {
              {"/", "/r"},
              {"/..", "/r"},
              {"/etc", "/r/etc"},
              {"/etc/motd", "/r/run/motd"},
              {"/up", "/r/etc"},
              {"/up/../..", "/r"},
              {"/etc/host", "ENOENT"},
              {"/disk", "ENOENT"},
              {"/data/disk/x", "/disk/x"},
              {"/data/disk/../..", "/r"},
              {"/data", "/r/data (only in view)"},
          });
  }
}

TEST(Resolve, StaysWithinBounds) {
  constexpr char kItem[] = "/gnu/store/hello", kProfile[] = "/gnu/store/prof";
  constexpr char kHi[] = "/p/gnu/store/hello/bin/hello";
  Check({"", kStore, 1}, Host(),
        {
            {"bin/hi", kHi, kBeneath, kItem},
            {"bin/../bin/hi", kHi, kBeneath, kItem},
            {"..", "EXDEV", kBeneath, kItem},
            {"bin/../..", "EXDEV", kBeneath, kItem},
            {"/bin/hi", "EXDEV", kBeneath, kItem},
            {"bin/hello", "EXDEV", kBeneath, kProfile},
            {"rel/hello", "EXDEV", kBeneath, kProfile},
            {"prof/rel/hello", kHi, kBeneath, "/gnu/store"},
            {"gnu/store/hello/bin/hi", kHi, kBeneath, ""},
            {"bin/hi", kHi, kInRoot, kItem},
            {"/bin/hi", kHi, kInRoot, kItem},
            {"../../bin/hi", kHi, kInRoot, kItem},
            {"bin/hello", "ENOENT", kInRoot, kProfile},
            {"tmp/into-deep", kHi, kInRoot, ""},
            {"up/usr/bin/env", "ENOENT", kInRoot, kProfile},
            {"bin/hi", kHi, kNoMounts, kItem},
            {"../prof/bin/hello", "EXDEV", kNoMounts, kItem},
            {"../prof/rel/hello", kHi, kNoMounts, kItem},
            {"../../..", "EXDEV", kNoMounts, kItem},
            {"gnu/store", "EXDEV", kNoMounts, ""},
            {"gnu", "/gnu (only in view)", kNoMounts, ""},
            {"/usr/bin/env", "/usr/bin/env", kNoMounts, kItem},
            {"/gnu/store/hello", "EXDEV", kNoMounts, kItem},
        });
}

TEST(Resolve, LimitsLengths) {
  const std::string name255 = "/tmp/" + std::string(255, 'a');
  const std::string name256 = "/tmp/" + std::string(256, 'a');
  std::string path4095 = "/tmp";
  while (path4095.size() < 4094) path4095 += "/.";
  path4095.resize(4095, '/');
  const std::string path4096 = path4095 + "/";
  Check({"", kStore, 1}, Host(),
        {
            {name255.c_str(), "ENOENT"},
            {name255.c_str(), name255.c_str(), kMayBeAbsent},
            {name256.c_str(), "ENAMETOOLONG"},
            {path4095.c_str(), "/tmp"},
            {path4096.c_str(), "ENAMETOOLONG"},
        });
}

TEST(Resolve, TellsTheMountAndTheKindOfTheLastComponent) {
  const FakeFileSystem fs = Host();
  const View view = {"", kStore, 1};
  PathAnswer answer;
  PathQuestion question;
  question.path = "/tmp/into/bin";
  ASSERT_EQ(Resolve(view, fs, question, answer), 0);
  EXPECT_EQ(answer.mount, &kStore[0]);
  EXPECT_STREQ(answer.guest.c_str(), "/gnu/store/hello/bin");
  EXPECT_EQ(answer.last, PathAnswer::kName);

  PathAnswer dots;
  question.path = "/gnu/store/../..";
  ASSERT_EQ(Resolve(view, fs, question, dots), 0);
  EXPECT_EQ(dots.mount, nullptr);
  EXPECT_STREQ(dots.guest.c_str(), "");
  EXPECT_EQ(dots.last, PathAnswer::kDotDot);
}

std::string Back(const View& view, const char* host) {
  bare::FixedBuffer<kPathCapacity> guest;
  return GuestOf(view, host, guest) ? "guest:" + std::string(guest.c_str())
                                    : "nowhere";
}

TEST(GuestOf, TakesTheLongestRealPrefix) {
  constexpr Mount kMounts[] = {{"/gnu/store", "/tmp/p/gnu/store"},
                               {"/tmp", "/tmp"},
                               {"/etc/hosts", "/tmp/hosts"}};
  const View view = {"", kMounts, 3};
  EXPECT_EQ(Back(view, "/tmp/p/gnu/store/x"), "guest:/gnu/store/x");
  EXPECT_EQ(Back(view, "/tmp/p/gnu"), "guest:/tmp/p/gnu");
  EXPECT_EQ(Back(view, "/tmp/hosts"), "guest:/etc/hosts");
  EXPECT_EQ(Back(view, "/usr"), "guest:/usr");
  EXPECT_EQ(Back(view, "/"), "guest:");
}

TEST(GuestOf, KnowsWhatTheViewDoesNotShow) {
  constexpr Mount kHide[] = {{"/etc/hosts", "/tmp/hosts"}};
  EXPECT_EQ(Back({"", kHide, 1}, "/etc/hosts"), "nowhere");
  EXPECT_EQ(Back({"/r", nullptr, 0}, "/etc"), "nowhere");
  EXPECT_EQ(Back({"/r", nullptr, 0}, "/rx"), "nowhere");
  EXPECT_EQ(Back({"/r", nullptr, 0}, "/r/etc"), "guest:/etc");
  EXPECT_EQ(Back({"/r", nullptr, 0}, "/r"), "guest:");
}

}  // namespace
}  // namespace relocatable
