#include "engines/intercept/map_code.h"

#include <sys/mman.h>

#include "engines/intercept/map_cached.h"
#include "engines/intercept/map_twin.h"
#include "engines/intercept/session.h"

namespace relocatable {

long MapCode(uint64_t address, uint64_t size, long protection, long flags,
             long fd, uint64_t offset) {
  const CodeMapping mapping = {address, size, protection, flags, fd, offset};
  const bool usual =
      (protection & PROT_EXEC) != 0 && (protection & PROT_WRITE) == 0 &&
      (flags & MAP_TYPE) == MAP_PRIVATE && (flags & MAP_ANONYMOUS) == 0;
  long result;
  if (usual && MapTwin(mapping, result)) return result;
  return usual && session.patches_code ? MapCached(mapping)
                                       : MapAsItIs(mapping);
}

}  // namespace relocatable
