// engines/conformance/setups.h - states in which a process can be when it
// becomes a program; each is a function for Case::setup, called in SCRATCH.
#ifndef ENGINES_CONFORMANCE_SETUPS_H_
#define ENGINES_CONFORMANCE_SETUPS_H_

namespace relocatable::setups {

// Descriptors.
void CloseInput();
void CloseOutput();
void CloseAll();  // 0, 1 and 2; 3 is where standard output was
void OpenMany();
void FewDescriptors();

// Masks, limits, timers, priorities, all at once: whatever survives an exec.
void UnusualState();
void UnlimitedStack();
void NewSession();
void DeathSignal();
void NoNewPrivileges();
void SigsysIgnored();
void EverythingBlocked();

// Working directories; all but the last two hold a file named "file".
void InNewDirectory();
void InDirectoryWithClosedParent();
void InClosedDirectory();
void InRenamedDirectory();
void InLinkedDirectory();
void InLongDirectory();  // its path is longer than PATH_MAX
void InDeletedDirectory();
void InRoot();

// A link to a program of the store in the working directory.
void LinkToIdentity();

}  // namespace relocatable::setups

#endif  // ENGINES_CONFORMANCE_SETUPS_H_
