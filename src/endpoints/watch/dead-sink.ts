import type { FrameSink } from '../../dispatch/frame-sink.ts';
import type { SinkEvents } from './sink-events.ts';

/** For a client that left while its watch was being opened: takes everything, and says in a moment that nobody is there. */
export function deadSink(events: SinkEvents): FrameSink {
  queueMicrotask(() => events.close('client'));
  return { write: () => true, end() {} };
}
