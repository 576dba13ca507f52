#include "pack/host/host_plan.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "elf/elf_builder.h"
#include "engines/view/view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/host/temp_host.h"

namespace relocatable {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

class HostPlan : public ::testing::Test {
 protected:
  HostPlan() {
    host_.Package("libc6", "", {"/lib/libc.so.6"});
    host_.Package("dash", "Essential: yes\nPre-Depends: dpkg\n",
                  {"/bin/dash", "/bin/sh", "/usr/share/dash/x"});
    host_.Package("dpkg", "Essential: yes\nDepends: tar\n", {"/usr/bin/dpkg"});
    host_.Package("tar", "Essential: yes\n", {"/bin/tar"});
    host_.Package("git", "Depends: libc6, dash, dpkg\n",
                  {"/usr/bin/git", "/usr/share/doc/git/copyright",
                   "/usr/share/doc/git/README", "/usr/share/man/man1/git.1",
                   "/usr/share/locale/de/git.mo", "/usr/lib/git-core/",
                   "/etc/gitrc", "/var/lib/git/x"});
    options_ = {.sources = {"git"},
                .path = "/usr/local/bin:/usr/bin:/bin",
                .tool = {host_.tree().File("tool", "binary", 0755), "tool 1"},
                .root = host_.root()};
  }

  Plan Make() {
    host_.Write();
    absl::StatusOr<Plan> plan = PlanHostPack(options_);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? *std::move(plan) : Plan();
  }

  std::string Error() {
    host_.Write();
    const auto plan = PlanHostPack(options_);
    return plan.ok() ? "" : std::string(plan.status().message());
  }

  static std::vector<std::string> Payload(const Plan& plan) {
    std::vector<std::string> paths;
    for (const PlanFile& file : plan.payload) paths.push_back(file.path);
    return paths;
  }

  static std::vector<std::string> Packages(const Plan& plan) {
    std::vector<std::string> names;
    for (const PlanPackage& package : plan.packages) {
      names.push_back(package.name);
    }
    return names;
  }

  static const PlanNode* Node(const Plan& plan, absl::string_view path) {
    for (const PlanNode& node : plan.nodes) {
      if (node.path == path) return &node;
    }
    return nullptr;
  }

