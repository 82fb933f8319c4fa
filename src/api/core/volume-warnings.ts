import { goQuote } from '../../machinery/go-quote.ts';
import { objectIn, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';

const gone = 'deprecated in v1.22, non-functional in v1.25+';
const goneIn131 = 'deprecated in v1.28, non-functional in v1.31+';

/** Kinds of volumes that nothing mounts any more, in the order in which they are told. */
const deprecatedVolumes: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: gone,
  storageOS: gone,
  quobyte: gone,
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: goneIn131,
  rbd: goneIn131,
};

const inVolumes = Object.keys(deprecatedVolumes);
/** A PersistentVolume's, in its order. */
export const inPersistentVolumes = ['cephfs', 'photonPersistentDisk', 'scaleIO', 'storageOS', 'glusterfs', 'rbd'];

/** `volume`: what has a field for each kind of volume, below `path`. */
export const deprecatedVolumeWarnings = (volume: JsonObject | undefined, path: string, kinds = inVolumes): string[] =>
  kinds
    .filter((kind) => objectAt(volume, kind) !== undefined)
    .map((kind) => `${path}.${kind}: ${deprecatedVolumes[kind] ?? ''}`);

/** Where a file of a volume comes to lie, and of what it is made; '' where the whole volume is of that. */
interface Placed {
  readonly path: string;
  readonly source: string;
}

/** What should be heard of files that hide each other in one volume. */
export function overlappingPathWarnings(volume: JsonObject): string[] {
  const said = (what: string, body: string) =>
    `volume ${goQuote(stringAt(volume, 'name'))} (${what}): overlapping paths: ${body}`;
  const warnings: string[] = [];
  for (const [field, what] of [
    ['configMap', `ConfigMap ${goQuote(textAt(volume, 'configMap', 'name'))}`],
    ['secret', `Secret ${goQuote(textAt(volume, 'secret', 'secretName'))}`],
    ['downwardAPI', 'DownwardAPI'],
  ] as const) {
    warnings.push(...overlaps(itemsOf(objectAt(volume, field), '')).map((body) => said(what, body)));
  }
  const projected = objectAt(volume, 'projected');
  const placed: Placed[] = [];
  for (const source of objectsAt(projected, 'sources')) {
    if (Object.keys(source).length === 0) {
      warnings.push(`volume ${goQuote(stringAt(volume, 'name'))} (Projected) has no sources provided`);
    } else placed.push(...projectedFiles(source));
  }
  return [...warnings, ...overlaps(placed).map((body) => said('Projected', body))];
}

const itemsOf = (source: JsonObject | undefined, name: string): Placed[] =>
  objectsAt(source, 'items').map((item) => ({ path: stringAt(item, 'path'), source: name }));

function projectedFiles(source: JsonObject): Placed[] {
  const named = (field: string, kind: string) => `${kind} ${goQuote(textAt(source, field, 'name'))}`;
  const has = (field: string) => objectIn(source, field) !== undefined;
  if (has('configMap')) return itemsOf(objectAt(source, 'configMap'), named('configMap', 'ConfigMap'));
  if (has('secret')) return itemsOf(objectAt(source, 'secret'), named('secret', 'Secret'));
  if (has('downwardAPI')) return itemsOf(objectAt(source, 'downwardAPI'), 'DownwardAPI');
  if (has('serviceAccountToken')) {
    return [{ path: textAt(source, 'serviceAccountToken', 'path'), source: 'ServiceAccountToken' }];
  }
  if (has('clusterTrustBundle')) {
    const bundle = textAt(source, 'clusterTrustBundle', 'name') || textAt(source, 'clusterTrustBundle', 'signerName');
    return [{ path: textAt(source, 'clusterTrustBundle', 'path'), source: `ClusterTrustBundle ${goQuote(bundle)}` }];
  }
  return [
    { path: textAt(source, 'podCertificate', 'certificateChainPath'), source: 'PodCertificate chain' },
    { path: textAt(source, 'podCertificate', 'keyPath'), source: 'PodCertificate key' },
    { path: textAt(source, 'podCertificate', 'credentialBundlePath'), source: 'PodCertificate credential bundle' },
  ].filter(({ path }) => path !== '');
}

/** Enough to see what is wrong: told for each pair, the answer would grow with the square of the files. */
const maxOverlaps = 32;

function overlaps(files: readonly Placed[]): string[] {
  const found: string[] = [];
  const before: Placed[] = [];
  for (const { path, source } of files) {
    const file = { path: path.replace(/\/+$/, ''), source };
    for (const other of before) {
      if (found.length >= maxOverlaps) return found;
      if (file.path === '' || other.path === '') continue;
      const hides = `${other.path}/`.startsWith(`${file.path}/`) || `${file.path}/`.startsWith(`${other.path}/`);
      if (hides) found.push(`${shown(file)} with ${shown(other)}`);
    }
    before.push(file);
  }
  return found;
}

const shown = ({ path, source }: Placed): string => (source === '' ? goQuote(path) : `${goQuote(path)} (${source})`);
