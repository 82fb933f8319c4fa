import type { WatcherHandle } from '../../dispatch/watcher-handle.ts';

/** What a sink tells whoever writes into it. */
export type SinkEvents = Pick<WatcherHandle, 'drained' | 'close'>;
