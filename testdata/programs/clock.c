// Local time comes from the host's /etc/localtime and from TZ, as installed.
#include <time.h>

#include "say.h"

int main(void) {
  const time_t moments[] = {0, 1700000000, 1720000000};
  for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); ++i) {
    char text[100];
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z %Z",
             localtime(&moments[i]));
    Say("local time", "%s", text);
  }
  Say("zone", "%s %s %ld", tzname[0], tzname[1], timezone);
  return 0;
}
