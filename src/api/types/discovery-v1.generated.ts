/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { ObjectReference } from './core-v1.generated.ts';
import type { ObjectMeta } from './meta-v1.generated.ts';

export type Endpoint = {
  addresses?: string[] | null;
  conditions?: EndpointConditions;
  deprecatedTopology?: { [key: string]: string };
  hints?: EndpointHints;
  hostname?: string;
  nodeName?: string;
  targetRef?: ObjectReference;
  zone?: string;
};

export type EndpointConditions = {
  ready?: boolean;
  serving?: boolean;
  terminating?: boolean;
};

export type EndpointHints = {
  forNodes?: ForNode[];
  forZones?: ForZone[];
};

export type EndpointPort = {
  appProtocol?: string;
  name?: string;
  port?: number;
  protocol?: string;
};

export type EndpointSlice = {
  addressType?: string;
  apiVersion?: string;
  endpoints?: Endpoint[] | null;
  kind?: string;
  metadata?: ObjectMeta;
  ports?: EndpointPort[] | null;
};

export type ForNode = {
  name?: string;
};

export type ForZone = {
  name?: string;
};
