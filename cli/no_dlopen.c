/* SQLite can load extensions; we never do. A static program has no dynamic
   loader, and a reference to glibc's dlopen makes the linker warn that it needs
   one: the references are turned here (-Wl,--wrap). */
void* __wrap_dlopen(const char* file, int mode);
void* __wrap_dlsym(void* handle, const char* name);
int __wrap_dlclose(void* handle);
char* __wrap_dlerror(void);

void* __wrap_dlopen(const char* file, int mode) {
  (void)file;
  (void)mode;
  return 0;
}

void* __wrap_dlsym(void* handle, const char* name) {
  (void)handle;
  (void)name;
  return 0;
}

int __wrap_dlclose(void* handle) {
  (void)handle;
  return -1;
}

char* __wrap_dlerror(void) { return "this program loads no libraries"; }
