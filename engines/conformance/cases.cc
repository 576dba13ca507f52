#include "engines/conformance/cases.h"

#include "engines/conformance/setups.h"

namespace relocatable {
namespace {

using Cases_ = std::vector<Case>;

std::string Bin(const std::string& name) { return "@ITEM@/bin/" + name; }
std::string Script(const std::string& name) {
  return "@ITEM@/share/scripts/" + name;
}

const Difference kOtherIds = {Trait::kOneIdMap, {"groups", "status.CapBnd"}};
const Difference kOtherOwners = {Trait::kOneIdMap, {"owner *"}};
// What /proc/self/status tells of the engine, with each of `prefixes` before
// it.
std::vector<std::string> Prefixed(const std::vector<std::string>& prefixes,
                                  const std::vector<std::string>& facts) {
  std::vector<std::string> all;
  for (const std::string& prefix : prefixes) {
    for (const std::string& fact : facts) all.push_back(prefix + fact);
  }
  return all;
}
const std::vector<std::string> kFilter = {"status.NoNewPrivs", "status.Seccomp",
                                          "status.Seccomp_filters"};
std::vector<Difference> StatusShows(const std::vector<std::string>& prefixes,
                                    const std::vector<std::string>& filter,
                                    const std::vector<std::string>& signals) {
  return {{Trait::kSeccompFilter, Prefixed(prefixes, filter)},
          {Trait::kCatchesSignals, Prefixed(prefixes, signals)},
          {Trait::kTraced, Prefixed(prefixes, {"status.TracerPid"})}};
}
const Difference kReadOnlyRoot = {
    Trait::kOwnRoot,
    {"access /", "access /.", "access /..", "access /../..", "access //",
     "access /gnu/..", "access /gnu/../.."}};
const Difference kReadOnlyWay = {
    Trait::kOwnWay,
    {"access /gnu", "access /gnu/", "access /gnu/.", "access /gnu/store/.."}};

// Who the program is, for each way a program can be linked.
void Identity(Cases_& to) {
  to.push_back({.name = "Identity",
                .argv = {Bin("identity"), "one", "two  words", "", "*"},
                .natively = {"argv.0=@ITEM@/bin/identity", "argv.2=two  words",
                             "argv.3=", "execfn=@ITEM@/bin/identity",
                             "exe=@ITEM@/bin/identity", "comm=identity",
                             "cmdline is argv=yes", "environ is envp=yes",
                             "auxv is auxv=yes", "exe is in memory=yes",
                             "has an interpreter=yes",
                             "environ.4=no equals sign", "environ.7=TWICE=2"}});
  for (const std::string kind : {"no_pie", "static", "static_pie", "musl"}) {
    to.push_back({.name = "Identity_" + kind,
                  .argv = {Bin("identity_" + kind), "one"},
                  .natively = {"exe is in memory=yes", "auxv is auxv=yes",
                               "cmdline is argv=yes"}});
  }
  to.push_back({.name = "WithoutLibc",
                .argv = {Bin("raw"), "one"},
                .natively = {"execfn=@ITEM@/bin/raw", "store=there"},
                .status = 7});
  to.push_back({.name = "ThroughTheProfile",
                .argv = {"@PROFILE@/bin/identity"},
                .natively = {"argv.0=@PROFILE@/bin/identity",
                             "execfn=@PROFILE@/bin/identity",
                             "exe=@ITEM@/bin/identity"}});
  to.push_back({.name = "OddName",
                .argv = {"//gnu/./store//../..@ITEM@/bin/../bin//identity"},
                .natively = {"comm=identity", "exe=@ITEM@/bin/identity"}});
  to.push_back({.name = "RelativeName",
                .argv = {"./store/../store/../..@ITEM@/bin/identity"},
                .setup = setups::LinkToIdentity,
                .natively = {"exe=@ITEM@/bin/identity"}});
  to.push_back({.name = "HostProgram",
                .argv = {"/usr/bin/env"},
                .natively = {"EMPTY=", "TWICE=1", "TWICE=2"}});
  to.push_back({.name = "HostProgramStartsPacked",
                .argv = {"/usr/bin/env", "-i", "A=1", Bin("identity")},
                .natively = {"environ.0=A=1", "exe=@ITEM@/bin/identity"}});
}

void Environments(Cases_& to) {
  to.push_back({.name = "NoEnvironment",
                .argv = {Bin("identity")},
                .environment = {},
                .natively = {"environ is envp=yes"}});
  to.push_back({.name = "BigEnvironment",
                .argv = {Bin("identity")},
                .environment = {"A=1", "BIG=" + std::string(100000, 'x'), "B="},
                .natively = {"environ.0=A=1", "environ.2=B="}});
  to.push_back({.name = "LibraryPath",
                .argv = {Bin("libraries"), "@ITEM@", "/gnu/store/", "@TREE@"},
                .environment = {"LD_LIBRARY_PATH=@ITEM@/lib/needed",
                                "LD_PRELOAD=@ITEM@/lib/plugin.so"},
                .natively = {"object.2=@ITEM@/lib/plugin.so"}});
  to.push_back(
      {.name = "Locale",
       .argv = {Bin("libraries"), "@ITEM@", "/gnu/store/", "@TREE@"},
       .environment = {"LC_ALL=C.UTF-8", "LANG=xx_XX.UTF-8"},
       .natively = {"locale=C.UTF-8", "charset=UTF-8", "characters=3"}});
  to.push_back({.name = "UnknownLocale",
                .argv = {Bin("libraries"), "@ITEM@", "/gnu/store/", "@TREE@"},
                .environment = {"LC_ALL=xx_XX.UTF-8"},
                .natively = {"locale=refused"}});
  for (const std::string zone :
       {"", "Europe/Berlin", "XXX-3YYY,M3.2.0,M11.1.0", ":/nonexistent"}) {
    to.push_back({.name = "Zone" + std::to_string(to.size()),
                  .argv = {Bin("clock")},
                  .environment = {"TZ=" + zone}});
  }
  to.push_back({.name = "HostZone", .argv = {Bin("clock")}, .environment = {}});
}

// What is inherited besides files.
void Processes(Cases_& to) {
  struct Row {
    const char* name;
    void (*setup)();
    std::vector<std::string> natively;
    std::vector<std::string> filter = kFilter;
    std::vector<std::string> signals = {"status.SigCgt"};
    std::vector<std::string> blocked = {};
  };
  const Row rows[] = {
      {"Usual", nullptr, {"status.Threads=1", "wait for a child=ECHILD"}},
      {"UnusualState",
       setups::UnusualState,
       {"umask=137", "nice=7", "timer slack=12345", "alarm is running=yes",
        "personality=0x40000", "limit.7=500 1000", "status.Cpus_allowed=1",
        "status.SigPnd=0000000000004000", "status.SigIgn=0000000000010803"}},
      {"UnlimitedStack", setups::UnlimitedStack, {"limit.3=-1 -1"}},
      {"NewSession", setups::NewSession, {"leads its session=yes"}},
      {"DeathSignal", setups::DeathSignal, {"death signal=10"}},
      {"NoNewPrivileges",
       setups::NoNewPrivileges,
       {"status.NoNewPrivs=1"},
       {"status.Seccomp", "status.Seccomp_filters"}},
      {"SigsysIgnored",
       setups::SigsysIgnored,
       {"status.SigIgn=0000000040000440"},
       kFilter,
       {"status.SigCgt", "status.SigIgn"}},
      {"EverythingBlocked",
       setups::EverythingBlocked,
       {"status.SigBlk=fffffffe7ffbfeff"},
       kFilter,
       {"status.SigCgt"},
       {"status.SigBlk"}},
  };
  for (const Row& row : rows) {
    Case c = {.name = std::string("Process_") + row.name,
              .argv = {Bin("process")},
              .setup = row.setup,
              .natively = row.natively,
              .differs = StatusShows({""}, row.filter, row.signals)};
    c.differs.push_back(kOtherIds);
    c.differs.push_back({Trait::kSigsysNeverBlocked, row.blocked});
    to.push_back(c);
  }
  to.push_back(
      {.name = "BlockedWhileItRuns",
       .argv = {Bin("paths_read"), "@ITEM@", "@PROFILE@", "@SCRATCH@", "stat"},
       .setup = setups::EverythingBlocked});
}

void Descriptors(Cases_& to) {
  struct Row {
    const char* name;
    void (*setup)();
    std::vector<std::string> natively;
  };
  const Row rows[] = {
      {"Usual", nullptr, {"next=3"}},
      {"InputClosed", setups::CloseInput, {"next=0"}},
      {"OutputClosed", setups::CloseOutput, {}},
      {"AllClosed", setups::CloseAll, {"next=0"}},
      {"Many",
       setups::OpenMany,
       {"fd.999=file flags 0x8000 close-on-exec 0 offset 5",
        "fd.300=device flags 0x8002 close-on-exec 0 offset 0",
        "fd.301=directory flags 0x200000 close-on-exec 0 offset -1"}},
      {"Few", setups::FewDescriptors, {"next=3"}},
  };
  for (const Row& row : rows) {
    to.push_back({.name = std::string("Descriptors_") + row.name,
                  .argv = {Bin("descriptors")},
                  .setup = row.setup,
                  .natively = row.natively});
  }
}

void Directories(Cases_& to) {
  struct Row {
    const char* name;
    void (*setup)();
    std::vector<std::string> natively;
    std::vector<std::string> nameless;
  };
  const Row rows[] = {
      {"Kept",
       setups::InNewDirectory,
       {"getcwd=@SCRATCH@/here", "access file=0"},
       {}},
      {"ClosedParent",
       setups::InDirectoryWithClosedParent,
       {"getcwd=@SCRATCH@/here/inner", "access file=0"},
       {}},
      {"Closed", setups::InClosedDirectory, {"getcwd=@SCRATCH@/here"}, {}},
      {"Renamed", setups::InRenamedDirectory, {"getcwd=@SCRATCH@/there"}, {}},
      {"Linked", setups::InLinkedDirectory, {"getcwd=@SCRATCH@/here"}, {}},
      {"Root", setups::InRoot, {"getcwd=/", "getcwd there=/"}, {}},
      {"Long",
       setups::InLongDirectory,
       {"access file=0", "open file=0"},
       {"getcwd", "realpath .", "realpath file", "getcwd there"}},
      {"Deleted",
       setups::InDeletedDirectory,
       {"getcwd=ENOENT", "deleted=yes",
        "/proc/self/cwd=@SCRATCH@/here (deleted)", "getcwd there=@SCRATCH@"},
       {"getcwd there"}},
  };
  for (const Row& row : rows) {
    Case c = {.name = std::string("Directory_") + row.name,
              .argv = {Bin("cwd")},
              .setup = row.setup,
              .natively = row.natively};
    if (!row.nameless.empty()) {
      c.differs = {{Trait::kNamelessDirectory, row.nameless}};
    }
    if (row.setup == setups::InRoot) {
      c.differs = {{Trait::kOwnRoot, {"make a file", "remove it"}}};
    }
    to.push_back(c);
  }
}

void Endings(Cases_& to) {
  struct Row {
    const char* name;
    std::vector<std::string> driver;
    std::vector<std::string> how;
    std::vector<std::string> natively;
    std::vector<std::string> traced = {};
  };
  const Row rows[] = {
      {"Exit", {"driver_static", "status"}, {"exit", "77"}, {"exited with=77"}},
      {"Exit255",
       {"driver_static", "status"},
       {"exit", "255"},
       {"exited with=255"}},
      {"Terminated",
       {"driver_static", "status"},
       {"kill", "15"},
       {"died of=15, core 0"}},
      {"Killed",
       {"driver_static", "status"},
       {"kill", "9"},
       {"died of=9, core 0"}},
      {"Segfault",
       {"driver_static", "status"},
       {"segv"},
       {"died of=11, core 0"}},
      {"Aborted",
       {"driver_static", "status"},
       {"abort"},
       {"died of=6, core 0"}},
      {"BadSystemCall",
       {"driver_static", "status"},
       {"kill", "31"},
       {"died of=31, core 0"}},
      {"Stopped",
       {"driver_static", "status"},
       {"stop", "4"},
       {"stopped by=19", "state=T", "continued=yes", "exited with=4"},
       {"state"}},
      {"SignalFromOutside",
       {"driver_static", "signal", "15"},
       {"wait"},
       {"ready=yes", "died of=15, core 0"}},
      {"SignalHandled",
       {"driver_static", "signal", "1"},
       {"catch"},
       {"caught=1", "exited with=1"}},
      {"KillFromOutside",
       {"driver_static", "signal", "9"},
       {"wait"},
       {"died of=9, core 0"}},
      {"Interrupt",
       {"driver_static", "terminal", "\x03"},
       {"wait"},
       {"died of=2, core 0"}},
      {"InterruptHandled",
       {"driver_static", "terminal", "\x03"},
       {"catch"},
       {"exited with=2"}},
      {"Quit",
       {"driver_static", "terminal", "\x1c"},
       {"wait"},
       {"died of=3, core 0"}},
      {"Suspend",
       {"driver_static", "terminal", "\x1a"},
       {"wait"},
       {"stopped by=20", "state=T", "died of=2, core 0"},
       {"state"}},
      {"NothingLeft",
       {"driver_static", "strangers"},
       {"exit", "0"},
       {"exited with=0", "processes left=0"},
       {"processes left"}},
      {"NothingLeftBySignal",
       {"driver_static", "strangers"},
       {"kill", "9"},
       {"died of=9, core 0", "processes left=0"},
       {"processes left"}},
      {"Daemon", {}, {"outlive", Bin("identity")}, {"exe=@ITEM@/bin/identity"}},
  };
  for (const Row& row : rows) {
    std::vector<std::string> argv = {Bin("ending")};
    argv.insert(argv.end(), row.how.begin(), row.how.end());
    to.push_back({.name = std::string("Ending_") + row.name,
                  .argv = argv,
                  .driver = row.driver,
                  .natively = row.natively,
                  .differs = {{Trait::kTraced, row.traced}}});
  }
}

void Children(Cases_& to) {
  to.push_back({.name = "Children",
                .argv = {Bin("children"), "@ITEM@/bin", "@SCRATCH@", "identity",
                         "argument"},
                .natively = {"memfd=status 0", "system=status 3",
                             "vfork of a missing program=status 42",
                             "exe=/memfd:copy (deleted)", "daemon=status 0"}});
  for (const std::string kind : {"static", "musl"}) {
    to.push_back({.name = "Children_" + kind,
                  .argv = {Bin("children_" + kind), "@ITEM@/bin", "@SCRATCH@",
                           "identity_" + kind, "argument"},
                  .natively = {"memfd=status 0", "daemon=status 0"}});
  }
  to.push_back({.name = "ChildrenOfOtherKinds",
                .argv = {Bin("children_static"), "@ITEM@/bin", "@SCRATCH@",
                         "identity_no_pie"}});
  to.push_back({.name = "ChildrenThatAreScripts",
                .argv = {Bin("children"), "@ITEM@/share/scripts", "@SCRATCH@",
                         "nested", "argument"}});
  Case with_state = {
      .name = "ChildrenWithState",
      .argv = {Bin("children"), "@ITEM@/bin", "@SCRATCH@", "process"},
      .setup = setups::UnusualState,
      .differs = StatusShows({"", "| ", "< "}, kFilter, {"status.SigCgt"})};
  with_state.differs.push_back(
      {Trait::kOneIdMap,
       Prefixed({"", "| ", "< "}, {"groups", "status.CapBnd"})});
  to.push_back(with_state);
  to.push_back({.name = "ChildrenOfTheHost",
                .argv = {Bin("children"), "/usr/bin", "@SCRATCH@", "env"}});
  for (const std::string kind : {"", "_static"}) {
    to.push_back(
        {.name = "Traced" + kind,
         .argv = {Bin("traced" + kind), Bin("ending"), "exit", "7"},
         .natively = {"stopped by its exec=yes", "status=7", "status=91"},
         .differs = {{Trait::kTraced, {"stopped by its exec"}}}});
  }
  to.push_back(
      {.name = "ExecErrors",
       .argv = {Bin("exec_errors"), "@ITEM@", "@SCRATCH@"},
       .natively = {"missing loader=ENOENT", "open for writing=ETXTBSY",
                    "three million arguments=E2BIG",
                    "another processor=ENOEXEC"}});
}

void Scripts(Cases_& to) {
  struct Row {
    const char* name;
    std::vector<std::string> natively;
    int status;
  };
  const Row rows[] = {
      {"plain",
       {"argv.0=@ITEM@/bin/identity", "argv.1=@ITEM@/share/scripts/plain",
        "argv.2=a", "comm=plain"},
       0},
      {"one_argument", {"argv.1=one \"argument\"  with   spaces"}, 0},
      {"nested", {"argv.1=@ITEM@/share/scripts/plain", "argv.2=outer"}, 0},
      {"deep_3", {"argv.8=3"}, 0},
      {"env_split", {"argv.2=second one"}, 0},
      {"linked", {"argv.0=@ITEM@/share/dir-link/identity"}, 0},
      {"static", {"exe=@ITEM@/bin/identity_static"}, 0},
      {"shell",
       {"signal status=143", "missing=127", "not executable=126",
        "glob from the root=/gnu/store", "write=refused", "host program=A=1",
        "trapped=yes", "background=5"},
       0},
      {"shell_strict", {}, 1},
  };
  for (const Row& row : rows) {
    to.push_back({.name = std::string("Script_") + row.name,
                  .argv = {Script(row.name), "a", "b c"},
                  .natively = row.natively,
                  .status = row.status});
  }
}

// Every system call on every path, one case for each group of calls.
void Paths(Cases_& to) {
  for (const std::string group :
       {"stat", "owner", "access", "open", "openat", "openat2", "bounds",
        "names", "chdir", "readdir", "other"}) {
    const std::vector<std::string> arguments = {"@ITEM@", "@PROFILE@",
                                                "@SCRATCH@", group};
    std::vector<std::string> argv = {Bin("paths_read")};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    Case c = {.name = "PathsRead_" + group, .argv = argv};
    if (group == "owner") c.differs = {kOtherOwners};
    if (group == "access") c.differs = {kReadOnlyRoot, kReadOnlyWay};
    to.push_back(c);
  }
  for (const std::string group :
       {"open", "create", "make", "remove", "attributes", "sockets"}) {
    to.push_back({.name = "PathsWrite_" + group,
                  .argv = {Bin("paths_write"), "@ITEM@", "@PROFILE@",
                           "@SCRATCH@", group}});
  }
  for (const std::string kind : {"no_pie", "static", "static_pie", "musl"}) {
    to.push_back({.name = "PathsRead_all_" + kind,
                  .argv = {Bin("paths_read_" + kind), "@ITEM@", "@PROFILE@",
                           "@SCRATCH@"},
                  .differs = {kOtherOwners, kReadOnlyRoot, kReadOnlyWay}});
  }
  to.push_back(
      {.name = "PathsWrite_all_musl",
       .argv = {Bin("paths_write_musl"), "@ITEM@", "@PROFILE@", "@SCRATCH@"}});
  to.push_back({.name = "Files",
                .argv = {Bin("files"), "@ITEM@", "@SCRATCH@"},
                .natively = {"name=@ITEM@/share/data.txt", "fchmod=EROFS",
                             "bytes of events=16", "getcwd=@ITEM@"}});
  to.push_back({.name = "Sockets",
                .argv = {Bin("sockets"), "@ITEM@/share", "@SCRATCH@"},
                .natively = {"bind in the store=EROFS", "sendto=5"}});
}

void Runtimes(Cases_& to) {
  to.push_back({.name = "Libraries",
                .argv = {Bin("libraries"), "@ITEM@", "/gnu/store/", "@TREE@"},
                .natively = {"by path=answer 42, name @ITEM@/lib/plugin.so, "
                             "address in @ITEM@/lib/plugin.so",
                             "by name=answer 7, name @ITEM@/lib/libneedy.so, "
                             "address in @ITEM@/lib/libneedy.so",
                             "iconv=0 caf\xc3\xa9", "user 0=root",
                             "files are mapped=yes"}});
  to.push_back({.name = "CallsThatNoWrapperSees",
                .argv = {Bin("unwrapped"), "@ITEM@"},
                .natively = {"glob=0", "glob found=@ITEM@/share/data.txt",
                             "realpath=@ITEM@/share/data.txt",
                             "direct openat=done", "direct cwd=/gnu/store"}});
  to.push_back({.name = "StaticTls",
                .argv = {Bin("static_tls")},
                .natively = {"sums=7 4007"}});
  for (const std::string kind : {"", "_static", "_musl"}) {
    to.push_back(
        {.name = "Signals" + kind,
         .argv = {Bin("signals" + kind), "@ITEM@/share/data.txt", "@SCRATCH@"},
         .natively = {"delivered.31=31 1", "own fault=11 1",
                      "stat of a bad pointer=EFAULT", "open restarted=1",
                      "mask edited by a handler=1", "reset in a vfork child=7",
                      "its parent's action=1"},
         .differs = {
             {Trait::kSigsysNeverBlocked, {"blocked", "raw mask read back"}}}});
    to.push_back({.name = "Threads" + kind,
                  .argv = {Bin("threads" + kind), "@ITEM@/share/data.txt",
                           "@SCRATCH@", Bin("ending"), "exit", "3"},
                  .natively = {"eight threads=0 wrong", "small stacks=0 wrong",
                               "cancelled in open=5 cancelled, 5 cleaned"},
                  .status = 3});
  }
  to.push_back({.name = "Streams",
                .argv = {Bin("streams"), "@ITEM@", "@SCRATCH@"},
                .natively = {"destroyed by cancellation=5",
                             "lines read by threads=400"}});
  to.push_back({.name = "Go",
                .argv = {Bin("gopher"), "@ITEM@/share/data.txt", Bin("ending"),
                         "exit", "0"},
                .natively = {"executable=@ITEM@/bin/gopher <nil>",
                             "goroutines wrong=0"}});
  to.push_back(
      {.name = "GoServer",
       .argv = {Bin("goserver"), "@ITEM@/share", Bin("ending"), "exit", "3"},
       .natively = {"exit status 3", "wrong answers=0",
                    "socket is gone: true"}});
}

Cases_ Make() {
  Cases_ cases;
  Identity(cases);
  Environments(cases);
  Processes(cases);
  Descriptors(cases);
  Directories(cases);
  Endings(cases);
  Children(cases);
  Scripts(cases);
  Paths(cases);
  Runtimes(cases);
  return cases;
}

}  // namespace

std::vector<std::string> UsualEnvironment() {
  return {"PATH=/usr/bin:/bin",
          "HOME=/nonexistent",
          "LANG=C.UTF-8",
          "EMPTY=",
          "no equals sign",
          "SPACES=  a  b  ",
          "TWICE=1",
          "TWICE=2",
          "=",
          "LINES=one\ntwo"};
}

const std::vector<Case>& Cases() {
  static const std::vector<Case>& cases = *new std::vector<Case>(Make());
  return cases;
}

}  // namespace relocatable
