#include "engines/view/resolve.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/view/certificates.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;

constexpr int kMaxLinks = 40;  // MAXSYMLINKS, linux/namei.h

long KernelReadLink(const FileSystem&, const char* path, char* text,
                    size_t size) {
  return bare::Syscall(__NR_readlinkat, AT_FDCWD, path, text, size);
}

// One resolution under way: `answer.guest` is where it has come to, `rest` what
// is still to be walked.
class Walk {
 public:
  Walk(const View& view, const FileSystem& fs, const PathQuestion& question,
       PathAnswer& answer)
      : view_(view), fs_(fs), question_(question), answer_(answer) {}

  int Run() {
    if (question_.path.empty()) return ENOENT;
    answer_.guest.Clear();
    rest_.Append(question_.path);
    if (rest_.overflow()) return ENAMETOOLONG;
    if (question_.path[0] != '/') {
      answer_.guest.Append(question_.base);
    } else if (const int error = GoToRoot()) {
      return error;
    }
    if (answer_.guest.overflow()) return ENAMETOOLONG;
    start_ = MountOf(view_, answer_.guest.str());
    bool done = false;
    while (!done) {
      if (const int error = Step(done)) return error;
      if (HasLeftTheMount()) return EXDEV;
    }
    return Finish();
  }

 private:
  // Takes the next component; `done` if there is none or it was the last.
  int Step(bool& done) {
    Str rest = rest_.str();
    while (!rest.empty() && rest[0] == '/') rest = rest.From(1);
    if (rest.empty()) {
      done = true;
      return 0;
    }
    size_t size = bare::Find(rest, '/');
    if (size == bare::kNotFound) size = rest.size;
    component_.Clear();
    component_.Append(rest.First(size));
    const Str after = rest.From(size);
    trailing_slash_ = !after.empty();
    is_last_ = true;
    for (size_t i = 0; i < after.size; ++i) is_last_ &= after[i] == '/';

    int error;
    if (component_.str() == "." || component_.str() == "..") {
      error = Dots();
      KeepRest(Str(), after);
      return error;
    }
    answer_.last = PathAnswer::kName;
    return Name(after, done);
  }

  // Where an absolute path or link starts (nd_jump_root, fs/namei.c).
  int GoToRoot() {
    if (question_.bound == PathQuestion::kBeneath) return EXDEV;
    answer_.guest.Clear();
    if (question_.bound == PathQuestion::kInRoot) {
      answer_.guest.Append(question_.base);
    }
    return 0;
  }

  bool HasLeftTheMount() const {
    return question_.refuse_mounts &&
           MountOf(view_, answer_.guest.str()) != start_;
  }

  // rest_ = text + after, where `after` may lie in rest_ itself.
  void KeepRest(Str text, Str after) {
    FixedBuffer<kPathCapacity> next;
    next.Append(text).Append(after);
    too_long_ |= next.overflow();
    rest_.Clear();
    rest_.Append(next.str());
  }

  int Dots() {
    if (const int error = CheckDirectory()) return error;
    if (component_.size() == 1) {
      answer_.last = PathAnswer::kDot;
      return 0;
    }
    answer_.last = PathAnswer::kDotDot;
    if (question_.bound != PathQuestion::kNoBound &&
        answer_.guest.str() == question_.base) {
      return question_.bound == PathQuestion::kBeneath ? EXDEV : 0;
    }
    const size_t slash = bare::FindLast(answer_.guest.str(), '/');
    answer_.guest.Truncate(slash == bare::kNotFound ? 0 : slash);
    answer_.only_in_view = false;
    return 0;
  }

  // Whether one may look for something in the directory we are at.
  int CheckDirectory() {
    if (answer_.guest.size() == 0) return 0;
    return Look("/.") == -EINVAL || answer_.only_in_view
               ? 0
               : static_cast<int>(-looked_);
  }

  // read_link of the place at answer_.guest, with `suffix` behind it, into
  // text_. What the host lacks but the view needs is a directory: -EINVAL, and
  // only_in_view.
  long Look(Str suffix) {
    answer_.only_in_view = false;
    in_layer_ = false;
    looked_ = HasLayerHere() ? LookInBoth(suffix) : LookOnHost(suffix);
    if (looked_ == -ENOENT && LeadsToAMount(view_, answer_.guest.str())) {
      answer_.only_in_view = true;
      looked_ = -EINVAL;
    }
    return looked_;
  }

