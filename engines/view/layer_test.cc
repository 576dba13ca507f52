#include "engines/view/layer.h"

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "engines/view/fake_file_system.h"
#include "engines/view/map.h"
#include "engines/view/resolve.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr Mount kMounts[] = {{"/", "/p", kMountLayer},
                             {"/gnu/store", "/s", kMountReadOnly}};

View ViewOf(bool layer_first) {
  View view = MakeView("", kMounts, 2);
  view.layer_first = layer_first;
  return view;
}

enum Flags {
  kFollow = 0,
  kNoFollow = 1,
  kMayBeAbsent = 2,
  kEntry = 4,
  // The host is asked for a path with links in it: the kernel follows them, and
  // what is described here has nothing behind them.
  kThroughLinks = 8,
};

struct Row {
  const char* path;
  const char* expect;  // host path, or the errno's name
  int flags = kFollow;
  const char* base = "";
};

using Files = std::map<std::string, std::string>;

// A pack of git, dash and an editor, as a Debian has them.
const Files kLayer = {
    {"/p", "d"},
    {"/p/etc", "d"},
    {"/p/etc/alternatives", "d"},
    {"/p/etc/alternatives/editor", "l /usr/bin/vim"},
    {"/p/etc/gitconfig", "f"},
    {"/p/etc/passwd", "f"},
    {"/p/run", "d"},
    {"/p/run/x", "f"},
    {"/p/usr", "d"},
    {"/p/usr/bin", "d"},
    {"/p/usr/bin/editor", "l /etc/alternatives/editor"},
    {"/p/usr/bin/git", "p"},
    {"/p/usr/bin/sh", "p"},
    {"/p/usr/bin/vim", "p"},
    {"/p/usr/lib", "d"},
    {"/p/usr/lib/git-core", "d"},
    {"/p/usr/lib/git-core/git", "l ../../bin/git"},
    {"/p/usr/lib/git-core/git-sh-setup", "f"},
    {"/p/usr/lib/libc.so.6", "p"},
    {"/p/usr/lib/libm.so", "p"},
    {"/p/usr/lib64", "d"},
    {"/p/usr/lib64/ld-linux-x86-64.so.2", "l /lib/ld.so"},
    {"/p/usr/lib/ld.so", "p"},
    {"/p/usr/share", "d"},
    {"/p/usr/share/zone", "f"},
};

FakeFileSystem Host(Files more) {
  Files files = {
      {"/etc", "d"},
      {"/etc/alternatives", "d"},
      {"/etc/alternatives/editor", "l /usr/bin/nano"},
      {"/etc/alternatives/pager", "l /usr/bin/less"},
      {"/etc/ld.so.cache", "f"},
      {"/etc/localtime", "l /usr/share/zone"},
      {"/etc/passwd", "f"},
      {"/home", "d"},
      {"/home/me", "d"},
      {"/home/me/git", "l /usr/bin/git"},
      {"/run", "d"},
      {"/s", "d"},
      {"/s/item", "f"},
      {"/usr", "d"},
      {"/usr/bin", "d"},
      {"/usr/bin/less", "p"},
      {"/usr/bin/nano", "p"},
      {"/usr/lib", "d"},
      {"/usr/share", "d"},
  };
  files.insert(kLayer.begin(), kLayer.end());
  files.insert(more.begin(), more.end());
  return FakeFileSystem(files);
}

FakeFileSystem MergedHost() {
  return Host({{"/bin", "l usr/bin"},
               {"/lib", "l usr/lib"},
               {"/lib64", "l usr/lib"},  // as Arch Linux has it
               {"/usr/bin/sh", "p"},
               {"/usr/lib/libc.so.6", "f"},
               {"/usr/lib/libnss_sss.so.2", "f"}});
}

