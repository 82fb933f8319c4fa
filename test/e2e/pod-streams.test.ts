import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Kubectl, kubectlPrograms } from '../support/kubectl.ts';
import { closedPort, KubeletBed, podsPath } from '../support/kubelet-bed.ts';
import { RawClient } from '../support/raw-client.ts';
import type { KubeletCommand } from '../support/test-kubelet.ts';

let bed: KubeletBed;

beforeAll(async () => {
  bed = await KubeletBed.open();
  await bed.addNode('silent', [{ type: 'InternalIP', address: '127.0.0.1' }], closedPort);
  await bed.addNode('modern', [{ type: 'InternalIP', address: '127.0.0.1' }], bed.kubelet.port, [
    'ExtendWebSocketsToKubelet',
  ]);
  await bed.addPod('web');
  await bed.addPod('pair', { containers: ['one', 'two'] });
  await bed.addPod('waiting', { node: '' });
  await bed.addPod('unheard', { node: 'silent' });
  await bed.addPod('direct', { node: 'modern' });
});

afterAll(() => bed.close());

afterEach(() => {
  bed.kubelet.asked.length = 0;
  bed.kubelet.offered.length = 0;
  bed.kubelet.refusal = '';
  bed.kubelet.protocol = 'v4.channel.k8s.io';
});

/** Says what it is told, to both of its outputs, and ends with the code 3. */
const echo = ({ stdin, stdout, stderr, exit }: KubeletCommand): void => {
  stdout?.write('out\n');
  stderr?.write('err\n');
  if (stdin === undefined) return exit(3);
  stdin.onData((bytes) => {
    if (bytes === undefined) exit(3);
    else stdout?.write(bytes);
  });
};

describe.each(kubectlPrograms())('kubectl $version', ({ path, minor }) => {
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = await Kubectl.open(bed.server.kubeconfig, path);
  });
  afterAll(() => kubectl.close());

  test('exec: what a command says, what it is told, and how it ends', async () => {
    bed.kubelet.command = echo;
    const input = `line\n${'x'.repeat(300_000)}\n`;
    const { stdout, stderr, code } = await kubectl.try(['exec', '-i', 'web', '--', 'sh', '-c', 'a b'], input);
    expect([stdout === `out\n${input}`, stderr, code]).toEqual([true, expect.stringContaining('err\n'), 3]);
    expect(bed.kubelet.asked).toEqual([
      'POST /exec/default/web/main?command=sh&command=-c&command=a+b&error=1&input=1&output=1',
    ]);
  });

  test('exec: much that is said comes whole', async () => {
    const chunk = Buffer.alloc(256 * 1024, 'z');
    bed.kubelet.command = ({ stdout, exit }) => {
      for (let count = 0; count < 40; count++) stdout?.write(chunk);
      exit(0);
    };
    const { stdout, code } = await kubectl.try(['exec', 'web', '--', 'dump']);
    expect([stdout.length, code]).toEqual([40 * chunk.length, 0]);
  });

  test('attach: to what runs already', async () => {
    bed.kubelet.command = echo;
    const { stdout, code } = await kubectl.try(['attach', '-i', 'pair', '-c', 'two'], 'hello\n');
    expect([stdout, code]).toEqual(['out\nhello\n', 3]);
    expect(bed.kubelet.asked).toEqual(['POST /attach/default/pair/two?error=1&input=1&output=1']);
  });

  test('cp: by a tar that runs there', async () => {
    const received: Buffer[] = [];
    bed.kubelet.command = ({ stdin, url, exit }) => {
      if (!url.includes('command=tar') || stdin === undefined) return exit(1);
      stdin.onData((bytes) => {
        if (bytes === undefined) exit(0);
        else received.push(bytes);
      });
    };
    const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
    const folder = await mkdtemp('/tmp/kubectl-cp-');
    await writeFile(`${folder}/file`, 'the content');
    await kubectl.run(['cp', `${folder}/file`, 'web:/tmp/file']);
    await rm(folder, { recursive: true });
    expect(Buffer.concat(received).toString('latin1')).toContain('the content');
  });

  test('port-forward: connections to a port of a pod', async () => {
    bed.kubelet.listening = (port, data, error) => {
      data.write(`port ${port}\n`);
      data.onData((bytes) => {
        if (bytes !== undefined) return void data.write(bytes);
        data.end();
        error.end();
      });
    };
    const forwarding = kubectl.start(['port-forward', 'pod/web', ':8080']);
    const [, local] = /127\.0\.0\.1:(\d+)/.exec(await forwarding.line(/Forwarding from 127/)) ?? [];
    for (const said of ['first', 'second']) {
      const client = await RawClient.connect(Number(local));
      await client.hears(/^port 8080\n/);
      client.socket.write(said);
      await client.hears(new RegExp(`${said}$`));
      client.socket.end();
      await client.ended();
    }
    await forwarding.stop();
    expect(bed.kubelet.asked[0]).toBe('POST /portForward/default/web');
  });

  test('says why nothing can be run', async () => {
    const said = async (...args: readonly string[]) => {
      const { stderr, code } = await kubectl.try(['exec', ...args, '--', 'x']);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await said('waiting')).toContain('pod waiting does not have a host assigned');
    expect(await said('pair', '-c', 'three')).toMatch(
      /container three is not valid for pod pair|three not found in pod/,
    );
    expect(await said('unheard')).toContain(`dial tcp 127.0.0.1:${closedPort}: connect: connection refused`);
    bed.kubelet.refusal = 'HTTP/1.1 404 Not Found\r\nContent-Length: 19\r\n\r\ncontainer not found';
    expect(await said('web')).toContain('container not found');
  });

  test('speaks the protocol of its time', async () => {
    bed.kubelet.command = ({ exit }) => exit(0);
    await kubectl.run(['exec', 'web', '--', 'true']);
    expect(bed.kubelet.offered[0]).toBe(
      minor >= 31
        ? 'SPDY/3.1 v5.channel.k8s.io, v4.channel.k8s.io, v3.channel.k8s.io, v2.channel.k8s.io, channel.k8s.io'
        : 'SPDY/3.1 v4.channel.k8s.io, v3.channel.k8s.io, v2.channel.k8s.io, channel.k8s.io',
    );
  });
});

