import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';

/** How long an end that is closed may take to hand over what it was sent. */
const lingerMs = 10_000;

/**
 * Lets two connections speak with one another: what comes from either goes to the other, byte for byte and no faster than it
 * is taken, so that at most what the buffers of both hold is on its way. When either ends, what it has sent is handed over and
 * both are closed; when either fails, both are. The function returned ends both as if each had ended. `over` is called once.
 */
export function join(one: Duplex, other: Duplex, clock: Clock, over: () => void): () => void {
  let isOver = false;
  let cancelLinger = (): void => {};
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    cancelLinger();
    one.destroy();
    other.destroy();
    over();
  };
  const linger = (): void => {
    cancelLinger();
    cancelLinger = clock.after(lingerMs, close);
  };
  const pass = (from: Duplex, to: Duplex): void => {
    from.pipe(to);
    from.on('error', close);
    from.once('end', () => {
      linger();
      to.once('finish', close);
    });
    // Closed without an end: cut off.
    from.once('close', () => {
      if (!from.readableEnded) close();
    });
  };
  pass(one, other);
  pass(other, one);
  return () => {
    if (isOver) return;
    linger();
    let open = 2;
    const finished = (): void => {
      open -= 1;
      if (open === 0) close();
    };
    one.end(finished);
    other.end(finished);
  };
}