// With musl, as Alpine Linux has it: no /lib64, nothing merged.
FakeFileSystem UnmergedHost() {
  return Host({{"/bin", "d"},
               {"/bin/sh", "l /bin/busybox"},
               {"/bin/busybox", "p"},
               {"/lib", "d"},
               {"/lib/ld-musl.so.1", "f"},
               {"/lib/apk", "d"},
               {"/lib/libc.so.6", "f"}});
}

std::string Answer(const View& view, const FakeFileSystem& fs, const Row& row) {
  PathQuestion question;
  question.path = row.path;
  question.base = row.base;
  question.follow_last = (row.flags & kNoFollow) == 0;
  question.may_be_absent = (row.flags & kMayBeAbsent) != 0;
  question.is_entry = (row.flags & kEntry) != 0;
  PathAnswer answer;
  const int error = Resolve(view, fs, question, answer);
  if ((row.flags & kThroughLinks) != 0) fs.fault.clear();
  if (!fs.fault.empty()) return "fault: " + fs.fault;
  if (error != 0) return strerrorname_np(error);
  const std::string host = answer.host.c_str();
  // The mount is what refuses changes.
  const bool is_layers = IsInLayer(view, host.c_str());
  const Mount* const mount =
      is_layers ? view.layer : MountOf(view, answer.guest.str());
  return host + (answer.mount == mount ? "" : " (of another mount)");
}

void Check(const View& view, const FakeFileSystem& fs,
           const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(Answer(view, fs, row), row.expect)
        << row.path << " flags " << row.flags << " from " << row.base;
  }
}

TEST(Layer, CoversTheHostsFilesForItsPrograms) {
  Check(ViewOf(true), MergedHost(),
        {
            {"/usr/bin/git", "/p/usr/bin/git"},
            {"/usr/bin/sh", "/p/usr/bin/sh"},
            {"/usr/bin/nano", "/usr/bin/nano"},
            {"/usr/bin/none", "ENOENT"},
            {"/usr/bin/git/x", "ENOTDIR"},
            {"/usr/lib/libc.so.6", "/p/usr/lib/libc.so.6"},
            {"/usr/lib/libnss_sss.so.2", "/usr/lib/libnss_sss.so.2"},
            {"/usr/lib/git-core/../../bin/git", "/p/usr/bin/git"},
            {"git", "/p/usr/bin/git", kFollow, "/usr/bin"},
            {"nano", "/usr/bin/nano", kFollow, "/usr/bin"},
        });
}

TEST(Layer, LinksLeadToWhatTheViewHas) {
  Check(
      ViewOf(true), MergedHost(),
      {
          {"/usr/lib/git-core/git", "/p/usr/bin/git"},
          {"/usr/lib/git-core/git", "/p/usr/lib/git-core/git", kNoFollow},
          {"/usr/bin/editor", "/p/usr/bin/vim"},
          {"/etc/alternatives/editor", "/p/etc/alternatives/editor", kNoFollow},
          {"/etc/alternatives/pager", "/usr/bin/less"},
          {"/home/me/git", "/p/usr/bin/git"},
          {"/etc/localtime", "/p/usr/share/zone"},
      });
}

TEST(Layer, LeavesConfigurationAndDevicesToTheHost) {
  Check(ViewOf(true), MergedHost(),
        {
            {"/etc/passwd", "/etc/passwd"},
            {"/etc/gitconfig", "/p/etc/gitconfig"},
            {"/etc/none", "ENOENT"},
            {"/etc/ld.so.cache", "ENOENT"},
            {"/etc/ld.so.cachex", "ENOENT"},
            {"/run/x", "ENOENT"},
        });
}