  TempHost host_;
  HostPlanOptions options_;
};

TEST_F(HostPlan, AProgramItsPackageAndWhatThatNeeds) {
  const Plan plan = Make();
  EXPECT_THAT(Packages(plan), ElementsAre("git", "libc6"));
  EXPECT_EQ(plan.packages[0].why, "bin/git");
  EXPECT_EQ(plan.packages[1].by, 0u);
  // Of essential dash the files that a script needs; nothing of dpkg, tar.
  EXPECT_THAT(Payload(plan), ElementsAre("/etc/gitrc", "/usr/bin/git",
                                         "/usr/bin/sh", "/usr/lib/libc.so.6",
                                         "/usr/share/doc/git/copyright"));
  ASSERT_EQ(plan.names.size(), 1u);
  EXPECT_EQ(plan.names[0].name, "bin/git");
  EXPECT_EQ(plan.names[0].target, "/usr/bin/git");
  EXPECT_EQ(plan.entry_point, "bin/git");
  ASSERT_EQ(plan.mounts.size(), 1u);
  EXPECT_EQ(plan.mounts[0].guest, "/");
  EXPECT_EQ(plan.mounts[0].host, "root");
  EXPECT_EQ(plan.mounts[0].flags, kMountLayer);
  EXPECT_THAT(plan.notes, IsEmpty());
}

TEST_F(HostPlan, ThePayloadHasTheFormOfAMergedUsr) {
  const Plan plan = Make();
  ASSERT_NE(Node(plan, "root/lib"), nullptr);
  EXPECT_EQ(Node(plan, "root/lib")->text, "usr/lib");
  EXPECT_EQ(Node(plan, "root/bin")->text, "usr/bin");
  EXPECT_EQ(Node(plan, "root/sbin"), nullptr);
  ASSERT_NE(Node(plan, "root/usr/lib/git-core"), nullptr);
  EXPECT_EQ(Node(plan, "root/usr/lib/git-core")->kind, PlanNode::kDirectory);
  EXPECT_EQ(Node(plan, "bin/git")->text, "../relocatable");
}

TEST_F(HostPlan, KeepFull) {
  options_.keep = Keep::kFull;
  EXPECT_THAT(Payload(Make()), IsSupersetOf({"/usr/share/doc/git/README",
                                             "/usr/share/man/man1/git.1",
                                             "/usr/share/locale/de/git.mo"}));
}

TEST_F(HostPlan, WhatBelongsToTheMachineIsNeverPacked) {
  options_.keep = Keep::kFull;
  EXPECT_THAT(Payload(Make()), Not(Contains("/var/lib/git/x")));
}

TEST_F(HostPlan, EveryLinkOfAnAlternative) {
  host_.Package("vim", "Depends: libc6\n", {"/usr/bin/vim.basic"});
  host_.Link("/usr/bin/vim", "/etc/alternatives/vim");
  host_.Link("/etc/alternatives/vim", "/usr/bin/vim.basic");
  host_.Link("/usr/bin/editor", "/etc/alternatives/editor");
  host_.Link("/etc/alternatives/editor", "/usr/bin/vim.basic");
  host_.File("/var/lib/dpkg/alternatives/editor",
             "auto\n/usr/bin/editor\n\n/usr/bin/vim.basic\n30\n\n");
  options_.sources = {"vim"};
  const Plan plan = Make();
  EXPECT_THAT(Packages(plan), ElementsAre("vim", "libc6"));
  EXPECT_THAT(Payload(plan),
              IsSupersetOf({"/etc/alternatives/vim", "/usr/bin/vim",
                            "/usr/bin/vim.basic", "/etc/alternatives/editor",
                            "/usr/bin/editor"}));
  EXPECT_EQ(plan.names[0].target, "/usr/bin/vim");
}

TEST_F(HostPlan, ThePackageCalledLikeTheProgram) {
  host_.Package("python3-minimal", "", {"/usr/bin/python3"});
  host_.Package(
      "python3", "",
      {"/usr/lib/python3/all.py", "/usr/lib/python3.11/pydoc_data/__init__.py",
       "/usr/lib/python3.11/pydoc_data/topics.py"});
  host_.File(
      "/usr/lib/python3.11/pydoc_data/__pycache__/topics.cpython-311.pyc", "3");
  host_.File("/usr/lib/python3/__pycache__/all.cpython-311.pyc", "1");
  host_.File("/usr/lib/python3/__pycache__/other.cpython-311.pyc", "2");
  options_.sources = {"python3"};
  const Plan plan = Make();
  EXPECT_THAT(Packages(plan), ElementsAre("python3-minimal", "python3"));
  EXPECT_THAT(Payload(plan),
              Contains("/usr/lib/python3/__pycache__/all.cpython-311.pyc"));
  EXPECT_THAT(Payload(plan), Not(Contains("/usr/lib/python3/__pycache__/"
                                          "other.cpython-311.pyc")));
  // Documentation.
  EXPECT_THAT(Payload(plan),
              Contains("/usr/lib/python3.11/pydoc_data/__init__.py"));
  EXPECT_THAT(Payload(plan), Not(Contains(HasSubstr("pydoc_data/topics."))));
  EXPECT_THAT(Payload(plan), Not(Contains(HasSubstr("topics.cpython"))));
}

TEST_F(HostPlan, APackageHasAllItsPrograms) {
  host_.Package("two", "", {"/usr/bin/one", "/usr/sbin/two", "/usr/lib/x"});
  options_.sources = {"deb:two"};
  const Plan plan = Make();
  ASSERT_EQ(plan.names.size(), 2u);
  EXPECT_EQ(plan.names[0].target, "/usr/bin/one");
  EXPECT_EQ(plan.names[1].target, "/usr/sbin/two");
  EXPECT_EQ(plan.entry_point, "");
}

TEST_F(HostPlan, AFileThatNobodyOwnsComesWithItsInterpreter) {
  host_.File("/opt/tool", "#!/usr/bin/env -S git -x\n", 0755);
  host_.File("/usr/bin/env", "elf", 0755);
  options_.sources = {"/opt/tool"};
  const Plan plan = Make();
  EXPECT_THAT(Packages(plan), ElementsAre("git", "libc6"));
  EXPECT_THAT(Payload(plan), IsSupersetOf({"/opt/tool", "/usr/bin/env"}));
  EXPECT_EQ(plan.names[0].target, "/opt/tool");
}

TEST_F(HostPlan, WithoutAPackageManager) {
  options_.root = host_.tree().Dir("bare");
  host_.tree().File("bare/usr/bin/git", "#!/bin/sh\n", 0755);
  host_.tree().File("bare/bin/busybox", "elf", 0755);
  host_.tree().Link("bare/bin/sh", "busybox");
  const Plan plan = Make();
  EXPECT_THAT(Packages(plan), IsEmpty());
  EXPECT_THAT(Payload(plan),
              ElementsAre("/usr/bin/busybox", "/usr/bin/git", "/usr/bin/sh"));
}

TEST_F(HostPlan, EqualFilesAreOne) {
  host_.File("/usr/lib/git-core/git", "#!/bin/sh\n# /usr/bin/git", 0755);
  host_.Package("git-core", "", {"/usr/lib/git-core/git"});
  options_.sources = {"git", "/usr/lib/git-core/git"};
  EXPECT_EQ(Error(),
            "'/usr/lib/git-core/git': 'bin/git': '/usr/bin/git' and "
            "'/usr/lib/git-core/git' both want this name (pack them apart)");
  options_.sources = {"git", "deb:git-core"};
  for (const char* name : {"usr/bin/git", "usr/lib/git-core/git"}) {
    const timespec times[2] = {{7, 0}, {7, 0}};
    utimensat(AT_FDCWD, host_.tree().Path(name).c_str(), times, 0);
  }
  const Plan plan = Make();
  const PlanNode* second = Node(plan, "root/usr/lib/git-core/git");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->kind, PlanNode::kHardLink);
  EXPECT_EQ(second->text, "root/usr/bin/git");
}

