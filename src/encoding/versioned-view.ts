import type { ServedVersion } from '../api/served-version.ts';
import type { View } from '../dispatch/view.ts';
import { inVersion } from './versioned-object.ts';

/** A view of whole objects, for a version that may not be the hub: an object is converted once, for all who watch it so. */
export const versionedView = (served: ServedVersion, view: View): View =>
  served.conversion === undefined
    ? view
    : {
        ...view,
        id: `${view.id} ${served.group}/${served.version}`,
        event: (type, object, first) => view.event(type, inVersion(served, object), first),
      };
