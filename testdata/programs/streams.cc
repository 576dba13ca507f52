// A C++ program: exceptions through several libraries, threads, the file system
// library, and destructors of a thread that is cancelled inside a blocked open.
//
// usage: streams ITEM SCRATCH
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::atomic<int> destroyed{0};
struct Counted {
  ~Counted() { ++destroyed; }
};

void* OpenFifo(void*) {
  Counted counted;
  const int fd = open("fifo", O_RDONLY);  // nobody writes
  if (fd >= 0) close(fd);
  return nullptr;
}

void Cancel() {
  unlink("fifo");
  if (mkfifo("fifo", 0600) != 0) throw std::runtime_error("no fifo");
  for (int i = 0; i < 5; ++i) {
    pthread_t thread;
    pthread_create(&thread, nullptr, OpenFifo, nullptr);
    usleep(5000);
    pthread_cancel(thread);
    pthread_join(thread, nullptr);
  }
  unlink("fifo");
  std::cout << "destroyed by cancellation=" << destroyed << "\n";
}

void Paths(const fs::path& item) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(item / "share")) {
    names.push_back(entry.path().filename().string() +
                    (entry.is_symlink() ? "@" : ""));
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) std::cout << "entry=" << name << "\n";
  std::cout << "canonical="
            << fs::canonical(item / "share/absolute-link").string() << "\n";
  std::cout << "current=" << fs::current_path().string() << "\n";
  std::error_code error;
  fs::copy_file(item / "share/data.txt", "copied",
                fs::copy_options::overwrite_existing, error);
  std::cout << "copied=" << error.value() << "\n";
  fs::remove("copied");
  fs::create_directory(item / "share/new", error);
  std::cout << "create in the store=" << error.message() << "\n";
  try {
    std::cout << "size=" << fs::file_size(item / "share/missing") << "\n";
  } catch (const fs::filesystem_error& e) {
    std::cout << "caught=" << e.code().message() << "\n";
  }
}

void Threads(const std::string& file) {
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) {
        std::ifstream in(file);
        std::string line;
        if (std::getline(in, line)) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::cout << "lines read by threads=" << good << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 98;
  fs::current_path(argv[2]);
  const fs::path item = argv[1];
  Paths(item);
  Threads((item / "share/data.txt").string());
  Cancel();
  return 0;
}
