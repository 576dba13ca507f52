// AF_UNIX names: they are paths, but travel inside addresses, come back from
// the kernel, and may be only 107 bytes long.
//
// usage: sockets STORE-DIRECTORY SCRATCH
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "say.h"

typedef struct {
  struct sockaddr_un address;
  socklen_t size;
} Name;

static Name Named(const char* path) {
  Name name = {{.sun_family = AF_UNIX}, 0};
  size_t length = strlen(path);
  if (length > sizeof(name.address.sun_path)) Die("%s is too long", path);
  memcpy(name.address.sun_path, path, length);
  if (length < sizeof(name.address.sun_path)) ++length;
  name.size = offsetof(struct sockaddr_un, sun_path) + length;
  return name;
}

static void SayName(const char* key, const Name* name) {
  printf("%s=%u:", key, (unsigned)name->size);
  SayBytes(name->address.sun_path,
           name->size - offsetof(struct sockaddr_un, sun_path));
  putchar('\n');
}

static int Socket(int type) { return socket(AF_UNIX, type | SOCK_CLOEXEC, 0); }

static void Streams(const char* path) {
  const Name name = Named(path);
  const struct sockaddr* address = (const struct sockaddr*)&name.address;
  Say("path", "%s", path);
  const int server = Socket(SOCK_STREAM), client = Socket(SOCK_STREAM);
  SayResult("connect before", connect(client, address, name.size));
  SayResult("bind", bind(server, address, name.size));
  SayResult("bind again", bind(Socket(SOCK_STREAM), address, name.size));
  SayResult("connect unheard", connect(client, address, name.size));
  SayResult("listen", listen(server, 5));
  SayResult("connect", connect(client, address, name.size));
  Name got = {.size = sizeof(got.address)};
  SayResult("getsockname",
            getsockname(server, (struct sockaddr*)&got.address, &got.size));
  SayName("own name", &got);
  got.size = sizeof(got.address);
  SayResult("getpeername",
            getpeername(client, (struct sockaddr*)&got.address, &got.size));
  SayName("peer's name", &got);
  got.size = sizeof(got.address);
  const int accepted =
      accept(server, (struct sockaddr*)&got.address, &got.size);
  Say("accept", "%d", accepted >= 0);
  SayName("client's name", &got);
  struct stat st;
  Say("is a socket", "%d", stat(path, &st) == 0 && S_ISSOCK(st.st_mode));
  SayResult("unlink", unlink(path));
}

static void Datagrams(const char* path, const char* reply_path) {
  const Name name = Named(path), reply = Named(reply_path);
  const int server = Socket(SOCK_DGRAM), client = Socket(SOCK_DGRAM);
  SayResult("bind datagram",
            bind(server, (const struct sockaddr*)&name.address, name.size));
  SayResult("bind client",
            bind(client, (const struct sockaddr*)&reply.address, reply.size));
  SayResult("sendto", sendto(client, "hello", 5, 0,
                             (const struct sockaddr*)&name.address, name.size));
  Name from = {.size = sizeof(from.address)};
  char text[16] = "";
  SayResult("recvfrom", recvfrom(server, text, sizeof(text), MSG_DONTWAIT,
                                 (struct sockaddr*)&from.address, &from.size));
  SayName("from", &from);
  struct iovec part = {"again", 5};
  struct msghdr message = {.msg_name = (void*)&name.address,
                           .msg_namelen = name.size,
                           .msg_iov = &part,
                           .msg_iovlen = 1};
  SayResult("sendmsg", sendmsg(client, &message, 0));
  struct iovec into = {text, sizeof(text)};
  struct msghdr got = {.msg_name = (void*)&from.address,
                       .msg_namelen = sizeof(from.address),
                       .msg_iov = &into,
                       .msg_iovlen = 1};
  SayResult("recvmsg", recvmsg(server, &got, MSG_DONTWAIT));
  from.size = got.msg_namelen;
  SayName("message from", &from);
  struct mmsghdr many = {.msg_hdr = message};
  SayResult("sendmmsg", sendmmsg(client, &many, 1, 0));
  unlink(path);
  unlink(reply_path);
}

int main(int argc, char** argv) {
  if (argc < 3) Die("usage: sockets STORE-DIRECTORY SCRATCH");
  char path[4096];
  if (chdir(argv[2])) Die("cannot go to %s", argv[2]);
  snprintf(path, sizeof(path), "%s/socket", argv[2]);
  Streams(path);
  Streams("relative");
  Streams("./../scratch/relative");
  Datagrams(path, "reply");
  // 107 bytes and a NUL, and 108 without one.
  for (int length = 107; length <= 108; ++length) {
    const int base = snprintf(path, sizeof(path), "%s/", argv[2]);
    memset(path + base, 'x', length - base);
    path[length] = 0;
    Streams(path);
  }
  snprintf(path, sizeof(path), "%s/socket", argv[1]);
  Name store = Named(path);
  SayResult(
      "bind in the store",
      bind(Socket(SOCK_STREAM), (struct sockaddr*)&store.address, store.size));
  SayResult("connect in the store",
            connect(Socket(SOCK_STREAM), (struct sockaddr*)&store.address,
                    store.size));
  // Abstract names are no paths.
  Name abstract = {{.sun_family = AF_UNIX, .sun_path = "\0/gnu/store/abstract"},
                   offsetof(struct sockaddr_un, sun_path) + 20};
  const int server = Socket(SOCK_STREAM);
  SayResult("bind abstract",
            bind(server, (struct sockaddr*)&abstract.address, abstract.size));
  Name got = {.size = sizeof(got.address)};
  getsockname(server, (struct sockaddr*)&got.address, &got.size);
  SayName("abstract name", &got);
  return 0;
}
