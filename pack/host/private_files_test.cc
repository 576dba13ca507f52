#include "pack/host/private_files.h"

#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

struct PrivateCase {
  const char* name;
  const char* path;
  const char* content;
  int mode;
  bool owned;
  const char* why;
};

constexpr char kKeys[] = "by the looks of them keys or passwords";
constexpr char kHome[] = "below a home directory";

class PrivateFiles : public ::testing::TestWithParam<PrivateCase> {};

TEST_P(PrivateFiles, AreKnown) {
  const PrivateCase& c = GetParam();
  TempTree t;
  t.File(c.path + 1, c.content, c.mode);
  EXPECT_EQ(WhyPrivate(GuestRoot(t.root()), c.path, "/srv/people/me", c.owned),
            c.why);
}

INSTANTIATE_TEST_SUITE_P(
    All, PrivateFiles,
    ::testing::Values(
        PrivateCase{"Data", "/usr/local/share/x", "x", 0644, false, ""},
        PrivateCase{"Home", "/home/me/x", "x", 0644, false, kHome},
        PrivateCase{"RootsHome", "/root/x", "x", 0644, false, kHome},
        PrivateCase{"OwnHome", "/srv/people/me/x", "x", 0644, false, kHome},
        PrivateCase{"NoHome", "/srv/people/metoo/x", "x", 0644, false, ""},
        PrivateCase{"NotHome", "/homepage/x", "x", 0644, false, ""},
        PrivateCase{"Tmp", "/tmp/x", "x", 0644, false, "temporary"},
        PrivateCase{"VarTmp", "/var/tmp/x", "x", 0644, false, "temporary"},
        PrivateCase{"Ssh", "/srv/.ssh/config", "x", 0644, false, kKeys},
        PrivateCase{"SshInHome", "/home/me/.ssh/x", "x", 0644, false, kKeys},
        PrivateCase{"Gpg", "/srv/.gnupg/pubring.kbx", "", 0644, false, kKeys},
        PrivateCase{"Cloud", "/srv/.aws/credentials", "", 0644, false, kKeys},
        PrivateCase{"Shadow", "/etc/shadow", "root:x", 0640, true, kKeys},
        PrivateCase{"Tls", "/etc/ssl/private/x.pem", "", 0644, false, kKeys},
        PrivateCase{"Certificate", "/etc/ssl/certs/x.pem",
                    "-----BEGIN CERTIFICATE-----", 0644, false, ""},
        PrivateCase{"KeyInside", "/opt/x.pem",
                    "-----BEGIN CERTIFICATE-----\n...\n-----BEGIN RSA PRIVATE "
                    "KEY-----\n",
                    0644, false, kKeys},
        PrivateCase{"TextAboutKeys", "/opt/x.txt",
                    "begins with -----BEGIN PRIVATE KEY-----", 0644, false, ""},
        PrivateCase{"KeyName", "/opt/server.key", "x", 0644, false, kKeys},
        PrivateCase{"NotForAll", "/opt/x", "x", 0640, false,
                    "not for everybody to read"},
        PrivateCase{"OfAPackage", "/usr/lib/x/test.key", "x", 0644, true, ""},
        PrivateCase{"OfAPackageInEtc", "/etc/sudoers", "x", 0440, true,
                    "not for everybody to read"}),
    [](const ::testing::TestParamInfo<PrivateCase>& i) {
      return i.param.name;
    });

TEST(TheMachines, IsWhatEveryMachineHasForItself) {
  for (const char* path : {"/", "/proc", "/proc/self/exe", "/etc/resolv.conf",
                           "/etc/passwd", "/dev/null", "/var/log/x"}) {
    EXPECT_TRUE(IsTheMachines(path)) << path;
  }
  for (const char* path : {"/usr", "/process", "/etc", "/etc/passwd.d",
                           "/var/lib/texmf/x", "/etc/ssl/certs"}) {
    EXPECT_FALSE(IsTheMachines(path)) << path;
  }
}

}  // namespace
}  // namespace relocatable
