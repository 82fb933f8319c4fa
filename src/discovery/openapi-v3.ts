import type { Served } from '../api/served-version.ts';
import type { Descriptions } from './descriptions.ts';
import { type EncodedDocument, encodedDocument } from './encoded-document.ts';
import type { GroupResources } from './group-versions.ts';
import { groupVersionPath } from './openapi-operations.ts';
import { bearerToken, pathItems } from './openapi-paths.ts';
import { schemaDefinitions } from './schema-definitions.ts';

/** `/openapi/v3`: where each group version's document is, under a name that changes with it. */
export function openApiIndex(
  groups: readonly GroupResources[],
  etagOf: (group: string, version: string) => string,
): EncodedDocument {
  const paths = groups.flatMap(({ group, versions }) =>
    versions.map(({ version }) => {
      const path = groupVersionPath(group, version);
      const etag = etagOf(group, version);
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${etag}` }] as const;
    }),
  );
  return encodedDocument({ paths: Object.fromEntries(paths) });
}

/**
 * One group version's OpenAPI document, of its resources: the types, and the paths with their operations, kinds and
 * parameters, by which clients find out what the server checks by itself (`fieldValidation`) and can do (`dryRun`).
 */
export const openApiV3Document = (resources: readonly Served[], descriptions: Descriptions): EncodedDocument =>
  encodedDocument({
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: pathItems(resources, 'v3'),
    components: { schemas: schemaDefinitions(resources, 'v3', descriptions), securitySchemes: bearerToken },
  });