TEST_F(HostPlan, ModesAndTimesAreKeptButSetuid) {
  chmod(host_.tree().Path("usr/bin/git").c_str(), 06775);
  const timespec times[2] = {{1234567, 5}, {1234567, 5}};
  utimensat(AT_FDCWD, host_.tree().Path("usr/bin/git").c_str(), times, 0);
  const Plan plan = Make();
  EXPECT_EQ(Node(plan, "root/usr/bin/git")->mode, 0755u);
  EXPECT_EQ(Node(plan, "root/usr/bin/git")->time, 1234567);
  EXPECT_EQ(Node(plan, "root/etc/gitrc")->mode, 0644u);
  EXPECT_THAT(plan.notes,
              ElementsAre("packed without their setuid or setgid bit: "
                          "/usr/bin/git"));
}

TEST_F(HostPlan, IncludeAndExclude) {
  host_.File("/srv/data/a/b", "x");
  host_.Link("/srv/link", "data");
  options_.include = {"/srv/l?nk"};
  options_.exclude = {"gitrc", "nothing"};
  const Plan plan = Make();
  EXPECT_THAT(Payload(plan), IsSupersetOf({"/srv/link", "/srv/data/a/b"}));
  EXPECT_THAT(Payload(plan), Not(Contains("/etc/gitrc")));
  EXPECT_THAT(plan.notes, ElementsAre("--exclude 'nothing' matches nothing"));
  options_.include = {"/srv/none*"};
  EXPECT_EQ(Error(), "--include '/srv/none*': matches nothing");
  options_.include = {"srv"};
  EXPECT_EQ(Error(), "--include 'srv': is no absolute path");
  options_.include = {};
  options_.exclude = {"git"};
  EXPECT_EQ(Error(),
            "'/usr/bin/git': is to be packed, and --exclude leaves it out");
}

