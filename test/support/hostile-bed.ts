import { afterAll, beforeAll, expect } from 'vitest';
import { Api } from './api.ts';
import { type SpawnedServer, spawnServer } from './server.ts';

/** A server as a process of its own that a file of tests does its worst to. */
export interface HostileBed {
  readonly server: SpawnedServer;
  /** Over plain HTTP. */
  readonly api: Api;
  readonly plainPort: number;
  /** The sum over all labels of a metric, as it is now or up to a second ago. */
  metric(name: string): Promise<number>;
  /** Resolves once nothing is in progress and no watch is open. */
  quiet(): Promise<void>;
}

const sumOf = (text: string, name: string): number =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);

/**
 * Starts the server before the tests, and after them sees that it has come to no harm: it answers, nothing is left
 * open, nothing failed that nobody foresaw, nothing was logged as an error, and it ends when it is told to.
 */
export function hostileBed(args: readonly string[] = []): HostileBed {
  let server: SpawnedServer | undefined;
  const running = (): SpawnedServer => {
    if (server === undefined) throw new Error('the server is not running');
    return server;
  };
  const bed: HostileBed = {
    get server() {
      return running();
    },
    get api() {
      return new Api(running().plainUrl);
    },
    get plainPort() {
      return Number(new URL(running().plainUrl).port);
    },
    async metric(name) {
      return sumOf((await bed.api.get('/metrics')).text, name);
    },
    async quiet() {
      const open = ['crowsnest_watches_open', 'apiserver_current_inflight_requests'];
      for (;;) {
        const { text } = await bed.api.get('/metrics');
        if (open.every((name) => sumOf(text, name) === 0)) return;
      }
    },
  };

  beforeAll(async () => {
    server = await spawnServer(args);
  });
  afterAll(async () => {
    try {
      await bed.quiet();
      expect((await bed.api.get('/readyz')).text).toBe('ok');
      const name = `after-${process.pid}`;
      const created = await bed.api.post('/api/v1/namespaces/default/configmaps', { metadata: { name } });
      expect(created.status).toBe(201);
      expect(await bed.metric('crowsnest_request_panics_total')).toBe(0);
      const bad = running()
        .log.split('\n')
        .filter((line) => /"level":"(?:error|fatal)"|unhandled|uncaught/i.test(line));
      expect(bad).toEqual([]);
    } finally {
      expect(await running().stop('SIGTERM')).toBe(0);
    }
  });
  return bed;
}
