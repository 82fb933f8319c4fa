import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import { type KeyPair, makeCertificates, type TestCertificates } from '../support/certificates.ts';
import { freePort } from '../support/free-port.ts';
import { Kubectl } from '../support/kubectl.ts';

/* Who may do what, as a user sees it: a server with RBAC, tokens in a file and certificates of clients. */

/** Rights are known a moment after they were given. */
const patience = { timeout: 30_000 };

interface Answer {
  readonly status: number;
  readonly body: { readonly message?: string; readonly reason?: string; readonly status?: unknown };
}

describe('a server that asks who comes', () => {
  let folder: string;
  let certificates: TestCertificates;
  let server: RunningServer;
  let plainPort: number;
  let admin: Kubectl;
  let jane: Kubectl;
  const file = async (name: string, content: string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'access-'));
    certificates = await makeCertificates();
    plainPort = await freePort();
    server = await startServer({
      authorizationMode: ['RBAC'],
      tokenAuthFile: await file('tokens', 'secret,bob,3,"dev,ops"\n'),
      clientCaFile: await file('ca.pem', certificates.ca),
      securePort: 'any',
      insecurePort: plainPort,
    });
    admin = await Kubectl.open(server.kubeconfig);
    jane = await Kubectl.open(server.kubeconfigFor({ name: 'jane', groups: ['dev'] }));
  });
  afterAll(async () => {
    await Promise.all([admin?.close(), jane?.close()]);
    await server?.close();
    await rm(folder, { recursive: true });
  });

  /** Over TLS; `as`: a certificate to show. */
  const get = (path: string, headers: Record<string, string> = {}, as?: KeyPair) =>
    new Promise<Answer>((resolve, reject) => {
      const shown = as === undefined ? {} : { cert: as.cert, key: as.key };
      const sent = request(`${server.url}${path}`, { ...shown, headers, rejectUnauthorized: false, agent: false });
      sent.on('error', reject).on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => {
          const isJson = answer.headers['content-type']?.startsWith('application/json') === true;
          resolve({ status: answer.statusCode ?? 0, body: isJson ? (JSON.parse(text) as Answer['body']) : {} });
        });
      });
      sent.end();
    });

  test('its own kubeconfig is that of an admin', async () => {
    expect(await admin.run(['auth', 'whoami'])).toMatch(/kubernetes-admin[\s\S]*system:masters system:authenticated/);
    expect(await admin.run(['auth', 'can-i', '*', '*'])).toMatch(/yes/);
  });

  test('others may do what they are given, and hear why not', async () => {
    const refused = await jane.try(['get', 'pods']);
    expect(refused.stderr).toContain(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    await admin.run(['create', 'role', 'reader', '--verb=get,list,watch', '--resource=pods']);
    await admin.run(['create', 'rolebinding', 'readers', '--role=reader', '--group=dev']);
    await expect.poll(() => jane.try(['get', 'pods']), patience).toMatchObject({ code: 0 });
    expect((await jane.try(['get', 'pods', '-n', 'kube-system'])).code).toBe(1);
    expect(await jane.run(['auth', 'can-i', '--list'])).toMatch(/pods\s+\[\]\s+\[\]\s+\[get list watch\]/);
    expect((await jane.try(['auth', 'can-i', 'delete', 'pods'])).stdout).toMatch(/no/);
    await admin.run(['delete', 'rolebinding', 'readers']);
    await expect.poll(async () => (await jane.try(['get', 'pods'])).code, patience).toBe(1);
  });

  test('nobody gives what he has not', async () => {
    await admin.run([
      'create',
      'clusterrole',
      'roles',
      '--verb=create,get,list',
      '--resource=clusterroles,clusterrolebindings',
    ]);
    await admin.run(['create', 'clusterrolebinding', 'roles', '--clusterrole=roles', '--user=jane']);
    await expect.poll(() => jane.try(['get', 'clusterroles']), patience).toMatchObject({ code: 0 });
    const { stderr } = await jane.try([
      'create',
      'clusterrolebinding',
      'me',
      '--clusterrole=cluster-admin',
      '--user=jane',
    ]);
    expect(stderr).toContain(
      'user "jane" (groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not currently held',
    );
  });

  test('roles that are made of others have their rules, as those change', async () => {
    await admin.run(['create', 'rolebinding', 'editors', '--clusterrole=edit', '--group=editors']);
    const may = async (what: string) => {
      const asked = ['auth', 'can-i', 'create', what, '--as=ed', '--as-group=editors'];
      return (await admin.try(asked)).stdout.trim();
    };
    await expect.poll(() => may('deployments.apps'), patience).toBe('yes');
    expect(await may('roles.rbac.authorization.k8s.io')).toBe('no');
    await admin.run(['create', 'clusterrole', 'more', '--verb=create', '--resource=roles.rbac.authorization.k8s.io']);
    expect(await may('roles.rbac.authorization.k8s.io')).toBe('no');
    await admin.run(['label', 'clusterrole', 'more', 'rbac.authorization.k8s.io/aggregate-to-edit=true']);
    await expect.poll(() => may('roles.rbac.authorization.k8s.io'), patience).toBe('yes');
    await admin.run(['delete', 'clusterrole', 'more']);
    await expect.poll(() => may('roles.rbac.authorization.k8s.io'), patience).toBe('no');
  });

  test('whoever may, goes on as somebody else', async () => {
    expect(await admin.run(['auth', 'whoami', '--as=ann', '--as-group=ops'])).toMatch(
      /ann[\s\S]*ops system:authenticated/,
    );
    expect((await admin.try(['get', 'secrets', '--as=ann'])).stderr).toContain(
      'User "ann" cannot list resource "secrets"',
    );
    // Before discovery, as whose kubectl asks what there is.
    const authorization = `Bearer ${/token: (\S+)/.exec(server.kubeconfigFor({ name: 'jane' }))?.[1]}`;
    expect((await get('/api', { authorization, 'impersonate-user': 'ann' })).body.message).toBe(
      'forbidden: User "jane" cannot impersonate-on:user-info:get path "/api"',
    );
    const odd = await get('/api', { authorization: 'Bearer secret', 'impersonate-group': 'ops' });
    expect(odd).toMatchObject({
      status: 400,
      body: {
        message:
          'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"ops"}, Extra:map[string][]string(nil)} without impersonating a user name',
      },
    });
  });

  test('a token of the file, and one that nobody knows', async () => {
    expect((await get('/api/v1/nodes', { authorization: 'Bearer secret' })).body.message).toMatch(
      /^nodes is forbidden: User "bob"/,
    );
    expect(await get('/healthz', { authorization: 'Bearer wrong' })).toMatchObject({
      status: 401,
      body: { message: 'Unauthorized', reason: 'Unauthorized' },
    });
  });

  test('who shows nothing is anonymous, and sees that the server is well and no more', async () => {
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/version')).status).toBe(200);
    expect((await get('/api/v1/namespaces')).body.message).toBe(
      'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
    );
    expect((await get('/metrics')).body.message).toBe('forbidden: User "system:anonymous" cannot get path "/metrics"');
    expect((await get('/<script>')).body.message).toContain('path "/&lt;script&gt;"');
  });

  test('the port without TLS asks as well', async () => {
    const { kubeconfig } = server;
    const token = /token: (\S+)/.exec(kubeconfig)?.[1] ?? '';
    const pods = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${plainPort}/api/v1/pods`, { headers });
    expect((await pods({})).status).toBe(403);
    expect((await pods({ authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test('a certificate says who it is, on HTTP/1.1 and on HTTP/2', async () => {
    const ann = await certificates.issue('CN=ann,O=system:masters');
    expect((await get('/api/v1/pods', {}, ann)).status).toBe(200);
    const session = connect(server.url, { ...ann, rejectUnauthorized: false });
    try {
      for (const expected of [200, 403]) {
        const as: Record<string, string> = expected === 200 ? {} : { 'impersonate-user': 'bob' };
        const stream = session.request({ ':path': '/api/v1/pods', ...as });
        const [head] = (await once(stream, 'response')) as [Record<string, unknown>];
        expect(head[':status']).toBe(expected);
        stream.close();
      }
    } finally {
      session.close();
    }
    const foreign = await (await makeCertificates()).issue('CN=ann,O=system:masters');
    expect((await get('/api/v1/pods', {}, foreign)).status).toBe(401);
  });

  test('a watch goes on as whom it was opened', async () => {
    expect((await get('/api/v1/pods?watch=true', { authorization: 'Bearer secret' })).body.message).toContain(
      'cannot watch resource "pods"',
    );
  });

  test('what was given is there again after a restart, as is the token of the admin', async () => {
    const dataDir = join(folder, 'data');
    const options = { authorizationMode: ['RBAC'], dataDir, securePort: 'any' as const, insecurePort: 0 };
    const first = await startServer(options);
    const token = await readFile(join(dataDir, 'admin.token'), 'utf8');
    expect(first.kubeconfig).toContain(`token: ${token}`);
    const before = await Kubectl.open(first.kubeconfig);
    await before.run(['create', 'clusterrolebinding', 'ops', '--clusterrole=view', '--user=ann']);
    await before.run(['create', 'clusterrole', 'pods', '--verb=get', '--resource=pods']);
    await before.run(['create', 'clusterrolebinding', 'pods', '--clusterrole=pods', '--user=ann']);
    await before.close();
    await first.close();
    const second = await startServer(options);
    const ann = await Kubectl.open(second.kubeconfigFor({ name: 'ann' }));
    try {
      expect(second.kubeconfig).toContain(`token: ${token}`);
      expect((await ann.try(['auth', 'can-i', 'get', 'pods'])).stdout).toMatch(/yes/);
      expect((await ann.try(['auth', 'can-i', 'delete', 'pods'])).stdout).toMatch(/no/);
    } finally {
      await ann.close();
      await second.close();
    }
  });
});
