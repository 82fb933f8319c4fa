import { request } from 'node:https';
import type { ComponentHealth } from '../api/core/component-statuses.ts';
import type { HealthCheck } from './health.ts';

/** kube-apiserver's own for those whom it asks. */
const timeoutMs = 20_000;
/** What a component says of itself is a word. */
const maxAnswerBytes = 10 * 1024;

/** Where components answer that run beside a kube-apiserver. */
const neighbours = { scheduler: 10259, 'controller-manager': 10257 } as const;

/** Asks the scheduler and the controller manager of this host, and the store. `storeCheck`: says what is wrong with the store. */
export async function componentHealth(storeCheck: HealthCheck): Promise<readonly ComponentHealth[]> {
  return Promise.all([
    ...Object.entries(neighbours).map(([name, port]) => healthOfNeighbour(name, port)),
    Promise.resolve(storeCheck.check()).then((problem) => ({
      name: 'etcd-0',
      healthy: problem === undefined,
      message: problem ?? 'ok',
    })),
  ]);
}

/** Whoever it is shows a certificate that it made itself. */
function healthOfNeighbour(name: string, port: number): Promise<ComponentHealth> {
  const address = `127.0.0.1:${port}`;
  const url = `https://${address}/healthz`;
  return new Promise((resolve) => {
    const unhealthy = (why: string): void => resolve({ name, healthy: false, message: `Get "${url}": ${why}` });
    const asking = request(url, { rejectUnauthorized: false, timeout: timeoutMs, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
        if (text.length > maxAnswerBytes) asking.destroy(new Error('the answer is too long'));
      });
      answer.on('end', () => resolve({ name, healthy: answer.statusCode === 200, message: text }));
      answer.on('error', (error) => unhealthy(error.message));
    });
    asking.on('timeout', () => asking.destroy(new Error('context deadline exceeded')));
    asking.on('error', (error: NodeJS.ErrnoException) =>
      unhealthy(error.code === 'ECONNREFUSED' ? `dial tcp ${address}: connect: connection refused` : error.message),
    );
    asking.end();
  });
}
