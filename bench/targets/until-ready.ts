import { performance } from 'node:perf_hooks';
import type { Child } from './child-server.ts';

const timeoutMs = 300_000;
const intervalMs = 5;

/** Milliseconds until `url` answers 200, from now: call it as soon as `child` is started. @throws {Error} when it never does. */
export async function untilReady(url: string, child: Child): Promise<number> {
  const started = performance.now();
  for (;;) {
    const ready = await fetch(url).then(
      ({ status }) => status === 200,
      () => false,
    );
    const took = performance.now() - started;
    if (ready) return took;
    if (took > timeoutMs) throw new Error(`not ready: ${child.output()}`);
    if (child.exited) throw new Error(`the server exited: ${child.output()}`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
