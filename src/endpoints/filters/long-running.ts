import type { RequestInfo } from '../request-info.ts';

/** Requests that last as long as their client wants: without a time limit, and counted apart. */
export const isLongRunning = (info: RequestInfo): boolean => info.verb === 'watch' || isConnect(info);

const connected = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

/** Those of them that are answered elsewhere: by a kubelet, a pod, or what stands behind a service. */
export const isConnect = ({ isResource, subresource, verb }: RequestInfo): boolean =>
  isResource && (connected.has(subresource) || verb === 'proxy');
