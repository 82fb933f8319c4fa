import type { BoundObjectLister } from '../authentication/service-account-tokens.ts';
import { ApiError } from '../machinery/api-error.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { RestStorage } from '../registry/rest-storage.ts';

/** What tokens are bound to, as it is now. `storeOf`: undefined where a resource is not served. */
export const boundObjects = (storeOf: (resource: string) => RestStorage | undefined): BoundObjectLister => ({
  async get(resource, namespace, name) {
    try {
      const object = (await storeOf(resource)?.get({ namespace, name }, ''))?.parse();
      if (object === undefined) return undefined;
      const deleted = metadataField(object, 'deletionTimestamp');
      return { uid: metadataField(object, 'uid'), deletedAt: deleted === '' ? undefined : Date.parse(deleted) };
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  },
});
