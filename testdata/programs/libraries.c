// Everything that makes a libc load more files: dlopen by path and by name,
// character sets, users, host names, locales, threads' cancellation. None of it
// may map a file from outside the store.
//
// usage: libraries ITEM [ALLOWED-PREFIX...]; prints the mapped files that lie
// below none of the prefixes.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <grp.h>
#include <iconv.h>
#include <langinfo.h>
#include <link.h>
#include <locale.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wchar.h>

#include "say.h"

static void Load(const char* what, const char* name, int flags) {
  void* library = dlopen(name, flags);
  if (!library) {
    Say(what, "%s", dlerror());
    return;
  }
  int (*answer)(void) = (int (*)(void))dlsym(library, "PluginAnswer");
  struct link_map* map;
  Dl_info info = {0};
  dlinfo(library, RTLD_DI_LINKMAP, &map);
  if (answer) dladdr((void*)answer, &info);
  Say(what, "answer %d, name %s, address in %s", answer ? answer() : -1,
      map->l_name, info.dli_fname ? info.dli_fname : "?");
}

static void Libraries(const char* item) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/lib/plugin.so", item);
  Load("not yet loaded", path, RTLD_NOW | RTLD_NOLOAD);
  Load("by path", path, RTLD_NOW);
  Load("by name", "libneedy.so", RTLD_LAZY);
  Load("missing", "libmissing.so", RTLD_NOW);
  snprintf(path, sizeof(path), "%s/lib/missing.so", item);
  Load("missing path", path, RTLD_NOW);
  snprintf(path, sizeof(path), "%s/share/data.txt", item);
  Load("not a library", path, RTLD_NOW);
  void* space = dlmopen(LM_ID_NEWLM, "libneedy.so", RTLD_NOW);
  Say("in a name space of its own", "%s", space ? "yes" : dlerror());
}

static int SayObject(struct dl_phdr_info* info, size_t size, void* data) {
  (void)size;
  char key[32];
  snprintf(key, sizeof(key), "object.%d", (*(int*)data)++);
  Say(key, "%s", info->dlpi_name);
  return 0;
}

static void Charsets(const char* item) {
  // A libc of the store would have been built with this path.
  char path[4096];
  snprintf(path, sizeof(path), "%s/lib/gconv", item);
  setenv("GCONV_PATH", path, 1);
  char from[] = "caf\xe9", to[16] = "";
  char *in = from, *out = to;
  size_t in_left = 4, out_left = sizeof(to) - 1;
  iconv_t converter = iconv_open("UTF-8", "ISO-8859-15");
  if (converter == (iconv_t)-1) {
    Say("iconv", "%s", ErrnoName(errno));
  } else {
    const size_t done = iconv(converter, &in, &in_left, &out, &out_left);
    Say("iconv", "%zu %s", done, to);
    iconv_close(converter);
  }
  Say("unknown charset", "%d", iconv_open("UTF-8", "X-NO-SUCH") == (iconv_t)-1);
}

static void Users(void) {
  const struct passwd* root = getpwuid(0);
  Say("user 0", "%s", root ? root->pw_name : "unknown");
  const struct passwd* self = getpwuid(getuid());
  Say("own user", "%s %s", self ? self->pw_name : "unknown",
      self ? self->pw_dir : "");
  Say("user 4711", "%s", getpwuid(4711) ? "known" : "unknown");
  const struct group* group = getgrgid(getgid());
  Say("own group", "%s", group ? group->gr_name : "unknown");
  const struct addrinfo hints = {.ai_family = AF_INET,
                                 .ai_socktype = SOCK_STREAM};
  struct addrinfo* found = NULL;
  Say("localhost", "%d", getaddrinfo("localhost", "80", &hints, &found));
  const struct servent* http = getservbyname("http", "tcp");
  Say("http", "%d", http ? ntohs(http->s_port) : -1);
}

static void Locales(void) {
  const char* name = setlocale(LC_ALL, "");
  Say("locale", "%s", name ? name : "refused");
  Say("charset", "%s", nl_langinfo(CODESET));
  Say("characters", "%zu", mbstowcs(NULL, "\xc3\xa9t\xc3\xa9", 0));
  Say("missing locale", "%s",
      setlocale(LC_ALL, "xx_XX.UTF-8") ? "set" : "refused");
}

static void* Wait(void* unused) {
  (void)unused;
  pause();
  return NULL;
}
static void Cancel(void) {  // loads libgcc_s
  pthread_t thread;
  void* result;
  pthread_create(&thread, NULL, Wait, NULL);
  pthread_cancel(thread);
  pthread_join(thread, &result);
  Say("cancelled", "%d", result == PTHREAD_CANCELED);
}

static void Outside(int count, char** allowed) {
  FILE* maps = fopen("/proc/self/maps", "re");
  if (!maps) Die("cannot open /proc/self/maps");
  char line[8192], last[8192] = "";
  int mapped = 0;
  while (fgets(line, sizeof(line), maps)) {
    char* path = strchr(line, '/');
    if (!path) continue;
    path[strcspn(path, "\n")] = 0;
    ++mapped;
    int inside = 0;
    for (int i = 0; i < count; ++i) {
      inside |= !strncmp(path, allowed[i], strlen(allowed[i]));
    }
    if (!inside && strcmp(path, last)) Say("outside", "%s", path);
    strcpy(last, path);
  }
  fclose(maps);
  Say("files are mapped", "%s", mapped > 10 ? "yes" : "no");
}

int main(int argc, char** argv) {
  if (argc < 2) Die("usage: libraries ITEM [ALLOWED-PREFIX...]");
  int objects = 0;
  dl_iterate_phdr(SayObject, &objects);
  Libraries(argv[1]);
  Charsets(argv[1]);
  Users();
  Locales();
  Cancel();
  Outside(argc - 2, argv + 2);
  return 0;
}