TEST(Layer, TakesTheHostsCertificates) {
  const Files packed = {
      {"/p/etc/ssl", "d"},
      {"/p/etc/ssl/certs", "d"},
      {"/p/etc/ssl/certs/ca-certificates.crt", "f"},
      {"/p/etc/ssl/certs/4b718d9b.0", "f"},
      {"/p/etc/ssl/openssl.cnf", "f"},
  };
  FakeFileSystem none = Host(packed);
  Check(ViewOf(true), none,
        {
            {"/etc/ssl/certs/ca-certificates.crt",
             "/p/etc/ssl/certs/ca-certificates.crt"},
            {"/etc/ssl/certs/4b718d9b.0", "/p/etc/ssl/certs/4b718d9b.0"},
        });
  FakeFileSystem fedora = none;
  fedora.files.insert({{"/etc/ssl", "d"},
                       {"/etc/ssl/certs", "l ../pki/tls/certs"},
                       {"/etc/pki", "d"},
                       {"/etc/pki/tls", "d"},
                       {"/etc/pki/tls/certs", "d"},
                       {"/etc/pki/tls/certs/ca-bundle.crt", "f"}});
  Check(ViewOf(true), fedora,
        {
            {"/etc/ssl/certs/ca-certificates.crt",
             "/etc/pki/tls/certs/ca-bundle.crt", kThroughLinks},
            {"/etc/ssl/certs/4b718d9b.0", "ENOENT", kThroughLinks},
            {"/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt",
             kThroughLinks},
            {"/etc/ssl/openssl.cnf", "/p/etc/ssl/openssl.cnf"},
        });
  Check(ViewOf(false), fedora,
        {{"/etc/ssl/certs/ca-certificates.crt", "ENOENT"}});
  FakeFileSystem debian = none;
  debian.files.insert({{"/etc/ssl", "d"},
                       {"/etc/ssl/certs", "d"},
                       {"/etc/ssl/certs/ca-certificates.crt", "f"}});
  Check(ViewOf(true), debian,
        {
            {"/etc/ssl/certs/ca-certificates.crt",
             "/etc/ssl/certs/ca-certificates.crt"},
            {"/etc/pki/tls/certs/ca-bundle.crt", "ENOENT"},  // no directory
            {"/etc/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"},
            {"/etc/ssl/certs/4b718d9b.0", "ENOENT"},
        });
}

TEST(Layer, FindsWhatIsBelowUsrWhereTheHostHasALink) {
  Check(ViewOf(true), MergedHost(),
        {
            {"/bin/git", "/p/usr/bin/git"},
            {"/bin/nano", "/usr/bin/nano"},
            {"/lib64/ld-linux-x86-64.so.2", "/p/usr/lib/ld.so"},
            {"/lib/libc.so.6", "/p/usr/lib/libc.so.6"},
            {"/lib64", "/lib64", kNoFollow},
        });
}

TEST(Layer, FindsWhatIsBelowUsrWhereTheHostHasADirectoryOrNothing) {
  Check(ViewOf(true), UnmergedHost(),
        {
            {"/bin/git", "/p/usr/bin/git"},
            {"/bin/sh", "/p/usr/bin/sh"},
            {"/bin/busybox", "/bin/busybox"},
            {"/bin", "/bin"},
            {"/lib/apk", "/lib/apk"},
            {"/lib/git-core", "/p/usr/lib/git-core"},
            {"/lib/libc.so.6", "/p/usr/lib/libc.so.6"},
            {"/lib64/ld-linux-x86-64.so.2", "/p/usr/lib/ld.so"},
            {"/usr/bin/git", "/p/usr/bin/git"},
            {"/usr/bin/busybox", "ENOENT"},
        });
}

TEST(Layer, OfADirectoryOnBothSidesTheHostsIsMeant) {
  Check(ViewOf(true), MergedHost(),
        {
            {"/usr/bin", "/usr/bin"},
            {"/usr/bin/", "/usr/bin/"},
            {"/usr/lib/git-core", "/p/usr/lib/git-core"},
            {"/usr/lib/git-core/.", "/p/usr/lib/git-core"},
            {"/usr/lib/git-core/..", "/usr/lib"},
            {"/", "/"},
            {"/gnu/store/item", "/s/item"},
            {"/gnu/store/../../usr/bin/git", "/p/usr/bin/git"},
        });
}

