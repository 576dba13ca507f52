// The library that only libneedy.so's $ORIGIN leads to.
int NeededAnswer(void) { return 6; }