  // What a mount shows is not the layer's to cover, and "/" is the host's.
  bool HasLayerHere() const {
    return view_.layer != nullptr && answer_.guest.size() > 0 &&
           MountOf(view_, answer_.guest.str()) == nullptr;
  }

  LayerOrder Order() const {
    if (view_.layer_first) return OrderAt(answer_.guest.str());
    // What a program of the host makes is the host's.
    return question_.may_be_absent || question_.is_entry
               ? LayerOrder::kHostOnly
               : LayerOrder::kHostFirst;
  }

  long LookAt(Str suffix) {
    answer_.host.Append(suffix);
    return answer_.host.overflow()
               ? -ENAMETOOLONG
               : fs_.read_link(fs_, answer_.host.c_str(), text_, sizeof(text_));
  }

  long LookOnHost(Str suffix) {
    in_layer_ = false;
    HostOf(view_, answer_.guest.str(), answer_.host);
    return LookAt(suffix);
  }

  long LookInLayer(Str suffix) {
    in_layer_ = true;
    HostInLayer(*view_.layer, answer_.guest.str(), answer_.host);
    return LookAt(suffix);
  }

  // The file is the one of the two that the path means; what neither has would
  // be the host's.
  long LookInBoth(Str suffix) {
    if (IsUsrName(answer_.guest.str())) return LookAtUsrName(suffix);
    const LayerOrder order = Order();
    const bool layer_first =
        order == LayerOrder::kLayerFirst || order == LayerOrder::kLayerOnly;
    const long first = layer_first ? LookInLayer(suffix) : LookOnHost(suffix);
    if (first != -ENOENT || order == LayerOrder::kHostOnly ||
        order == LayerOrder::kLayerOnly) {
      return first;
    }
    if (layer_first) return LookOnHost(suffix);
    if (view_.layer_first && suffix.empty()) {
      const CertificateAnswer answer =
          AskForCertificates(fs_, answer_.guest.str());
      if (answer.hides_layers) return ShowBundle(answer.bundle);
    }
    const long second = LookInLayer(suffix);
    return second == -ENOENT ? LookOnHost(suffix) : second;
  }

  // As a link to the host's certificates.
  long ShowBundle(Str bundle) {
    for (size_t i = 0; i < bundle.size; ++i) text_[i] = bundle[i];
    return bundle.empty() ? -ENOENT : static_cast<long>(bundle.size);
  }

  // "/lib64": a directory if the host has one, else a link into /usr, whatever
  // the host's link says, since the layer has what it holds there.
  long LookAtUsrName(Str suffix) {
    const long on_host = LookOnHost(suffix);
    if (on_host == -EINVAL || (on_host >= 0 && !view_.layer_first)) {
      return on_host;
    }
    const long in_layer = LookInLayer("/.");
    if (in_layer != -EINVAL) return LookOnHost(suffix);
    HostOf(view_, answer_.guest.str(), answer_.host);
    in_layer_ = false;
    FixedBuffer<16> text;
    text.Append("usr").Append(answer_.guest.str());
    for (size_t i = 0; i < text.size(); ++i) text_[i] = text.c_str()[i];
    return static_cast<long>(text.size());
  }

  int Name(Str after, bool& done) {
    const size_t parent = answer_.guest.size();
    answer_.guest.Append("/").Append(component_.str());
    if (answer_.guest.overflow()) return ENAMETOOLONG;
    const long size = Look(Str());
    if (size >= 0) return Link(Str(text_, size), parent, after, done);
    KeepRest(Str(), after);
    done = is_last_;
    if (size == -EINVAL) return 0;
    if (size == -ENOENT && is_last_ && question_.may_be_absent) return 0;
    return static_cast<int>(-size);
  }

