// bench_launch - what a start through the engine costs.
//
//   bench_launch [--runs=N] [--parallel=N] [--mounts=N] [-- COMMAND [ARG...]]
//
// Starts /usr/bin/hello natively, through the engine at a prefix that the host
// lacks ("new root") and at one that it has ("graft"), and COMMAND if given (a
// pack's bin/hello), in turns; prints the least and the median time from fork
// to the end, and their ratio to native. As root it acts as an ordinary user,
// and may add mounts to its own mount namespace first. --parallel starts that
// many at once and takes the time until the last has ended.
//
// Compare only what one run prints: the ratio depends on the machine, since a
// native start pays for what libc does at start-up (68 CPUID instructions,
// each 8 us in some virtual machines).
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/files.h"
#include "engines/userns/testing/lab.h"

namespace relocatable {
namespace {

struct Options {
  int runs = 200;
  int parallel = 1;
  int mounts = 0;
  std::vector<std::string> command;
};

struct Variant {
  std::string name;
  std::vector<std::string> words;
  std::vector<double> times;  // in ms
};

bool ParseOptions(char** argv, Options& options) {
  for (++argv; *argv != nullptr; ++argv) {
    absl::string_view word = *argv;
    if (word == "--") {
      options.command.assign(argv + 1, argv + 1);
      while (*++argv != nullptr) options.command.push_back(*argv);
      return !options.command.empty();
    }
    int* const number =
        absl::ConsumePrefix(&word, "--runs=")       ? &options.runs
        : absl::ConsumePrefix(&word, "--parallel=") ? &options.parallel
        : absl::ConsumePrefix(&word, "--mounts=")   ? &options.mounts
                                                    : nullptr;
    if (number == nullptr || !absl::SimpleAtoi(word, number)) return false;
  }
  return options.runs > 0 && options.parallel > 0;
}

// Adds `count` mounts below the lab, in a namespace of our own.
bool AddMounts(const Lab& lab, int count) {
  if (unshare(CLONE_NEWNS) != 0 ||
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    perror("bench_launch: --mounts needs root");
    return false;
  }
  for (int i = 0; i < count; ++i) {
    const std::string dir = lab.MakeDir(absl::StrCat("mounts/", i));
    if (mount("bench", dir.c_str(), "tmpfs", 0, "size=4k") != 0) return false;
  }
  return true;
}

bool BecomeUser() {
  return getuid() != 0 ||
         (setgroups(0, nullptr) == 0 &&
          setresgid(kOrdinaryUser, kOrdinaryUser, kOrdinaryUser) == 0 &&
          setresuid(kOrdinaryUser, kOrdinaryUser, kOrdinaryUser) == 0);
}

pid_t Spawn(const Variant& variant, const posix_spawn_file_actions_t* quiet) {
  std::vector<char*> argv;
  for (const std::string& word : variant.words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  pid_t pid;
  if (posix_spawn(&pid, argv[0], quiet, nullptr, argv.data(), environ) != 0) {
    return -1;
  }
  return pid;
}

// One measurement; false if a program did not do what it should.
bool Measure(Variant& variant, int parallel,
             const posix_spawn_file_actions_t* quiet) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < parallel; ++i) {
    if (Spawn(variant, quiet) < 0) return false;
  }
  for (int i = 0; i < parallel; ++i) {
    int status;
    if (wait(&status) < 0 || status != 0) return false;
  }
  const std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - start;
  variant.times.push_back(time.count());
  return true;
}

double Median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

double Least(const std::vector<double>& times) {
  return *std::min_element(times.begin(), times.end());
}

void Print(const Options& options, const std::vector<Variant>& variants) {
  const Variant& native = variants[0];
  const std::string mounts = *ReadFile("/proc/self/mountinfo");
  printf("%d runs, %d at once, %d mounts, uid %d\n", options.runs,
         options.parallel,
         static_cast<int>(std::count(mounts.begin(), mounts.end(), '\n')),
         getuid());
  printf("%-10s %10s %8s %10s %10s %8s %10s\n", "", "least ms", "ratio",
         "more us", "median ms", "ratio", "more us");
  for (const Variant& v : variants) {
    printf("%-10s %10.3f %8.2f %10.0f %10.3f %8.2f %10.0f\n", v.name.c_str(),
           Least(v.times), Least(v.times) / Least(native.times),
           1000 * (Least(v.times) - Least(native.times)), Median(v.times),
           Median(v.times) / Median(native.times),
           1000 * (Median(v.times) - Median(native.times)));
  }
}

int Main(char** argv) {
  Options options;
  if (!ParseOptions(argv, options)) {
    fputs(
        "usage: bench_launch [--runs=N] [--parallel=N] [--mounts=N] [-- "
        "COMMAND [ARG...]]\n",
        stderr);
    return 2;
  }
  const Lab lab;
  // Built beside this program.
  const std::string self = *ReadLink("/proc/self/exe");
  const std::string start =
      lab.Install(self.substr(0, self.rfind('/')) + "/testing/start");
  lab.MakeDir("store/item/bin");
  const std::string hello = lab.Path("store/item/bin/hello");
  lab.MakeFile("store/item/bin/hello", *ReadFile("/usr/bin/hello"), 0755);
  const std::string existing = lab.MakeDir("existing");
  std::vector<Variant> variants = {
      {"native", {hello}, {}},
      {"new root",
       {start, "-u", lab.Path("store=/bench/store"),
        "/bench/store/item/bin/hello"},
       {}},
      {"graft",
       {start, "-u", absl::StrCat(lab.Path("store="), existing),
        existing + "/item/bin/hello"},
       {}},
  };
  if (!options.command.empty()) {
    variants.push_back({"command", options.command, {}});
  }
  if (options.mounts > 0 && !AddMounts(lab, options.mounts)) return 1;
  // In a child, so that the lab's owner is there to remove it.
  if (const pid_t child = fork(); child != 0) {
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  }
  if (!BecomeUser()) _exit(1);
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
  for (int run = -3; run < options.runs; ++run) {
    for (Variant& variant : variants) {
      if (!Measure(variant, options.parallel, &quiet)) {
        fprintf(stderr, "bench_launch: '%s' does not run\n",
                variant.words[0].c_str());
        _exit(1);
      }
      if (run < 0) variant.times.clear();
    }
  }
  Print(options, variants);
  fflush(stdout);
  _exit(0);
}

}  // namespace
}  // namespace relocatable

int main(int, char** argv) { return relocatable::Main(argv); }
