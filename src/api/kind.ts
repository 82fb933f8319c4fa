import type { ServedVersion } from './served-version.ts';
import type { StoredKind } from './stored-kind.ts';

/** A kind: how it is stored, and the versions it is served in, the hub's first. */
export interface Kind {
  readonly stored: StoredKind;
  readonly versions: readonly ServedVersion[];
}

/** A kind in its hub version, as its page in the API reference has it. */
export type KindDefinition = StoredKind &
  Omit<ServedVersion, keyof StoredKind | 'stored' | 'conversion' | 'fieldLabels'>;

/** How another version differs. What it does not say is as in the hub. */
export type VersionDefinition = Pick<ServedVersion, 'group' | 'version' | 'conversion'> &
  Partial<Omit<ServedVersion, 'stored' | 'namespaced'>>;

export function defineKind(definition: KindDefinition, further: readonly VersionDefinition[] = []): Kind {
  const { storagePrefix, fields, triggerField, strategy, ttlSeconds, ...served } = definition;
  const { group, version, kind, resource, namespaced } = served;
  const stored: StoredKind = {
    group,
    version,
    kind,
    resource,
    namespaced,
    storagePrefix,
    fields,
    strategy,
    ...(triggerField === undefined ? {} : { triggerField }),
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
  };
  const hub: ServedVersion = { ...served, stored };
  return { stored, versions: [hub, ...further.map((difference): ServedVersion => ({ ...hub, ...difference }))] };
}
