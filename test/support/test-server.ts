import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { silentLogger } from '../../src/base/logger.ts';
import type { AppDeps } from '../../src/endpoints/app-deps.ts';
import { serveRequests } from '../../src/server/offered-upgrades.ts';
import { Requests } from '../../src/server/requests.ts';
import { testApp } from './test-app.ts';

/** An app over fakes behind a real port of node's. */
export interface TestServer extends ReturnType<typeof testApp> {
  readonly port: number;
  readonly url: string;
  readonly server: Server | Http2Server;
  /** The server's side of every connection that is open. */
  readonly sockets: ReadonlySet<Socket>;
  /** Cuts what is open. */
  close(): Promise<void>;
}

/** `http2`: over TCP without TLS, prior knowledge. */
export async function testServer(over: Partial<AppDeps> = {}, { http2 = false } = {}): Promise<TestServer> {
  const parts = testApp(over);
  const requests = new Requests((request, bindings) => parts.app.fetch(request, bindings), silentLogger);
  const server = http2 ? createHttp2Server() : createServer();
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  serveRequests(server, requests);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...parts,
    port,
    url: `http://127.0.0.1:${port}`,
    server,
    sockets,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
