import { apiVersionOf } from '../machinery/gvk.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { ServedVersion } from './served-version.ts';
import { type StoredKind, shapeOf } from './stored-kind.ts';

/** A kind: how it is stored, and the versions it is served in, the hub's first. */
export interface Kind {
  readonly stored: StoredKind;
  readonly versions: readonly ServedVersion[];
  /** Versions that are not served any more, in which somebody may still manage fields. */
  readonly unserved?: readonly ServedVersion[];
}

/** A kind in its hub version, as its page in the API reference has it. */
export type KindDefinition = StoredKind &
  Omit<ServedVersion, keyof StoredKind | 'stored' | 'conversion' | 'fieldLabels'>;

/** How another version differs. What it does not say is as in the hub. */
export type VersionDefinition = Pick<ServedVersion, 'group' | 'version' | 'conversion'> &
  Partial<Omit<ServedVersion, 'stored' | 'namespaced'>>;

export function defineKind(definition: KindDefinition, further: readonly VersionDefinition[] = []): Kind {
  const { storagePrefix, alikeVersions, fields, triggerField, strategy, ttlSeconds, ...served } = definition;
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
    ...(alikeVersions === undefined ? {} : { alikeVersions }),
    ...(triggerField === undefined ? {} : { triggerField }),
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
  };
  const hub: ServedVersion = { ...served, stored };
  return { stored, versions: [hub, ...further.map((difference): ServedVersion => ({ ...hub, ...difference }))] };
}

/** What translate needs to read the kind in whatever version of it somebody stored. `etcdPrefix`: as of `shapeOf`. */
export function shapeOfKind({ stored, versions }: Kind, etcdPrefix: string): ObjectShape {
  const otherVersions = versions.flatMap((served) => {
    const { conversion, kind } = served;
    return conversion === undefined ? [] : [[`${apiVersionOf(served)} ${kind}`, conversion.toHub] as const];
  });
  const shape = shapeOf(stored, etcdPrefix);
  return otherVersions.length === 0 || stored.form !== undefined
    ? shape
    : { ...shape, otherVersions: new Map(otherVersions) };
}
