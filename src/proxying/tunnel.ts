import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { askUpgrade } from './ask-upgrade.ts';
import type { Destination } from './destination.ts';
import { join } from './join.ts';
import type { OpenTunnels } from './open-tunnels.ts';
import { passRefusal } from './refused-upgrade.ts';
import { responseHead } from './response-head.ts';
import type { SentRequest } from './transport.ts';

/** A client that offered to go on in another protocol. */
export interface UpgradingClient {
  readonly socket: Duplex;
  /** What it has sent behind its headers. */
  readonly head: Buffer;
}

export interface TunnelDeps {
  readonly tunnels: OpenTunnels;
  readonly clock: Clock;
}

/** The other side answered, and neither goes on in another protocol nor refuses. */
export class UpgradeIgnoredError extends Error {
  override readonly name = 'UpgradeIgnoredError';
}

/**
 * Offers a destination what a client offered, and once it accepts lets both speak with one another. A refusal is passed on.
 * Nothing that the client sent is passed on before.
 * @throws {UpgradeError} when there is no answer, {@link UpgradeIgnoredError}: nothing has been said to the client then
 */
export async function tunnel(
  destination: Destination,
  sent: SentRequest,
  client: UpgradingClient,
  { tunnels, clock }: TunnelDeps,
): Promise<void> {
  const upgrade = await askUpgrade(destination, sent, client.socket);
  const { answer } = upgrade;
  if (upgrade.accepted) {
    const { socket } = client;
    socket.write(responseHead(answer));
    if (upgrade.head.length > 0) socket.write(upgrade.head);
    if (client.head.length > 0) upgrade.socket.write(client.head);
    let leave = (): void => {};
    const end = join(socket, upgrade.socket, clock, () => leave());
    leave = tunnels.add(end);
    return;
  }
  const { statusCode = 0 } = answer;
  if (statusCode < 400) {
    answer.destroy();
    throw new UpgradeIgnoredError(`invalid upgrade response: status code ${statusCode}`);
  }
  passRefusal(answer, client.socket, clock);
}
