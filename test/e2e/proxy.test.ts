import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { done } from '../support/http-objects.ts';
import { Kubectl, kubectlPrograms } from '../support/kubectl.ts';
import { closedPort, KubeletBed, podsPath } from '../support/kubelet-bed.ts';
import { RawClient } from '../support/raw-client.ts';

let bed: KubeletBed;
let backend: Server;
let port: number;
let heard: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

const services = '/api/v1/namespaces/default/services';
const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';

beforeAll(async () => {
  bed = await KubeletBed.open();
  backend = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      heard.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  ({ port } = backend.address() as AddressInfo);
  await bed.addPod('web', { ip: '127.0.0.1', port });
  await bed.addPod('silent', { ip: '127.0.0.1', port: closedPort });
  await bed.addPod('addressless');
  done(await bed.api.post(services, { metadata: { name: 'web' }, spec: { ports: [{ name: 'http', port: 80 }] } }));
  done(await bed.api.post(services, { metadata: { name: 'empty' }, spec: { ports: [{ port: 80 }] } }));
});

afterAll(async () => {
  await bed.close();
  backend.closeAllConnections();
  backend.close();
});

const says = (text: string, headers: Record<string, string | string[]> = {}, status = 200): void => {
  heard = [];
  answer = (_request, response) => response.writeHead(status, headers).end(text);
};

const web = `${podsPath}/web/proxy`;