TEST(Layer, WhatIsMadeIsTheHosts) {
  Check(ViewOf(true), MergedHost(),
        {
            {"/usr/bin/new", "/usr/bin/new", kMayBeAbsent},
            {"/usr/bin/new", "/usr/bin/new", kMayBeAbsent | kEntry},
            {"/etc/new", "/etc/new", kMayBeAbsent},
            {"/home/me/new", "/home/me/new", kMayBeAbsent},
            // Read-only, by the mount.
            {"/usr/bin/git", "/p/usr/bin/git", kMayBeAbsent},
            {"/usr/bin/editor", "/p/usr/bin/editor", kMayBeAbsent | kEntry},
            {"/usr/lib/git-core/new", "/p/usr/lib/git-core/new", kMayBeAbsent},
            {"/usr/none/new", "ENOENT", kMayBeAbsent},
        });
}

TEST(Layer, AProgramOfTheHostSeesTheHost) {
  for (const FakeFileSystem& host : {MergedHost(), UnmergedHost()}) {
    Check(ViewOf(false), host,
          {
              {"/lib/libc.so.6", host.files.count("/lib/libc.so.6") != 0
                                     ? "/lib/libc.so.6"
                                     : "/usr/lib/libc.so.6"},
              {"/lib/libm.so", "ENOENT"},
              {"/usr/lib/libm.so", "ENOENT"},
              {"/etc/gitconfig", "ENOENT"},
              {"/etc/ld.so.cache", "/etc/ld.so.cache"},
              {"/etc/alternatives/editor", "/usr/bin/nano"},
              {"/usr/share/zone", "ENOENT"},
              {"/usr/lib/git-core", "ENOENT"},
              {"/usr/lib/git-core/git-sh-setup", "ENOENT"},
          });
  }
}

TEST(Layer, AProgramOfTheHostFindsProgramsThatTheHostLacks) {
  Check(ViewOf(false), MergedHost(),
        {
            {"/usr/bin/git", "/p/usr/bin/git"},
            {"/bin/git", "/p/usr/bin/git"},
            {"/usr/bin/sh", "/usr/bin/sh"},
            {"/usr/bin/editor", "/usr/bin/nano"},
            {"/usr/lib/git-core/git", "/p/usr/bin/git"},
            {"git", "/p/usr/bin/git", kFollow, "/usr/lib/git-core"},
            // It may put its own there.
            {"/usr/bin/git", "/usr/bin/git", kMayBeAbsent},
            {"/usr/lib/git-core/git", "ENOENT", kMayBeAbsent},
        });
}

TEST(Layer, IsShownAtItsGuestPaths) {
  struct {
    const char* host;
    const char* as_packed;
    const char* as_host;
  } rows[] = {
      {"/p/usr/lib/git-core", "/usr/lib/git-core", "/p/usr/lib/git-core"},
      {"/p", "", "/p"},
      {"/px", "/px", "/px"},
      {"/usr/bin", "/usr/bin", "/usr/bin"},
      {"/s/item", "/gnu/store/item", "/gnu/store/item"},
  };
  for (const auto& row : rows) {
    bare::FixedBuffer<64> guest;
    EXPECT_TRUE(GuestOf(ViewOf(true), row.host, guest)) << row.host;
    EXPECT_STREQ(guest.c_str(), row.as_packed);
    EXPECT_TRUE(GuestOf(ViewOf(false), row.host, guest)) << row.host;
    EXPECT_STREQ(guest.c_str(), row.as_host);
  }
}

TEST(Layer, IsTheFirstMountOfALaunch) {
  EXPECT_EQ(ViewOf(true).layer, kMounts);
  EXPECT_EQ(ViewOf(true).mounts, kMounts + 1);
  EXPECT_EQ(ViewOf(true).mount_count, 1u);
  const View none = MakeView("/r", kMounts + 1, 1);
  EXPECT_EQ(none.layer, nullptr);
  EXPECT_EQ(none.mount_count, 1u);
  EXPECT_EQ(LayerCount(none), 0u);
}

}  // namespace
}  // namespace relocatable
