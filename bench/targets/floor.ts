import { dataset, type Transport } from '../profiles.ts';
import type { RunningTarget } from '../target.ts';
import type { Certificate } from './certificate.ts';
import { startChild } from './child-server.ts';

/** The floor server in its own process, with the data set's bytes made beforehand. */
export async function startFloor(transport: Transport, certificate: Certificate): Promise<RunningTarget> {
  const script = new URL('../floor/floor-server.ts', import.meta.url).pathname;
  const size = [dataset.objects, dataset.objectBytes, dataset.namespaces].map(String);
  const files = transport === 'http' ? [] : [certificate.certFile, certificate.keyFile];
  const child = startChild(process.execPath, ['--import', 'tsx', script, ...size, ...files]);
  const [, port] = await child.wait(/listening (\d+)/);
  return {
    target: {
      name: `floor ${transport}`,
      url: `${transport === 'http' ? 'http' : 'https'}://127.0.0.1:${port}`,
      pid: child.pid,
      ca: transport === 'http' ? undefined : certificate.ca,
      token: undefined,
      protocol: transport === 'h2' ? 'http2' : 'http1',
      floor: true,
      floorName: undefined,
    },
    stop: () => child.stop(),
  };
}