TEST_F(HostPlan, AWordThatMeansNobodysProgramIsSaid) {
  host_.File("/usr/local/bin/git", "#!/bin/sh\n", 0755);
  const Plan plan = Make();
  EXPECT_THAT(Packages(plan), IsEmpty());
  EXPECT_EQ(plan.names[0].target, "/usr/local/bin/git");
  EXPECT_THAT(
      plan.notes,
      ElementsAre("'git' is '/usr/local/bin/git', which no package has: it "
                  "comes with its interpreter and libraries, and --trace or "
                  "--include adds what else it needs ('/usr/bin/git' is of "
                  "the package git)"));
  options_.sources = {"/usr/local/bin/git"};  // who says so knows it
  EXPECT_THAT(Make().notes, IsEmpty());
}

TEST_F(HostPlan, CertificatesOfTheMachinesOwnDoNotDangle) {
  host_.tree().Dir("usr/share/ca-certificates");
  host_.Package("ca-certificates", "",
                {"/usr/share/ca-certificates", "/usr/share/ca-certificates/a"});
  host_.File("/usr/local/share/ca-certificates/own.crt", "x");
  host_.Link("/etc/ssl/certs/a.pem", "/usr/share/ca-certificates/a");
  host_.Link("/etc/ssl/certs/own.pem",
             "/usr/local/share/ca-certificates/own.crt");
  host_.Link("/etc/ssl/certs/1234.0", "own.pem");
  host_.Link("/etc/ssl/certs/old.pem", "/usr/local/share/gone");
  options_.sources = {"git", "deb:ca-certificates"};
  const Plan plan = Make();
  EXPECT_THAT(Payload(plan),
              IsSupersetOf({"/etc/ssl/certs/1234.0", "/etc/ssl/certs/a.pem",
                            "/etc/ssl/certs/own.pem",
                            "/usr/local/share/ca-certificates/own.crt"}));
  EXPECT_THAT(Payload(plan), Not(Contains("/etc/ssl/certs/old.pem")));
  EXPECT_THAT(plan.notes,
              ElementsAre("left out, as they lead to nothing that you may "
                          "read: /etc/ssl/certs/old.pem"));
}

class TracedPlan : public HostPlan {
 protected:
  TracedPlan() {
    host_.Package("less", "Depends: libc6\n",
                  {"/usr/bin/less", "/usr/lib/less.so"});
    host_.Package("unused", "", {"/usr/lib/unused/a", "/usr/lib/unused/b"});
    host_.File("/usr/local/share/data", "x");
    host_.Package("directories", "", {"/usr/local/share"});
    host_.Link("/usr/local/link", "share");
    host_.File("/home/me/.gitconfig", "x");
    host_.File("/home/me/x", "x");
    host_.File("/etc/resolv.conf", "x");
    host_.File("/srv/people/me/.toolrc", "x");
    host_.Link("/people", "srv/people");
    options_.home = "/people/me/";
    options_.traced = {
        {.path = "/usr/bin/git", .executed = true},
        {.path = "/usr/bin/less", .executed = true},
        {.path = "/usr/lib/unused/a"},
        {.path = "/usr/share/man/man1/git.1"},
        {.path = "/usr/local/link/data"},
        {.path = "/usr/local/share"},
        {.path = "/usr/local/link/absent", .found = false},
        {.path = "/home/me/.gitconfig"},
        {.path = "/people/me/.toolrc"},
        {.path = "/home/me"},
        {.path = "/etc/resolv.conf"},
        {.path = "/etc/gitrc"},
    };
  }

