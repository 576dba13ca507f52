// What libraries.c loads: by path, and as what libneedy.so needs, found by its
// RUNPATH $ORIGIN.
int PluginAnswer(void) { return 42; }
