import type { IncomingMessage } from 'node:http';
import { lazyWs } from '../../base/lazy-ws.ts';
import { askUpgrade } from '../ask-upgrade.ts';
import type { Destination } from '../destination.ts';
import { join } from '../join.ts';
import { passRefusal } from '../refused-upgrade.ts';
import { type TunnelDeps, UpgradeIgnoredError, type UpgradingClient } from '../tunnel.ts';
import { acceptWebSocket } from './accept-websocket.ts';

/** What a client offers that has its SPDY in the messages of a WebSocket. */
const tunnelPrefix = 'SPDY/3.1+';

/** Of what a client offers, the protocols that are tunnelled, without the prefix. */
export const tunnelledProtocols = (offered: readonly string[]): readonly string[] =>
  offered
    .filter((protocol) => protocol.startsWith(tunnelPrefix) && protocol.endsWith('.k8s.io'))
    .map((protocol) => protocol.slice(tunnelPrefix.length));

/**
 * Ports whose client speaks SPDY in the messages of a WebSocket and whose kubelet speaks it as it is. `headers`: those of the
 * request, without what was for the WebSocket. Nothing has been said to the client when it throws.
 * @throws {UpgradeError} when there is no answer, {@link UpgradeIgnoredError} when it is none to the offer
 */
export async function tunnelPortForward(
  incoming: IncomingMessage,
  client: UpgradingClient,
  destination: Destination,
  headers: readonly string[],
  { tunnels, clock }: TunnelDeps,
): Promise<void> {
  const protocols = tunnelledProtocols(
    (incoming.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim()),
  );
  const sent = [...headers];
  for (const protocol of protocols) sent.push('X-Stream-Protocol-Version', protocol);
  sent.push('Content-Length', '0', 'Connection', 'Upgrade', 'Upgrade', 'SPDY/3.1');
  const upgrade = await askUpgrade(destination, { method: 'POST', headers: sent }, client.socket);
  const { answer } = upgrade;
  const { statusCode = 0 } = answer;
  if (!upgrade.accepted) {
    if (statusCode >= 400) return passRefusal(answer, client.socket, clock);
    answer.destroy();
    throw new UpgradeIgnoredError(`invalid upgrade response: status code ${statusCode}`);
  }
  if (!/spdy\/3\.1/i.test(answer.headers.upgrade ?? '')) {
    upgrade.socket.destroy();
    throw new UpgradeIgnoredError('unable to upgrade: missing upgrade headers in response');
  }
  const chosen = String(answer.headers['x-stream-protocol-version'] ?? '').trim();
  const webSocket = acceptWebSocket(incoming, client, chosen === '' ? '' : `${tunnelPrefix}${chosen}`);
  if (webSocket === undefined) {
    upgrade.socket.destroy();
    return;
  }
  const stream = lazyWs().createWebSocketStream(webSocket);
  if (upgrade.head.length > 0) stream.write(upgrade.head);
  let leave = (): void => {};
  const end = join(stream, upgrade.socket, clock, () => leave());
  leave = tunnels.add(end);
}
