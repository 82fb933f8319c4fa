import type { PieceBuffers } from '../../encoding/piece-buffers.ts';
import type { OpenTunnels } from '../../proxying/open-tunnels.ts';
import type { ApiRequest } from '../api-request.ts';
import type { AppDeps } from '../app-deps.ts';
import type { ServedResource } from '../served-resource.ts';

/** What a handler may use beside the request and its resource. */
export type HandlerDeps = Pick<
  AppDeps,
  | 'access'
  | 'alreadySent'
  | 'clock'
  | 'itemRuns'
  | 'limits'
  | 'locations'
  | 'protobuf'
  | 'resources'
  | 'tableRows'
  | 'tokens'
> & {
  readonly pieceBuffers: PieceBuffers;
  readonly tunnels: OpenTunnels;
};

/** One verb. Refuses by throwing ApiError. */
export type Handler = (request: ApiRequest, resource: ServedResource, deps: HandlerDeps) => Promise<Response>;
