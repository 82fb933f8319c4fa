import { internalError, unknownError } from '../../machinery/status-errors.ts';
import { UpgradeError } from '../../proxying/ask-upgrade.ts';
import type { Destination } from '../../proxying/destination.ts';
import { upgradeHeaders } from '../../proxying/forwarded-headers.ts';
import { tunnel, UpgradeIgnoredError } from '../../proxying/tunnel.ts';
import type { ApiRequest } from '../api-request.ts';
import type { HandlerDeps } from './handler.ts';

/**
 * Passes a client's offer to go on in another protocol on to a destination. From then on the connection is theirs.
 * @throws {ApiError} 500 when nobody answers it
 */
export async function passUpgrade(
  request: ApiRequest,
  destination: Destination,
  method: string,
  { alreadySent, clock, tunnels }: HandlerDeps,
): Promise<Response> {
  const { incoming, upgrade } = request.bindings;
  if (incoming === undefined || upgrade === undefined) throw internalError('an upgrade needs a connection');
  const headers = upgradeHeaders(
    {
      headers: incoming.rawHeaders,
      host: request.line.authority,
      clientAddress: incoming.socket?.remoteAddress,
      more: {},
    },
    request.header('upgrade') ?? '',
  );
  try {
    await tunnel(destination, { method, headers }, upgrade, { tunnels, clock });
  } catch (error) {
    throw refusalOf(error);
  }
  return alreadySent;
}

export function refusalOf(error: unknown): unknown {
  if (error instanceof UpgradeIgnoredError) return unknownError(error.message);
  if (!(error instanceof UpgradeError)) return error;
  return unknownError(error.connected ? error.message : `error dialing backend: ${error.message}`);
}