/** A client over a WebSocket: what it heard, by channel. */
class ChannelClient {
  readonly socket: WebSocket;
  readonly heard: Record<number, string> = {};
  readonly #closed: Promise<number>;
  #waiting: (() => void)[] = [];

  constructor(path: string, protocols: readonly string[], headers: Record<string, string> = {}) {
    this.socket = new WebSocket(bed.api.url.replace('http', 'ws') + path, [...protocols], { headers });
    this.socket.on('message', (message: Buffer) => {
      const [channel = 0] = message;
      this.heard[channel] = (this.heard[channel] ?? '') + message.subarray(1).toString();
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.#closed = new Promise((resolve) => this.socket.once('close', resolve));
  }

  say(channel: number, text: string): void {
    this.socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  }

  async hears(channel: number, text: string): Promise<void> {
    while (!(this.heard[channel] ?? '').includes(text))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  get closed(): Promise<number> {
    return this.#closed;
  }
}

const exec = (query: string, pod = 'web') => `${podsPath}/${pod}/exec?${query}`;
const v5 = ['v5.channel.k8s.io'];

describe('a command over a WebSocket', () => {
  test('has a channel for each stream, and its end on that of errors', async () => {
    bed.kubelet.command = echo;
    const client = new ChannelClient(exec('command=x&stdin=1&stdout=1&stderr=1'), v5);
    await client.hears(2, 'err\n');
    client.say(0, 'in\n');
    await client.hears(1, 'out\nin\n');
    client.socket.send(Buffer.from([255, 0]));
    expect(await client.closed).toBe(1000);
    expect(JSON.parse(client.heard[3] ?? '')).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: command terminated with exit code 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
    expect(client.socket.protocol).toBe('v5.channel.k8s.io');
  });

  test('with a terminal hears of its size, and has one output', async () => {
    bed.kubelet.command = ({ resize, stdout, stderr, exit }) => {
      stdout?.write(`stderr: ${stderr !== undefined}\n`);
      resize?.onData((bytes) => {
        stdout?.write(`size ${bytes?.toString() ?? ''}`);
        exit(0);
      });
    };
    const client = new ChannelClient(exec('command=x&stdin=1&stdout=1&stderr=1&tty=1'), v5);
    await client.hears(1, 'stderr: false\n');
    client.say(4, '{"Width":80,"Height":24}');
    expect(await client.closed).toBe(1000);
    expect([client.heard[1], client.heard[3]]).toEqual([
      'stderr: false\nsize {"Width":80,"Height":24}',
      '{"metadata":{},"status":"Success"}',
    ]);
  });

  test('of a kubelet that only knows the second protocol ends with its words', async () => {
    bed.kubelet.protocol = 'v2.channel.k8s.io';
    bed.kubelet.command = ({ exit }) => exit(7);
    const client = new ChannelClient(exec('command=x&stdout=1'), v5);
    expect(await client.closed).toBe(1000);
    expect(JSON.parse(client.heard[3] ?? '')).toMatchObject({
      message: 'Internal error occurred: error executing remote command: exit code 7',
      code: 500,
    });
  });

  test.each([
    [
      'unheard',
      '',
      `error sending request: Post \\"https://127.0.0.1:${closedPort}/exec/default/unheard/main?command=x&output=1\\": dial tcp 127.0.0.1:${closedPort}: connect: connection refused`,
    ],
    ['web', 'HTTP/1.1 403 No\r\nContent-Length: 6\r\n\r\nnot me', 'unable to upgrade connection: not me'],
    ['web', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'unable to upgrade connection: empty server response'],
    [
      'web',
      'HTTP/1.1 302 No\r\nLocation: /foo\r\nContent-Length: 0\r\n\r\n',
      'error sending request: Post \\"/foo\\": redirect not allowed',
    ],
    ['web', '\r\n', 'unexpected EOF'],
  ])('that cannot be run in %s ends with why', async (pod, refusal, why) => {
    bed.kubelet.refusal = refusal;
    const client = new ChannelClient(exec('command=x&stdout=1', pod), v5);
    expect(await client.closed).toBe(1000);
    expect(client.heard[3]).toContain(why);
    expect(JSON.parse(client.heard[3] ?? '')).toMatchObject({ status: 'Failure', reason: 'InternalError', code: 500 });
  });

  test('whose kubelet breaks off has failed', async () => {
    bed.kubelet.command = ({ stdout, connection }) => {
      stdout?.write('half');
      connection.socket.end();
    };
    const client = new ChannelClient(exec('command=x&stdout=1'), v5);
    await client.closed;
    expect([client.heard[1], client.heard[3]]).toEqual([
      'half',
      expect.stringContaining('error reading from error stream'),
    ]);
  });

  test('whose kubelet speaks nonsense harms nobody else', async () => {
    bed.kubelet.command = ({ connection }) => connection.socket.write(Buffer.alloc(64, 0xff));
    const client = new ChannelClient(exec('command=x&stdout=1'), v5);
    await client.closed;
    expect(client.heard[3]).toContain('error reading from error stream: a control frame of');
    expect((await bed.api.get('/api/v1/nodes/worker')).status).toBe(200);
  });

  test('ends for the kubelet when its client goes', async () => {
    const begun = new Promise<KubeletCommand>((resolve) => {
      bed.kubelet.command = resolve;
    });
    const client = new ChannelClient(exec('command=x&stdin=1&stdout=1'), v5);
    const { connection } = await begun;
    const left = once(connection.socket, 'close');
    client.socket.terminate();
    await left;
  });

  test('waits for a client that does not read', async () => {
    const begun = new Promise<KubeletCommand>((resolve) => {
      bed.kubelet.command = resolve;
    });
    const client = new ChannelClient(exec('command=x&stdout=1'), v5);
    const { stdout, connection } = await begun;
    await client.hears(1, '');
    client.socket.pause();
    const chunk = Buffer.alloc(2 ** 20, 'y');
    let written = 0;
    // The sockets between take some; a server that kept what nobody reads would take all of it.
    for (let idle = 0; idle < 20 && written < 64 * 2 ** 20; ) {
      if (!connection.socket.writableNeedDrain) {
        stdout?.write(chunk);
        written += chunk.length;
        idle = 0;
      }
      expect((await bed.api.get('/api/v1/nodes/worker')).status).toBe(200);
      idle += 1;
    }
    expect(written).toBeLessThan(64 * 2 ** 20);
    client.socket.terminate();
  });

  test('goes to the kubelet as it is when its node says that it can', async () => {
    const asked = new Promise<string>((resolve) => {
      bed.kubelet.webSocket = (request, socket) => {
        resolve(`${request.method} ${request.url} ${String(request.headers['sec-websocket-protocol'])}`);
        socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n');
      };
    });
    const client = new ChannelClient(exec('command=x&stdout=1', 'direct'), v5);
    client.socket.on('error', () => undefined);
    expect(await asked).toBe('GET /exec/default/direct/main?command=x&output=1 v5.channel.k8s.io');
  });

  test('in an older protocol goes to the kubelet as it is', async () => {
    bed.kubelet.webSocket = (_request, socket) => socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n');
    const client = new ChannelClient(exec('command=x&stdout=1'), ['v4.channel.k8s.io']);
    const [error] = (await once(client.socket, 'error')) as [Error];
    expect([error.message, bed.kubelet.offered]).toEqual([
      expect.stringContaining('403'),
      ['websocket v4.channel.k8s.io'],
    ]);
  });

  test('is not run for a page of another origin', async () => {
    for (const path of [exec('command=x'), `${podsPath}/web/portforward`, `${podsPath}/web/proxy/`]) {
      const client = new ChannelClient(path, v5, { origin: 'http://evil.example' });
      const [error] = (await once(client.socket, 'error')) as [Error];
      expect(error.message).toContain('403');
    }
    expect(bed.kubelet.asked).toEqual([]);
  });
});

describe('streams that are not to be had', () => {
  test.each([
    ['exec?command=x', 400, 'Upgrade request required'],
    ['attach', 400, 'Upgrade request required'],
    ['portforward?ports=80', 400, 'Upgrade request required'],
    ['portforward?ports=x', 400, 'cannot convert to []int32: strconv.ParseUint: parsing "x": invalid syntax'],
    [
      'portforward?ports=70000',
      400,
      'cannot convert to []int32: strconv.ParseUint: parsing "70000": value out of range',
    ],
    ['exec?dryRun=All', 400, 'dryRun is not supported'],
    ['exec?container=z', 400, 'container z is not valid for pod web'],
    ['exec/x', 404, 'the server could not find the requested resource'],
  ])('%s: %d', async (what, status, message) => {
    for (const method of ['GET', 'POST']) {
      const { body } = await bed.api.call(`${podsPath}/web/${what}`, { method });
      expect([body.code, body.message]).toEqual([status, message]);
    }
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])('by %s', async (method) => {
    expect((await bed.api.call(`${podsPath}/web/exec`, { method })).status).toBe(405);
  });

  test('a kubelet that answers as if nothing had been offered', async () => {
    bed.kubelet.refusal = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    const client = await RawClient.connect(Number(new URL(bed.api.url).port));
    client.send(`POST ${exec('command=x')} HTTP/1.1\nConnection: Upgrade\nUpgrade: SPDY/3.1\nContent-Length: 0`);
    await client.ended();
    expect(client.heard).toMatch(/^HTTP\/1\.1 500 [^]*invalid upgrade response: status code 200/);
  });
});

describe('a kubelet that hears and says nothing', () => {
  /** What it has been offered, when it has. */
  const offered = (): Promise<Duplex> =>
    new Promise((resolve) => {
      bed.kubelet.deaf = resolve;
    });
  const upgrade = (protocol: string, more: string) =>
    `GET ${podsPath}/web/${protocol} HTTP/1.1\nConnection: Upgrade\n${more}`;
  const webSocket = 'Upgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';

  test.each([
    ['SPDY', upgrade('exec?command=x', 'Upgrade: SPDY/3.1')],
    ['channels', upgrade('exec?command=x&stdin=1', `${webSocket}\nSec-WebSocket-Protocol: v5.channel.k8s.io`)],
    ['a tunnel', upgrade('portforward', `${webSocket}\nSec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io`)],
  ])('is left when its client is: %s', async (_protocol, request) => {
    const asked = offered();
    const client = await RawClient.connect(Number(new URL(bed.api.url).port));
    client.send(request);
    const left = once(await asked, 'close');
    client.close();
    await left;
    bed.kubelet.deaf = undefined;
  });
});

test('commands end with their server', async () => {
  const other = await KubeletBed.open();
  await other.addPod('web');
  const begun = new Promise<KubeletCommand>((resolve) => {
    other.kubelet.command = resolve;
  });
  const client = new WebSocket(`${other.api.url.replace('http', 'ws')}${exec('command=x&stdout=1')}`, v5);
  const closed = once(client, 'close');
  const { connection } = await begun;
  const left = once(connection.socket, 'close');
  await Promise.all([other.close(), left]);
  expect((await closed)[0]).toBe(1001);
});

test('as many as are allowed are open at a time', async () => {
  const small = await KubeletBed.open({ overrides: { maxConnects: 1 } });
  await small.addPod('web');
  small.kubelet.answer = (_request, response) => response.write('begun');
  const first = await fetch(`${small.api.url}${podsPath}/web/log?follow=1`);
  const { status, body } = await small.api.get(`${podsPath}/web/log`);
  expect([status, body.reason]).toEqual([429, 'TooManyRequests']);
  await first.body?.cancel();
  await small.close();
});