  // The component is a link with this text, in the directory `parent`.
  int Link(Str text, size_t parent, Str after, bool& done) {
    if (is_last_ &&
        (question_.is_entry || (!trailing_slash_ && !question_.follow_last))) {
      done = true;
      return 0;
    }
    if (question_.refuse_links || ++links_ > kMaxLinks) return ELOOP;
    if (text.size >= sizeof(text_)) return ENAMETOOLONG;
    answer_.guest.Truncate(parent);
    if (!text.empty() && text[0] == '/') {
      if (const int error = GoToRoot()) return error;
    }
    KeepRest(text, after);
    return too_long_ ? ENAMETOOLONG : 0;
  }

  int Finish() {
    answer_.mount = MountOf(view_, answer_.guest.str());
    if (HasLayerHere()) {
      if (const int error = ChooseSide()) return error;
    } else {
      HostOf(view_, answer_.guest.str(), answer_.host);
      if (answer_.last == PathAnswer::kDotDot) Look(Str());
    }
    if (trailing_slash_ && answer_.last == PathAnswer::kName &&
        answer_.guest.size() > 0) {
      answer_.host.Append("/");
    }
    return answer_.host.overflow() ? ENAMETOOLONG : 0;
  }

  // Sets answer_.host to the layer's file or the host's.
  int ChooseSide() {
    const long found = Look(Str());
    if (found == -ENOENT) ChooseSideForNew();
    if (in_layer_ && found == -EINVAL && view_.layer_first) {
      // A directory of both is the host's, where things can be made.
      if (LookInLayer("/.") == -EINVAL && LookOnHost(Str()) == -EINVAL &&
          LookOnHost("/.") == -EINVAL) {
        in_layer_ = false;
      } else {
        in_layer_ = true;
      }
    }
    if (!in_layer_) {
      HostOf(view_, answer_.guest.str(), answer_.host);
      return 0;
    }
    HostInLayer(*view_.layer, answer_.guest.str(), answer_.host);
    answer_.mount = view_.layer;
    return view_.layer_first || IsProgramForHost(found) ? 0 : ENOENT;
  }

  // What neither side has is the host's, unless only the layer has the
  // directory for it.
  void ChooseSideForNew() {
    if (!view_.layer_first) return;
    const size_t slash = bare::FindLast(answer_.guest.str(), '/');
    if (slash == bare::kNotFound || slash == 0) return;
    const size_t size = answer_.guest.size();
    FixedBuffer<kPathCapacity> whole;
    whole.Append(answer_.guest.str());
    answer_.guest.Truncate(slash);
    const bool is_layers =
        LookOnHost("/.") == -ENOENT && LookInLayer("/.") == -EINVAL;
    answer_.guest.Append(whole.str().From(slash));
    in_layer_ = is_layers && answer_.guest.size() == size;
  }

  // Whether a program of the host is to find answer_.host, which is the
  // layer's: a program, or a link that may lead to one. Libraries are of
  // another libc.
  bool IsProgramForHost(long found) {
    const Str name = bare::BaseName(answer_.guest.str());
    for (size_t i = 0; i + 3 <= name.size; ++i) {
      if (bare::StartsWith(name.From(i), ".so")) return false;
    }
    return found >= 0 || fs_.is_program(fs_, answer_.host.c_str());
  }

  const View& view_;
  const FileSystem& fs_;
  const PathQuestion& question_;
  PathAnswer& answer_;
  const Mount* start_ = nullptr;  // the mount it begins in
  FixedBuffer<kPathCapacity> rest_;
  FixedBuffer<kPathCapacity> component_;
  char text_[kPathCapacity];
  long looked_ = 0;
  int links_ = 0;
  bool in_layer_ = false;  // what was looked at last is the layer's
  bool trailing_slash_ = false;
  bool is_last_ = false;
  bool too_long_ = false;
};

}  // namespace

bool KernelIsProgram(const FileSystem&, const char* path) {
  struct stat st;
  return bare::Syscall(__NR_newfstatat, AT_FDCWD, path, &st,
                       AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(st.st_mode) && (st.st_mode & 0111) != 0;
}

const FileSystem kKernelFileSystem = {KernelReadLink, KernelIsProgram};

int Resolve(const View& view, const FileSystem& fs,
            const PathQuestion& question, PathAnswer& answer) {
  return Walk(view, fs, question, answer).Run();
}

}  // namespace relocatable