  static std::string WhyOf(const Plan& plan, absl::string_view path) {
    for (const PlanFile& file : plan.payload) {
      if (file.path == path) return file.why;
    }
    return "absent";
  }
};

TEST_F(TracedPlan, WhatWasUsedComesAlongWithWhatTheClosureFinds) {
  const Plan plan = Make();
  // The package of what was executed is whole, of the others single files.
  EXPECT_THAT(Packages(plan), ElementsAre("git", "libc6", "less"));
  EXPECT_EQ(plan.packages[2].why, "traced");
  EXPECT_THAT(
      Payload(plan),
      ElementsAre("/etc/gitrc", "/usr/bin/git", "/usr/bin/less", "/usr/bin/sh",
                  "/usr/lib/less.so", "/usr/lib/libc.so.6", "/usr/lib/unused/a",
                  "/usr/local/link", "/usr/local/share/data",
                  "/usr/share/doc/git/copyright", "/usr/share/man/man1/git.1"));
  EXPECT_EQ(WhyOf(plan, "/usr/local/share/data"), "traced");
  EXPECT_EQ(WhyOf(plan, "/usr/local/link"), "traced");
  EXPECT_EQ(WhyOf(plan, "/usr/share/man/man1/git.1"), "traced");
  EXPECT_EQ(WhyOf(plan, "/etc/gitrc"), "");  // its package's
  EXPECT_THAT(plan.notes,
              ElementsAre("left out, though used by the traced command, as "
                          "below a home directory: /home/me/.gitconfig, "
                          "/srv/people/me/.toolrc (--include packs what it "
                          "names)"));
}

TEST_F(TracedPlan, KeepTraced) {
  options_.keep = Keep::kTraced;
  const Plan plan = Make();
  EXPECT_THAT(Packages(plan), ElementsAre("git", "dash", "less", "unused"));
  EXPECT_THAT(
      Payload(plan),
      ElementsAre("/etc/gitrc", "/usr/bin/git", "/usr/bin/less", "/usr/bin/sh",
                  "/usr/lib/unused/a", "/usr/local/link",
                  "/usr/local/share/data", "/usr/share/doc/git/copyright",
                  "/usr/share/man/man1/git.1"));
  EXPECT_EQ(WhyOf(plan, "/usr/bin/git"), "bin/git");
  EXPECT_EQ(WhyOf(plan, "/usr/bin/sh"), "interpreter of /usr/bin/git");
  EXPECT_EQ(WhyOf(plan, "/etc/gitrc"), "traced");
  options_.sources = {"deb:less"};
  options_.traced = {};
  EXPECT_THAT(Payload(Make()), ElementsAre("/usr/bin/less", "/usr/bin/sh"));
}

TEST_F(TracedPlan, WhatIsPrivateIsPackedIfItIsNamed) {
  for (int i = 0; i < 6; ++i) {
    const std::string path = absl::StrCat("/home/me/.ssh/", i);
    host_.File(path, "x");
    options_.traced.push_back({.path = path});
  }
  options_.include = {"/home/me/.gitconfig"};
  const Plan plan = Make();
  EXPECT_EQ(WhyOf(plan, "/home/me/.gitconfig"), "--include");
  EXPECT_THAT(plan.notes,
              Contains("left out, though used by the traced command, as by "
                       "the looks of them keys or passwords: "
                       "/home/me/.ssh/0, /home/me/.ssh/1, /home/me/.ssh/2, "
                       "/home/me/.ssh/3 and 2 more (--include packs what "
                       "it names)"));
}

TEST_F(HostPlan, LargeHalvesAreLeftOutWithANote) {
  host_.Forget();
  host_.Package("git", "Depends: perl\n", {"/usr/bin/git"});
  host_.Package("perl", "", {"/usr/bin/perl"});
  options_.sources = {"deb:git"};
  Plan plan = Make();
  EXPECT_THAT(Packages(plan), Not(Contains("perl")));
  EXPECT_THAT(plan.notes,
              Contains("git is packed without perl, which git send-email, git "
                       "svn and git cvsimport ask for (to pack it name it too: "
                       "deb:perl)"));
  options_.sources = {"deb:git", "perl"};
  plan = Make();
  EXPECT_THAT(Packages(plan), Contains("perl"));
  EXPECT_THAT(plan.notes, IsEmpty());
}