describe('a request to the proxy of a pod', () => {
  test('is one to the pod, and its answer the pod’s', async () => {
    says('made', { 'X-Own': 'yes', 'Set-Cookie': ['a', 'b'], 'Access-Control-Allow-Origin': '*' }, 201);
    const { status, text, headers } = await bed.api.call(`${web}/a/b?q=1&r=%2F`, {
      method: 'PATCH',
      headers: { authorization: 'Bearer secret', 'x-own': 'mine', 'content-type': 'text/plain' },
      body: 'the body',
    });
    expect([status, text, headers.get('x-own'), headers.getSetCookie()]).toEqual([201, 'made', 'yes', ['a', 'b']]);
    expect([headers.get('access-control-allow-origin'), headers.get('audit-id') === null]).toEqual([null, false]);
    expect(heard).toMatchObject([{ method: 'PATCH', url: '/a/b?q=1&r=%2F', body: 'the body' }]);
    expect(heard[0]?.headers).toMatchObject({
      host: new URL(bed.api.url).host,
      'x-own': 'mine',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-uri': `${web}/a/b`,
    });
    expect(heard[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('by %s', async (method) => {
    says('x', { 'Content-Type': 'text/plain' });
    const { status } = await bed.api.call(`${podsPath}/http:web:${port}/proxy/x`, { method });
    expect([status, heard.map((one) => one.method)]).toEqual([200, [method]]);
    const again = await fetch(`${bed.api.url}/api/v1/nodes/absent/proxy/x`, { method });
    expect(again.status).toBe(404);
  });

  test('goes to no path above, and keeps a slash at the end', async () => {
    says('');
    const client = await RawClient.connect(Number(new URL(bed.api.url).port));
    client.send(`GET ${web}/a/../../b%2Fc//d/ HTTP/1.1`);
    await client.hears(/200 OK/);
    client.close();
    expect(heard.map(({ url }) => url)).toEqual(['/b/c/d/']);
  });

  test('for nothing in particular is sent to a path that ends with a slash', async () => {
    const response = await fetch(`${bed.api.url}${web}?a=b`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([301, `${web}/?a=b`]);
    says('root');
    expect((await bed.api.get(`${web}/`)).text).toBe('root');
    await bed.api.post(web, {});
    expect(heard.map(({ url }) => url)).toEqual(['/', '/']);
  });

  test('sends a body on as it comes, whether its length is known or not', async () => {
    says('');
    const pieces = new ReadableStream({
      start(controller) {
        for (const piece of ['one ', 'two ', 'three']) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    await fetch(`${bed.api.url}${web}/`, { method: 'POST', body: pieces, duplex: 'half' });
    await fetch(`${bed.api.url}${web}/`, { method: 'POST', body: 'x'.repeat(5 * 2 ** 20) });
    expect(heard.map(({ body }) => body.length)).toEqual([13, 5 * 2 ** 20]);
  });

  test('has its links lead through the proxy', async () => {
    says('<a href="/x"><img src="y">', { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': '26' });
    expect((await bed.api.get(`${web}/page/`)).text).toBe(`<a href="${web}/x"><img src="y">`);
    says('<a href="/x">', { 'Content-Type': 'text/plain' });
    expect((await bed.api.get(`${web}/page/`)).text).toBe('<a href="/x">');
    says('', { Location: `http://127.0.0.1:${port}/there?q` }, 302);
    const response = await fetch(`${bed.api.url}${web}/here`, { redirect: 'manual' });
    expect(response.headers.get('location')).toBe(`${web}/there?q`);
  });

  test('has its links lead through the proxy, packed or not', async () => {
    heard = [];
    answer = (_request, response) =>
      response
        .writeHead(200, { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' })
        .end(gzipSync('<a href="/x">'));
    const client = await RawClient.connect(Number(new URL(bed.api.url).port));
    client.send(`GET ${web}/ HTTP/1.0\nAccept-Encoding: gzip`);
    await client.ended();
    const body = Buffer.from(client.heard.slice(client.heard.indexOf('\r\n\r\n') + 4), 'latin1');
    const unpacked = createGunzip();
    unpacked.end(body);
    let text = '';
    for await (const chunk of unpacked) text += String(chunk);
    expect(text).toBe(`<a href="${web}/x">`);
  });

  test('ends when its client goes', async () => {
    heard = [];
    const left = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.write('begun');
        response.once('close', () => resolve());
      };
    });
    const client = new AbortController();
    const response = await fetch(`${bed.api.url}${web}/slow`, { signal: client.signal });
    expect(response.status).toBe(200);
    client.abort();
    await left;
  });

  test('is cut off where its answer is', async () => {
    heard = [];
    answer = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half', () => response.destroy());
    };
    await expect(bed.api.get(`${web}/`)).rejects.toThrow();
    expect((await bed.api.get('/api/v1/nodes/worker')).status).toBe(200);
  });
});

describe('what is not reached is refused in the words of the original', () => {
  test.each([
    [`${podsPath}/absent/proxy/`, 404, 'pods "absent" not found'],
    [`${podsPath}/ftp:web:1/proxy/`, 400, 'invalid pod request "ftp:web:1"'],
    [`${podsPath}/web:http/proxy/`, 400, 'invalid pod request "web:http"'],
    [`${podsPath}/http:..:80/proxy/`, 400, `Name parameter invalid: "..": may not be '..'`],
    [
      `${podsPath}/silent/proxy/`,
      503,
      `error trying to reach service: dial tcp 127.0.0.1:${closedPort}: connect: connection refused`,
    ],
    [`${services}/empty/proxy/`, 503, 'no endpoints available for service "empty"'],
    [`${services}/web:81/proxy/`, 503, 'no service port 81 found for service "web"'],
    [`${services}/absent:80/proxy/`, 404, 'services "absent" not found'],
    ['/api/v1/nodes/absent/proxy/', 404, 'nodes "absent" not found'],
    [`${web}/?dryRun=All`, 400, 'dryRun is not supported'],
    ['/api/v1/services/web/proxy/', 404, 'the server could not find the requested resource'],
  ])('%s: %d', async (path, status, message) => {
    const { body } = await bed.api.get(path);
    expect([body.code, body.message]).toEqual([status, message]);
  });

  test('a pod that hangs up, or speaks something else', async () => {
    heard = [];
    answer = (_request, response) => response.destroy();
    expect((await bed.api.get(`${web}/`)).body.message).toBe('error trying to reach service: EOF');
    answer = (_request, response) => response.socket?.end('garbage\r\n\r\n');
    expect((await bed.api.get(`${web}/`)).body.message).toBe(
      'error trying to reach service: net/http: HTTP/1.x transport connection broken: malformed HTTP response "garbage"',
    );
    answer = (_request, response) =>
      response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: odd\r\n\r\n');
    const { body } = await bed.api.get(`${web}/`);
    expect([body.code, body.message]).toEqual([500, 'backend tried to switch protocol "odd" when "" was requested']);
  });

  test('addresses of this host and of its link, as long as nobody says otherwise', async () => {
    const strict = await KubeletBed.open({ isProxyable: 'original' });
    try {
      await strict.addPod('web', { ip: '127.0.0.1', port });
      await strict.addPod('metadata', { ip: '169.254.169.254', port: 80 });
      for (const path of [`${web}/`, `${podsPath}/metadata/proxy/`, '/api/v1/nodes/worker/proxy/pods']) {
        const { body } = await strict.api.get(path);
        expect([body.code, body.message]).toEqual([400, 'address not allowed']);
      }
      expect(strict.kubelet.asked).toEqual([]);
    } finally {
      await strict.close();
    }
  });
});

test('a service is a pod behind it', async () => {
  done(
    await bed.api.post(slices, {
      metadata: { name: 'web', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['192.0.2.9'], targetRef: { kind: 'Pod', namespace: 'default', name: 'other' } },
        { addresses: ['192.0.2.8'], targetRef: { kind: 'Pod', namespace: 'default', name: 'web' } },
      ],
      ports: [{ name: 'http', port }],
    }),
  );
  const pod = (await bed.api.get(`${podsPath}/web`)).body;
  const path = `${services}/web:http/proxy/x`;
  expect((await bed.api.get(path)).body.message).toBe('no endpoints available for service "web"');
  const status = { ...pod.status, podIPs: [{ ip: '127.0.0.1' }, { ip: '192.0.2.8' }].slice(1), podIP: '192.0.2.8' };
  done(await bed.api.put(`${podsPath}/web/status`, { ...pod, status }));
  const refused = await bed.api.call(path, { headers: { connection: 'close' } });
  // Nobody has that address here: it is where the request went.
  expect(refused.body.message).toMatch(/^error trying to reach service: (?:dial tcp 192\.0\.2\.8|EOF|read)/);
  const latest = (await bed.api.get(`${podsPath}/web`)).body;
  const back = { ...latest.status, podIPs: [{ ip: '127.0.0.1' }], podIP: '127.0.0.1' };
  done(await bed.api.put(`${podsPath}/web/status`, { ...latest, status: back }));
});

test('a node is its kubelet, or what else listens there', async () => {
  bed.kubelet.asked.length = 0;
  bed.kubelet.answer = (_request, response) => response.end('ok');
  expect((await bed.api.get('/api/v1/nodes/worker/proxy/healthz?verbose')).text).toBe('ok');
  expect(bed.kubelet.asked).toEqual(['GET /healthz?verbose']);
  says('plain');
  expect((await bed.api.get(`/api/v1/nodes/http:worker:${port}/proxy/x`)).text).toBe('plain');
});

describe('a connection that goes on in another protocol', () => {
  const offer = (path: string, more = '') =>
    `GET ${path} HTTP/1.1\nConnection: Upgrade\nUpgrade: echo\nX-Own: 1${more === '' ? '' : `\n${more}`}`;
  const connect = () => RawClient.connect(Number(new URL(bed.api.url).port));

  test('is the pod’s, byte for byte both ways, until one of them ends it', async () => {
    let url = '';
    backend.once('upgrade', (request: IncomingMessage, socket) => {
      url = request.url ?? '';
      socket.write('HTTP/1.1 101 As You Like\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Theirs: 2\r\n\r\nready.');
      socket.on('data', (bytes: Buffer) => socket.write(bytes));
      socket.on('end', () => socket.end('bye'));
    });
    const client = await connect();
    client.send(offer(`${web}/socket?token=1`), '\0early');
    await client.hears(
      /^HTTP\/1\.1 101 As You Like\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Theirs: 2\r\n\r\nready\.\0early$/,
    );
    client.socket.write('more');
    await client.hears(/\0earlymore$/);
    client.socket.end();
    await client.ended();
    expect(url).toBe('/socket?token=1');
  });

  test('is refused in the words of the pod', async () => {
    backend.once('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 403 Not You\r\nContent-Length: 2\r\nX-Theirs: 2\r\n\r\nno');
    });
    const client = await connect();
    client.send(offer(`${web}/socket`));
    await client.ended();
    expect(client.heard).toMatch(/^HTTP\/1\.1 403 Not You\r\n(?:.*\r\n)*x-theirs: 2\r\n(?:.*\r\n)*\r\nno$/);
  });

  test.each([
    [
      'an answer as if nothing had been offered',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      'invalid upgrade response: status code 200',
    ],
    ['none', '', 'unexpected EOF'],
    ['garbage', 'garbage\r\n\r\n', 'malformed HTTP response \\\\"garbage\\\\"'],
  ])('%s is an error', async (_what, said, message) => {
    backend.once('upgrade', (_request, socket) => socket.end(said));
    const client = await connect();
    client.send(offer(`${web}/socket`));
    await client.ended();
    expect(client.heard).toMatch(new RegExp(`^HTTP/1\\.1 500 [^]*"message":"${message}","code":500`));
  });

  test('nobody to go on with is an error', async () => {
    const client = await connect();
    client.send(offer(`${podsPath}/silent/proxy/`));
    await client.ended();
    expect(client.heard).toContain(
      `"message":"error dialing backend: dial tcp 127.0.0.1:${closedPort}: connect: connection refused"`,
    );
  });

  test('is not had by a page of another origin', async () => {
    const client = await connect();
    client.send(offer(`${web}/socket`, 'Origin: http://evil.example'));
    await client.ended();
    expect(client.heard).toMatch(/^HTTP\/1\.1 403 Forbidden/);
  });

  test('a request that only offers HTTP/2 is an ordinary one', async () => {
    says('plain');
    const client = await connect();
    client.send(`GET ${web}/x HTTP/1.1\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABk`);
    await client.hears(/200 OK[^]*plain/);
    client.close();
  });

  test('ends with its server', async () => {
    const other = await KubeletBed.open();
    await other.addPod('web', { ip: '127.0.0.1', port });
    const gone = new Promise<void>((resolve) => {
      backend.once('upgrade', (_request, socket) => {
        socket.write('HTTP/1.1 101 Yes\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
        socket.once('end', () => {
          socket.end();
          resolve();
        });
        socket.resume();
      });
    });
    const client = await RawClient.connect(Number(new URL(other.api.url).port));
    client.send(offer(`${web}/socket`));
    await client.hears(/101 Yes/);
    await Promise.all([other.close(), gone, client.ended()]);
  });
});

describe.each(kubectlPrograms())('kubectl $version', ({ path }) => {
  test('reads through the proxy, with --raw and with a proxy of its own', async () => {
    const kubectl = await Kubectl.open(bed.server.kubeconfig, path);
    try {
      says('hello');
      expect(await kubectl.run(['get', '--raw', `${web}/x`])).toBe('hello');
      const own = kubectl.start(['proxy', '--port=0']);
      const line = await own.line(/Starting to serve on/);
      const [, address] = /on (\S+)/.exec(line) ?? [];
      expect(await (await fetch(`http://${address}${web}/y`)).text()).toBe('hello');
      await own.stop();
    } finally {
      await kubectl.close();
    }
  });
});
