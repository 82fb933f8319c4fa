import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Meter } from '../base/meter.ts';
import type { ItemRuns } from '../encoding/item-runs.ts';
import type { ProtobufPieces } from '../encoding/protobuf-pieces.ts';
import type { TableRows } from '../encoding/table-rows.ts';
import type { Locations } from '../locations/locations.ts';
import type { Authorizer, Impersonator } from '../machinery/authorizer.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { RequestAuthenticator } from '../machinery/request-authenticator.ts';
import type { IssuerDocument, TokenIssuer } from '../machinery/token-issuer.ts';
import type { ApiRequest } from './api-request.ts';
import type { Bindings } from './bindings.ts';
import type { EndpointLimits } from './limits.ts';
import type { ServedResource, ServedVirtualResource } from './served-resource.ts';

export interface AppEnv {
  readonly Bindings: Bindings;
  readonly Variables: { request: ApiRequest };
}

/** A discovery document that is kept as it is sent. */
export interface EncodedDocument {
  readonly body: string | Buffer;
  /** Without the quotes. */
  readonly etag: string;
}

/** The discovery documents as they are now. `undefined`: there is no such group or version. */
export interface DiscoverySource {
  apiVersions(): JsonObject;
  groupList(): JsonObject;
  group(group: string): JsonObject | undefined;
  resourceList(group: string, version: string): JsonObject | undefined;
  aggregated(prefix: 'api' | 'apis', form: 'json' | 'protobuf'): EncodedDocument;
  openApiV2(form: 'json' | 'protobuf'): EncodedDocument;
  openApiIndex(): EncodedDocument;
  openApi(group: string, version: string): EncodedDocument | undefined;
  /** For `/`: every path that can be asked for, sorted. */
  paths(): readonly string[];
}

/** `/healthz`, `/livez`, `/readyz` and their single checks. */
export interface HealthSource {
  /** `undefined`: no such path. The text has no newline but those it should be sent with. */
  answer(path: string, query: URLSearchParams): Promise<{ readonly code: number; readonly text: string } | undefined>;
}

/** Whom to ask about a request before it is handled. */
export interface AccessDeps {
  /** undefined: nobody is asked who he is, and everybody may do everything. */
  readonly authenticator: RequestAuthenticator | undefined;
  readonly impersonator: Impersonator;
  readonly authorizer: Authorizer;
}

export interface AppDeps {
  /** The resource at a path, if it is served now. Asked for each request: kinds come and go. */
  readonly resources: (group: string, version: string, resource: string) => ServedResource | undefined;
  /** The same, of what is served without being stored. */
  readonly virtualResources: (group: string, version: string, resource: string) => ServedVirtualResource | undefined;
  /** A kind that is being replaced at the moment is not found: settles when it can be looked for again. Undefined: it is not. */
  readonly replacement?: (group: string, resource: string) => Promise<unknown> | undefined;
  /** Items of lists, joined and kept for the next list. */
  readonly itemRuns: ItemRuns;
  /** Rows of Tables, kept for the next list or watch. */
  readonly tableRows: TableRows;
  /** What is kept of objects as protobuf. */
  readonly protobuf: ProtobufPieces;
  /** Makes tokens of service accounts; undefined: there is no key to sign them with. */
  readonly tokens?: TokenIssuer | undefined;
  /** By which others know whose they are. */
  readonly issuerDocuments?: readonly IssuerDocument[];
  /** Where what is asked of pods, nodes and services is answered. */
  readonly locations: Locations;
  readonly discovery: DiscoverySource;
  readonly health: HealthSource;
  /** `/metrics` in the text format of Prometheus, with its content type. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** version.Info: what `/version` answers. */
  readonly version: JsonObject;
  readonly limits: EndpointLimits;
  /** `name`, `name:port`, or `*`: hosts that are accepted beside loopback's, and origins beside the server's own. */
  readonly acceptHosts: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
  /** Audit-Id of a request that brings none. */
  readonly newAuditId: () => string;
  /** Aborted when the server begins to drain: from then on answers close their connections. */
  readonly shutdown: AbortSignal;
  /** Aborted when the server cannot go on: from then on nothing about a resource is answered. */
  readonly failure: AbortSignal;
  /** Who comes, as whom, and what he may. Absent: whoever comes may do everything. */
  readonly access?: AccessDeps;
  /**
   * What the node adapter takes for "the handler has answered by itself": RESPONSE_ALREADY_SENT of
   * `@hono/node-server/utils/response`. Shared by all requests, so nobody may touch its headers.
   */
  readonly alreadySent: Response;
}
