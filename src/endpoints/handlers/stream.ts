import type { IncomingMessage } from 'node:http';
import type { StreamLocation } from '../../locations/pod-locations.ts';
import { badRequest, genericError } from '../../machinery/status-errors.ts';
import { acceptWebSocket, offeredProtocols } from '../../proxying/channels/accept-websocket.ts';
import { channelProtocol, translateExec } from '../../proxying/channels/exec-translation.ts';
import { tunnelledProtocols, tunnelPortForward } from '../../proxying/channels/port-forward-tunnel.ts';
import { requestHeaders } from '../../proxying/forwarded-headers.ts';
import { accessRefused, attributesOf } from '../access-attributes.ts';
import type { ApiRequest } from '../api-request.ts';
import type { Upgrade } from '../bindings.ts';
import { execOptionsOf, portForwardOptionsOf } from '../options/stream-options.ts';
import { checkHandshake } from '../watch/upgrade.ts';
import type { Handler, HandlerDeps } from './handler.ts';
import { passUpgrade, refusalOf } from './pass-upgrade.ts';
import { objectScopeOf } from './scope.ts';

/** What a node says whose kubelet speaks over WebSockets by itself. */
const webSocketsToKubelet = 'ExtendWebSocketsToKubelet';

/**
 * GET and POST of a pod's `exec`, `attach` and `portforward`: the connection goes on to the kubelet of its node in the protocol
 * that the client offers. Kubelets speak SPDY: what comes over a WebSocket is translated, unless the node says that it need
 * not be.
 */
export const stream: Handler = async (request, { served }, deps) => {
  if (request.query.has('dryRun')) throw badRequest('dryRun is not supported');
  const scope = objectScopeOf(request, served);
  await requireCreate(request, deps);
  const { subresource } = request.info;
  if (subresource === 'portforward') {
    const location = await deps.locations.pods.portForward(scope, portForwardOptionsOf(request.query));
    return portForward(request, location, deps);
  }
  const options = execOptionsOf(request.query);
  const what = subresource === 'exec' ? 'exec' : 'attach';
  const { destination, features } = await deps.locations.pods.exec(scope, options, what);
  const { incoming, upgrade } = upgrading(request);
  if (features.includes(webSocketsToKubelet) || !offeredProtocols(incoming).includes(channelProtocol)) {
    return passUpgrade(request, destination, request.method, deps);
  }
  requireHandshake(request);
  const client = acceptWebSocket(incoming, upgrade, channelProtocol);
  if (client !== undefined) void translateExec(client, upgrade.socket, destination, options, deps.tunnels);
  return deps.alreadySent;
};

async function portForward(
  request: ApiRequest,
  { destination, features }: StreamLocation,
  deps: HandlerDeps,
): Promise<Response> {
  const { incoming, upgrade } = upgrading(request);
  if (features.includes(webSocketsToKubelet) || tunnelledProtocols(offeredProtocols(incoming)).length === 0) {
    return passUpgrade(request, destination, request.method, deps);
  }
  requireHandshake(request);
  try {
    await tunnelPortForward(incoming, upgrade, destination, headersOf(request, incoming), deps);
  } catch (error) {
    throw refusalOf(error);
  }
  return deps.alreadySent;
}

/** Whoever may only read must not run what he likes: by a WebSocket, which is asked for by GET, no more than by POST. */
async function requireCreate(request: ApiRequest, { access }: HandlerDeps): Promise<void> {
  if (access?.authenticator === undefined || request.info.verb === 'create') return;
  const attributes = { ...attributesOf(request), verb: 'create' };
  const { decision, reason } = await access.authorizer.authorize(attributes);
  if (decision !== 'allow') throw accessRefused(attributes, reason);
}

/** @throws {ApiError} 400 */
function upgrading({ bindings }: ApiRequest): { readonly incoming: IncomingMessage; readonly upgrade: Upgrade } {
  const { incoming, upgrade } = bindings;
  if (incoming === undefined || upgrade === undefined) throw badRequest('Upgrade request required');
  return { incoming: incoming as IncomingMessage, upgrade };
}

/** @throws {ApiError} 400, 405: said before anybody is connected to */
function requireHandshake(request: ApiRequest): void {
  if (request.method !== 'GET') throw genericError(405);
  checkHandshake(request);
}

/** The headers of a WebSocket's handshake are this server's. */
function headersOf(request: ApiRequest, incoming: IncomingMessage): string[] {
  const own: string[] = [];
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    const name = incoming.rawHeaders[index] ?? '';
    if (!/^(?:sec-websocket-.*|x-stream-protocol-version|content-length)$/i.test(name)) {
      own.push(name, incoming.rawHeaders[index + 1] ?? '');
    }
  }
  const clientAddress = incoming.socket.remoteAddress;
  return requestHeaders({ headers: own, host: request.line.authority, clientAddress, chunked: false, more: {} });
}
