import type { Served } from '../api/served-version.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { aggregatedDocument } from './aggregated.ts';
import type { Descriptions } from './descriptions.ts';
import type { EncodedDocument } from './encoded-document.ts';
import { type GroupResources, groupVersions } from './group-versions.ts';
import { openApiV2Document } from './openapi-v2.ts';
import { openApiIndex, openApiV3Document } from './openapi-v3.ts';
import { resourceList } from './resource-list.ts';

export interface DiscoveryOptions {
  /** What is served now. An array that has changed is another array: documents are kept while it is the same. */
  readonly resources: () => readonly Served[];
  /** Paths beside the resources', for `/`: `/healthz`, `/metrics`, `/version`. */
  readonly otherPaths: readonly string[];
  /** What types and fields are for; absent: nobody says. */
  readonly descriptions?: () => Descriptions;
  /** `host:port` by which clients within the cluster reach the server; '' when nobody said. */
  readonly serverAddress: string;
}

/** What the documents derive from, and those that are costly, made on first use. */
interface State {
  readonly resources: readonly Served[];
  readonly groups: readonly GroupResources[];
  readonly documents: Map<string, EncodedDocument>;
}

/** What the server serves, as clients ask for it: every document derives from the versions that are served. */
export class Discovery {
  readonly #options: DiscoveryOptions;
  #kept: State | undefined;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /** `/api`: metav1.APIVersions. */
  apiVersions(): JsonObject {
    return {
      kind: 'APIVersions',
      versions: this.#versionsOf('').map(({ version }) => version),
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: this.#options.serverAddress }],
    };
  }

  /** `/apis`: metav1.APIGroupList, without the core group. */
  groupList(): JsonObject {
    const groups = this.#state().groups.filter(({ group }) => group !== '');
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(apiGroup) };
  }

  /** `/apis/<group>`: metav1.APIGroup. */
  group(group: string): JsonObject | undefined {
    const found = group === '' ? undefined : this.#state().groups.find((resources) => resources.group === group);
    return found && { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(found) };
  }

  /** `/api/<version>`, `/apis/<group>/<version>`: metav1.APIResourceList. */
  resourceList(group: string, version: string): JsonObject | undefined {
    const found = this.#versionsOf(group).find((resources) => resources.version === version);
    return found && resourceList({ group, version }, found.resources);
  }

  /** `/api` or `/apis` for clients that accept the aggregated form: the core group under the one, all others under the other. */
  aggregated(prefix: 'api' | 'apis', form: 'json' | 'protobuf'): EncodedDocument {
    return this.#document(`aggregated ${prefix} ${form}`, (groups) =>
      aggregatedDocument(
        groups.filter(({ group }) => (group === '') === (prefix === 'api')),
        form,
      ),
    );
  }

  /** `/openapi/v2`. */
  openApiV2(form: 'json' | 'protobuf'): EncodedDocument {
    return this.#document(`openapi v2 ${form}`, () =>
      openApiV2Document(this.#state().resources, form, this.#options.descriptions?.() ?? {}),
    );
  }

  /** `/openapi/v3`. */
  openApiIndex(): EncodedDocument {
    const etagOf = (group: string, version: string) => this.openApi(group, version)?.etag ?? '';
    return this.#document('openapi', (groups) => openApiIndex(groups, etagOf));
  }

  /** `/openapi/v3/api/<version>`, `/openapi/v3/apis/<group>/<version>`. */
  openApi(group: string, version: string): EncodedDocument | undefined {
    const found = this.#versionsOf(group).find((resources) => resources.version === version);
    return (
      found &&
      this.#document(openApiKey(group, version), () =>
        openApiV3Document(found.resources, this.#options.descriptions?.() ?? {}),
      )
    );
  }

  /** `/`: every path there is, sorted. */
  paths(): readonly string[] {
    const resources = this.#state().groups.flatMap(({ group, versions }) => {
      const root = group === '' ? '/api' : `/apis/${group}`;
      return [root, ...versions.map(({ version }) => `${root}/${version}`)];
    });
    return [
      ...new Set(['/api', '/apis', '/apis/', '/openapi/v2', '/openapi/v3', ...resources, ...this.#options.otherPaths]),
    ].sort();
  }

  /** Kept until what is served changes. */
  #document(key: string, make: (groups: readonly GroupResources[]) => EncodedDocument): EncodedDocument {
    const { documents, groups } = this.#state();
    const kept = documents.get(key);
    if (kept !== undefined) return kept;
    const made = make(groups);
    documents.set(key, made);
    return made;
  }

  #versionsOf(group: string): GroupResources['versions'] {
    return this.#state().groups.find((resources) => resources.group === group)?.versions ?? [];
  }

  #state(): State {
    const resources = this.#options.resources();
    if (this.#kept?.resources !== resources) {
      const groups = groupVersions(resources);
      this.#kept = { resources, groups, documents: stillTrue(this.#kept, groups) };
    }
    return this.#kept;
  }
}

const openApiKey = (group: string, version: string): string => `openapi ${group}/${version}`;

/** OpenAPI of group versions in which nothing has changed: with a thousand definitions, all of it takes a second. */
function stillTrue(before: State | undefined, groups: readonly GroupResources[]): Map<string, EncodedDocument> {
  const documents = new Map<string, EncodedDocument>();
  const former = new Map(
    before?.groups.flatMap(({ group, versions }) =>
      versions.map(({ version, resources }) => [openApiKey(group, version), resources] as const),
    ),
  );
  for (const { group, versions } of groups) {
    for (const { version, resources } of versions) {
      const key = openApiKey(group, version);
      const document = before?.documents.get(key);
      if (document !== undefined && sameItems(resources, former.get(key) ?? [])) documents.set(key, document);
    }
  }
  return documents;
}

const sameItems = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index]);

function apiGroup({ group, versions }: GroupResources): JsonObject {
  const all = versions.map(({ version }) => ({ groupVersion: apiVersionOf({ group, version }), version }));
  const [preferred] = all;
  return { name: group, versions: all, ...(preferred === undefined ? {} : { preferredVersion: preferred }) };
}
