// engines/userns/layered.h - starting programs in layered views
// (layered_view.h).
#ifndef ENGINES_USERNS_LAYERED_H_
#define ENGINES_USERNS_LAYERED_H_

#include "engines/launch.h"

namespace relocatable::userns {

// TryUserns() for a view that has a layer.
Outcome TryLayered(const Launch& launch);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_LAYERED_H_
