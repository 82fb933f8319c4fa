import { afterAll, beforeAll, describe } from 'vitest';
import type { RunningServer } from '../../src/server/start-server.ts';
import { startEtcd, type TestEtcd } from './etcd.ts';
import { Kubectl, type KubectlProgram, kubectlPrograms } from './kubectl.ts';
import { startTestServer } from './server.ts';

/** What a test of kubectl works with, once the tests run. */
export interface KubectlBed {
  readonly program: KubectlProgram;
  /** Over TLS, with the server's own kubeconfig. */
  readonly kubectl: Kubectl;
  readonly server: RunningServer;
  /** A namespace that nobody else uses, to be named as in `['get', 'pods', ...inNamespace]`. */
  newNamespace(): Promise<readonly [flag: '-n', name: string]>;
}

/** Says the tests for every kubectl there is, on each store. */
export function describeKubectl(what: string, say: (bed: KubectlBed) => void): void {
  describe.each(['embedded', 'etcd'])(`${what}, on %s`, (storage) => {
    let etcd: TestEtcd | undefined;
    let server: RunningServer;
    beforeAll(async () => {
      if (storage === 'etcd') etcd = await startEtcd();
      const where = etcd === undefined ? 'embedded' : { etcd: etcd.endpoint };
      server = await startTestServer({ storage: where, overrides: { securePort: 'any' } });
    });
    afterAll(async () => {
      await server?.close();
      await etcd?.stop();
    });

    for (const program of kubectlPrograms()) {
      describe(`kubectl ${program.version}`, () => {
        let kubectl: Kubectl;
        let namespaces = 0;
        beforeAll(async () => {
          kubectl = await Kubectl.open(server.kubeconfig, program.path);
        });
        afterAll(async () => kubectl?.close());
        say({
          program,
          get kubectl() {
            return kubectl;
          },
          get server() {
            return server;
          },
          async newNamespace() {
            namespaces += 1;
            const name = `test-${program.minor}-${namespaces}`;
            await kubectl.run(['create', 'namespace', name]);
            return ['-n', name];
          },
        });
      });
    }
  });
}
