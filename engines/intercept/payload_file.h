// engines/intercept/payload_file.h - brings the session's payload tables into
// the process: engines/view/payload.h. Freestanding.
#ifndef ENGINES_INTERCEPT_PAYLOAD_FILE_H_
#define ENGINES_INTERCEPT_PAYLOAD_FILE_H_

namespace relocatable {

// Maps the file that session.payload names and uses what is in it, in place of
// what was used before. A payload without tables, or whose file cannot be
// mapped or is shorter than its sections: everything works as if there were
// none.
void OpenPayload();

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PAYLOAD_FILE_H_
