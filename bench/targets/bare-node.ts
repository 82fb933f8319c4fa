import { type Child, freePort, startChild } from './child-server.ts';
import { untilReady } from './until-ready.ts';

const program = 'http.createServer((request, response) => response.end()).listen(Number(process.argv[1]), "127.0.0.1")';

/** Node with its HTTP server and nothing else: what no start on it can be below. */
export async function startBareNode(): Promise<Pick<Child, 'pid' | 'stop'> & { readonly readyMs: number }> {
  const port = await freePort();
  const child = startChild(process.execPath, ['-e', program, String(port)]);
  const readyMs = await untilReady(`http://127.0.0.1:${port}/`, child);
  return { pid: child.pid, readyMs, stop: () => child.stop() };
}
