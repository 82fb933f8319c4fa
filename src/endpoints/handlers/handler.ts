import type { ItemRuns } from '../../encoding/item-runs.ts';
import type { PieceBuffers } from '../../encoding/piece-buffers.ts';
import type { RestStorage } from '../../registry/rest-storage.ts';
import type { ApiRequest } from '../api-request.ts';
import type { AppDeps } from '../app-deps.ts';

/** What a handler may use beside the request and its resource. */
export type HandlerDeps = Pick<AppDeps, 'alreadySent' | 'clock' | 'limits'> & {
  readonly itemRuns: ItemRuns;
  readonly pieceBuffers: PieceBuffers;
};

/** One verb. Refuses by throwing ApiError. */
export type Handler = (request: ApiRequest, storage: RestStorage, deps: HandlerDeps) => Promise<Response>;
