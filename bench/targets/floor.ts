import type { Transport } from '../profile.ts';
import type { Target } from '../target.ts';
import type { Certificate } from './certificate.ts';
import { type Child, inspectorOf, startChild } from './child-server.ts';

export type Floor = { readonly target: Target; stop(): Promise<void> };

/** The floor server in its own process, with the data set's bytes made beforehand. */
export async function startFloor(
  transport: Transport,
  certificate: Certificate,
  objects: number,
  nodeOptions: readonly string[],
): Promise<Floor> {
  const script = new URL('../floor/floor-server.ts', import.meta.url).pathname;
  const files = transport === 'http' ? [] : [certificate.certFile, certificate.keyFile];
  const child: Child = startChild(process.execPath, [
    ...nodeOptions,
    '--import',
    'tsx',
    script,
    String(objects),
    ...files,
  ]);
  const [, port] = await child.wait(/listening (\d+)/);
  return {
    target: {
      name: `floor ${transport}`,
      url: `${transport === 'http' ? 'http' : 'https'}://127.0.0.1:${port}`,
      transport,
      backend: undefined,
      pid: child.pid,
      replicas: [],
      ca: transport === 'http' ? undefined : certificate.ca,
      inspector: inspectorOf(child),
      token: undefined,
      protocol: transport === 'h2' ? 'http2' : 'http1',
      floor: true,
      floorName: undefined,
    },
    stop: () => child.stop(),
  };
}
