import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Backend, Transport } from '../profiles.ts';
import type { Target } from '../target.ts';
import type { Certificate } from './certificate.ts';
import { type Child, freePort, startChild } from './child-server.ts';

export type Crowsnest = {
  readonly pid: number;
  /** From spawn until /readyz answered 200. */
  readonly readyMs: number;
  target(transport: Transport): Target;
  stop(): Promise<void>;
};

export type CrowsnestOptions = {
  readonly backend: Backend;
  readonly certificate: Certificate;
  /** For etcd. */
  readonly etcdEndpoint?: string;
  /** For embedded: kept after the stop, to start again on it. Absent: made and removed. */
  readonly dataDir?: string;
};

const program = new URL('../../dist/main.js', import.meta.url).pathname;

/** The built server as its own process, with one plain and one TLS port. */
export async function startCrowsnest(options: CrowsnestOptions): Promise<Crowsnest> {
  const scratch = mkdtempSync(join(tmpdir(), 'crowsnest-bench-'));
  const [securePort, insecurePort] = [await freePort(), await freePort()];
  const store = {
    memory: ['--memory'],
    embedded: ['--data-dir', options.dataDir ?? scratch],
    etcd: ['--etcd-servers', options.etcdEndpoint ?? '', '--data-dir', scratch],
  }[options.backend];
  const { certFile, keyFile, ca } = options.certificate;
  const tls = ['--tls-cert-file', certFile, '--tls-private-key-file', keyFile];
  const ports = ['--secure-port', String(securePort), '--insecure-port', String(insecurePort)];
  const started = performance.now();
  const child = startChild(process.execPath, [program, 'serve', ...store, ...ports, ...tls]);
  await untilReady(`http://127.0.0.1:${insecurePort}/readyz`, child);
  const readyMs = performance.now() - started;
  return {
    pid: child.pid,
    readyMs,
    target: (transport) => ({
      name: `crowsnest ${options.backend} ${transport}`,
      url: transport === 'http' ? `http://127.0.0.1:${insecurePort}` : `https://127.0.0.1:${securePort}`,
      pid: child.pid,
      ca: transport === 'http' ? undefined : ca,
      token: undefined,
      protocol: transport === 'h2' ? 'http2' : 'http1',
      floor: false,
      floorName: `floor ${transport}`,
    }),
    async stop() {
      await child.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, child: Child): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const ready = await fetch(url).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) return;
    if (performance.now() > deadline) throw new Error(`not ready: ${child.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
