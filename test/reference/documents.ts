import { createHash } from 'node:crypto';

/**
 * What a kube-apiserver serves about itself, small: a hash for each definition and each path of OpenAPI and for each resource
 * of aggregated discovery. A hash says which of them differs; how, is seen when both servers are asked.
 */
export interface DocumentRecords {
  readonly definitions: Readonly<Record<'v2' | 'v3', Readonly<Record<string, string>>>>;
  readonly paths: Readonly<Record<'v2' | 'v3', Readonly<Record<string, string>>>>;
  /** `group/version`, in the order of discovery, → resource, or resource/subresource → hash. */
  readonly discovery: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const hashLength = 8;

/** Of all but the words of descriptions; the order of keys tells nothing. */
export const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(wordless(value, false)))
    .digest('base64url')
    .slice(0, hashLength);

/** `named`: its keys are names of properties, one of which may be `description`. */
function wordless(value: unknown, named: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => wordless(item, false));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => named || key !== 'description');
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, wordless(item, !named && key === 'properties')]));
}

/** A hash for each. */
export const hashesOf = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hashOf(value)]));

interface Discovered {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly subresources?: readonly { readonly subresource: string }[];
      }[];
    }[];
  }[];
}

/** Of aggregated discovery's documents. */
export const discoveryHashes = (documents: readonly Discovered[]): DocumentRecords['discovery'] =>
  Object.fromEntries(
    documents.flatMap(({ items }) =>
      items.flatMap(({ metadata, versions }) =>
        versions.map(({ version, resources = [] }) => [
          `${metadata.name ?? ''}/${version}`,
          hashesOf(
            Object.fromEntries(
              resources.flatMap(({ subresources = [], ...resource }): [string, unknown][] => [
                [resource.resource, resource],
                ...subresources.map((sub): [string, unknown] => [`${resource.resource}/${sub.subresource}`, sub]),
              ]),
            ),
          ),
        ]),
      ),
    ),
  );