TEST_F(HostPlan, ANeedThatNothingFulfilsIsSaid) {
  host_.Package("x", "Depends: gone\n", {"/usr/bin/x"});
  options_.sources = {"x"};
  EXPECT_THAT(Make().notes,
              ElementsAre("x needs gone, which is not installed"));
}

struct Refusal {
  const char* name;
  const char* source;
  const char* message;
};

class RefusedSource : public HostPlan,
                      public ::testing::WithParamInterface<Refusal> {};

TEST_P(RefusedSource, IsOneLine) {
  host_.Paragraph(
      "Package: half\nStatus: install reinstreq half-installed\nVersion: 1\n"
      "Architecture: amd64\n");
  host_.File("/var/lib/dpkg/info/half.list", "/usr/bin/half\n");
  host_.File("/usr/bin/half", "x", 0755);
  host_.Package("needs-half", "Depends: half\n", {"/usr/bin/needs-half"});
  host_.Package("sbin", "", {"/usr/sbin/admin"});
  host_.Link("/usr/bin/dangling", "/etc/alternatives/dangling");
  host_.Link("/etc/alternatives/dangling", "/usr/bin/gone");
  host_.Package("libonly", "", {"/usr/lib/only.so"});
  host_.File("/usr/lib/text", "x");
  ElfBuilder arm;
  arm.machine = EM_AARCH64;
  host_.File("/usr/bin/arm", arm.Build().bytes, 0755);
  options_.sources = {GetParam().source};
  EXPECT_EQ(Error(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedSource,
    ::testing::Values(
        Refusal{"Unknown", "gti",
                "'gti': no program in PATH is called so; did you mean 'git'?"},
        Refusal{"NothingNear", "xyzzyx",
                "'xyzzyx': no program in PATH is called so"},
        Refusal{"APackage", "libonly",
                "'libonly': no program in PATH is called so; 'deb:libonly' is "
                "a package that is installed"},
        Refusal{"UnknownPackage", "deb:gitt",
                "'deb:gitt': no package of this name is installed; did you "
                "mean 'git'?"},
        Refusal{"NoProgram", "deb:libonly", "'deb:libonly': has no program"},
        Refusal{"HalfInstalled", "half",
                "'half': the package 'half' is half-installed ('dpkg "
                "--configure -a' or 'apt-get -f install' repairs it)"},
        Refusal{"NeedsHalfInstalled", "needs-half",
                "the package 'half' is half-installed ('dpkg --configure -a' "
                "or 'apt-get -f install' repairs it)"},
        Refusal{"ForAdministrators", "admin",
                "'admin': no program in PATH is called so; there is "
                "'/usr/sbin/admin'"},
        Refusal{"NearAPackage", "libonli",
                "'libonli': no program in PATH is called so; did you mean the "
                "package 'deb:libonly'?"},
        Refusal{"Dangling", "dangling",
                "'dangling': '/usr/bin/dangling' leads to '/usr/bin/gone', "
                "which does not exist"},
        Refusal{"NoFile", "/usr/bin/none", "'/usr/bin/none' does not exist"},
        Refusal{"Directory", "/usr/bin", "'/usr/bin': is no file"},
        Refusal{"NotExecutable", "/usr/lib/text",
                "'/usr/lib/text': is no program: nobody may execute it"},
        Refusal{"OtherMachine", "arm",
                "'arm': is a program for AArch64, and this machine is another "
                "(pack it there)"}),
    [](const ::testing::TestParamInfo<Refusal>& i) { return i.param.name; });

}  // namespace
}  // namespace relocatable
