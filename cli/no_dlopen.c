/* SQLite can load extensions; we never do. A static program has no dynamic
   loader, and glibc's dlopen would make the linker warn that it needs one. */
void* dlopen(const char* file, int mode);
void* dlsym(void* handle, const char* name);
int dlclose(void* handle);
char* dlerror(void);

void* dlopen(const char* file, int mode) {
  (void)file;
  (void)mode;
  return 0;
}

void* dlsym(void* handle, const char* name) {
  (void)handle;
  (void)name;
  return 0;
}

int dlclose(void* handle) {
  (void)handle;
  return -1;
}

char* dlerror(void) { return "this program loads no libraries"; }
