// A library found by name in the program's RUNPATH, which itself needs another
// one that only its own RUNPATH, $ORIGIN/needed, leads to.
int NeededAnswer(void);
int PluginAnswer(void) { return NeededAnswer() + 1; }
