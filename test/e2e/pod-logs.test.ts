import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Kubectl, kubectlPrograms } from '../support/kubectl.ts';
import { closedPort, KubeletBed, podsPath } from '../support/kubelet-bed.ts';
import { TestKubelet } from '../support/test-kubelet.ts';

let bed: KubeletBed;

beforeAll(async () => {
  bed = await KubeletBed.open();
  await bed.addNode('silent', [{ type: 'InternalIP', address: '127.0.0.1' }], closedPort);
  await bed.addNode('nowhere', []);
  await bed.addNode(
    'elsewhere',
    [
      { type: 'ExternalDNS', address: 'a' },
      { type: 'Odd', address: 'b' },
    ].slice(1),
  );
  await bed.addPod('web');
  await bed.addPod('pair', { containers: ['one', 'two'], initContainers: ['first'] });
  await bed.addPod('waiting', { node: '' });
  await bed.addPod('unheard', { node: 'silent' });
  await bed.addPod('lost', { node: 'missing' });
  await bed.addPod('adrift', { node: 'nowhere' });
  await bed.addPod('odd', { node: 'elsewhere' });
});

afterAll(() => bed.close());

afterEach(() => {
  bed.kubelet.asked.length = 0;
});

const says = (text: string) => {
  bed.kubelet.answer = (_request, response) => response.writeHead(200, { 'Content-Type': 'odd' }).end(text);
};

/** Resolves with the answer to the next request, which is not begun. */
const nextAnswer = (): Promise<ServerResponse> =>
  new Promise((resolve) => {
    bed.kubelet.answer = (_request, response) => resolve(response);
  });

const log = (pod: string, query = '') => bed.api.get(`${podsPath}/${pod}/log${query}`);

describe('the log of a pod', () => {
  test('is what the kubelet of its node says, as plain text', async () => {
    says('line one\nline two\n');
    const { status, headers, text } = await log('web');
    expect([status, headers.get('content-type'), text]).toEqual([200, 'text/plain', 'line one\nline two\n']);
    expect(bed.kubelet.asked).toEqual(['GET /containerLogs/default/web/main']);
  });

  test('is asked for with the options of the query, and nothing else of it', async () => {
    says('');
    await log(
      'web',
      '?previous=1&timestamps=true&follow=&tailLines=3&limitBytes=9&sinceTime=2020-01-01T00:00:00.5%2B02:00&pretty=x',
    );
    await log('web', '?sinceSeconds=9007199254740993&follow=false&previous=0');
    expect(bed.kubelet.asked).toEqual([
      'GET /containerLogs/default/web/main?follow=true&limitBytes=9&previous=true&sinceTime=2019-12-31T22%3A00%3A00Z&tailLines=3&timestamps=true',
      'GET /containerLogs/default/web/main?sinceSeconds=9007199254740993',
    ]);
  });

  test('is of the container that is asked for, an init container too', async () => {
    says('');
    await log('pair', '?container=two');
    await log('pair', '?container=first');
    expect(bed.kubelet.asked).toEqual(['GET /containerLogs/default/pair/two', 'GET /containerLogs/default/pair/first']);
  });

  test('of a pod that is on no node yet is nothing', async () => {
    const { status, text } = await log('waiting');
    expect([status, text]).toEqual([204, '']);
  });

  test('comes while it is written, and ends when the client goes', async () => {
    const begun = nextAnswer();
    const client = new AbortController();
    const response = await Promise.all([
      fetch(`${bed.api.url}${podsPath}/web/log?follow=true`, { signal: client.signal }),
      begun.then((answer) => answer.write('first\n')),
    ]).then(([answer]) => answer);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('first\n');
    (await begun).write('second\n');
    expect((await reader?.read())?.value).toBe('second\n');
    const left = new Promise((resolve) => void begun.then((answer) => answer.once('close', resolve)));
    client.abort();
    await left;
  });

  test('is at its end when the kubelet breaks off', async () => {
    bed.kubelet.answer = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half', () => response.destroy());
    };
    const { status, text } = await log('web');
    expect([status, text]).toEqual([200, 'half']);
  });

  test('waits for a client that does not read, and harms nobody meanwhile', async () => {
    const begun = nextAnswer();
    const [slow, answer] = await Promise.all([fetch(`${bed.api.url}${podsPath}/web/log`), begun.then(begin)]);
    const chunk = Buffer.alloc(2 ** 20, 'y');
    let written = 0;
    // The sockets between take some; a server that kept what nobody reads would take all of it.
    for (let idle = 0; idle < 20 && written < 64 * 2 ** 20; ) {
      if (!answer.writableNeedDrain) {
        answer.write(chunk);
        written += chunk.length;
        idle = 0;
      }
      expect((await bed.api.get('/api/v1/nodes/worker')).status).toBe(200);
      idle += 1;
    }
    expect(written).toBeLessThan(64 * 2 ** 20);
    await slow.body?.cancel();
  });
});

const begin = (answer: ServerResponse): ServerResponse => {
  answer.write('x');
  return answer;
};

describe('the log of a pod over a WebSocket', () => {
  const told = async (protocols: readonly string[]) => {
    const client = new WebSocket(`${bed.api.url.replace('http', 'ws')}${podsPath}/web/log`, [...protocols]);
    let text = '';
    client.on('message', (message: Buffer) => (text += message.toString()));
    const [code] = (await once(client, 'close')) as [number];
    return [code, text];
  };

  test('comes in messages, of bytes or of base64', async () => {
    says('hello');
    expect(await told([])).toEqual([1000, 'hello']);
    expect(await told(['binary.k8s.io'])).toEqual([1000, 'hello']);
    expect(await told(['base64.binary.k8s.io'])).toEqual([1000, 'aGVsbG8=']);
  });

  test('in another protocol is refused', async () => {
    says('hello');
    await expect(told(['other'])).rejects.toThrow('403');
  });
});

describe('a log that is not to be had is refused in the words of the original', () => {
  const refused = async (pod: string, query = '') => {
    const { status, body } = await log(pod, query);
    return [status, body.reason, body.message, body.code];
  };

  test.each([
    ['absent', '', 404, 'NotFound', 'pods "absent" not found'],
    ['lost', '', 404, 'NotFound', 'pods "missing" not found'],
    ['adrift', '', 500, undefined, 'no preferred addresses found; known addresses: []'],
    ['odd', '', 500, undefined, 'no preferred addresses found; known addresses: [{Odd b}]'],
    ['pair', '', 400, 'BadRequest', 'a container name must be specified for pod pair, choose one of: [first one two]'],
    ['pair', '?container=z', 400, 'BadRequest', 'container z is not valid for pod pair'],
    [
      'unheard',
      '?tailLines=1',
      500,
      undefined,
      `Get "https://127.0.0.1:${closedPort}/containerLogs/default/unheard/main?tailLines=1": dial tcp 127.0.0.1:${closedPort}: connect: connection refused`,
    ],
    ['web', '?tailLines=x', 400, 'BadRequest', 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'web',
      '?sinceTime=foo',
      400,
      'BadRequest',
      'parsing time "foo" as "2006-01-02T15:04:05Z07:00": cannot parse "foo" as "2006"',
    ],
    [
      'web',
      '?tailLines=-1',
      422,
      'Invalid',
      'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'web',
      '?sinceSeconds=5&sinceTime=2020-01-01T00:00:00Z',
      422,
      'Invalid',
      'PodLogOptions "web" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    ],
    ['web', '?stream=All', 422, 'Invalid', 'PodLogOptions "web" is invalid: stream: Forbidden: may not be specified'],
  ])('%s%s is %d', async (pod, query, status, reason, message) => {
    expect(await refused(pod, query)).toEqual([status, reason, message, status]);
  });

  test.each([
    [404, 'NotFound', 'the server could not find the requested resource ( pods/log web)', 404],
    [500, 'InternalError', 'Internal error occurred: no such thing', 500],
    [400, 'BadRequest', 'no such thing', 400],
    [403, 'Forbidden', 'no such thing ( pods/log web)', 403],
  ])('a kubelet that answers %d', async (status, reason, message, code) => {
    bed.kubelet.answer = (_request, response) => response.writeHead(status).end('no such thing');
    expect(await refused('web')).toEqual([status, reason, message, code]);
  });

  test('a kubelet that sends elsewhere', async () => {
    bed.kubelet.answer = (_request, response) => response.writeHead(302, { Location: '/foo' }).end();
    expect(await refused('web')).toEqual([500, undefined, 'Get "/foo": redirects forbidden', 500]);
  });

  test('a kubelet that hangs up', async () => {
    bed.kubelet.answer = (_request, response) => response.destroy();
    const url = `https://127.0.0.1:${bed.kubelet.port}/containerLogs/default/web/main`;
    expect(await refused('web')).toEqual([500, undefined, `Get "${url}": EOF`, 500]);
  });

  test('only GET reads it, and nothing is below it', async () => {
    const statuses = await Promise.all([
      bed.api.post(`${podsPath}/web/log`, {}),
      bed.api.call(`${podsPath}/web/log`, { method: 'HEAD' }),
      bed.api.get(`${podsPath}/web/log/more`),
      bed.api.get(`/api/v1/pods/web/log`),
      bed.api.get(`${podsPath}/web/log`, { accept: 'image/png' }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([405, 405, 404, 404, 406]);
  });
});

describe('kubelets that know their clients', () => {
  test('are shown a certificate, and are believed only with one of their own authority', async () => {
    const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
    const folder = await mkdtemp('/tmp/kubelet-tls-');
    const kubelet = await TestKubelet.open({ clients: true });
    const stranger = await TestKubelet.open();
    const file = async (name: string, text: string) => {
      await writeFile(`${folder}/${name}`, text);
      return `${folder}/${name}`;
    };
    const strict = await KubeletBed.open({
      kubelet,
      overrides: {
        kubeletCertificateAuthority: await file('ca.crt', kubelet.authority),
        kubeletClientCertificate: await file('client.crt', kubelet.client.cert),
        kubeletClientKey: await file('client.key', kubelet.client.key),
      },
    });
    try {
      await strict.addNode('stranger', [{ type: 'InternalIP', address: '127.0.0.1' }], stranger.port);
      await strict.addPod('known');
      await strict.addPod('unknown', { node: 'stranger' });
      kubelet.answer = (_request, response) => response.end('known');
      stranger.answer = (_request, response) => response.end('believed');
      expect((await strict.api.get(`${podsPath}/known/log`)).text).toBe('known');
      const { status, body } = await strict.api.get(`${podsPath}/unknown/log`);
      expect([status, body.message]).toEqual([
        500,
        expect.stringContaining('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
      ]);
      const unchecked = await strict.api.get(`${podsPath}/unknown/log?insecureSkipTLSVerifyBackend=true`);
      expect(unchecked.text).toBe('believed');
    } finally {
      await strict.close();
      await stranger.close();
      await rm(folder, { recursive: true });
    }
  });
});

test('logs that are followed end with the server, cleanly', async () => {
  const other = await KubeletBed.open();
  await other.addPod('web');
  other.kubelet.answer = (_request, response) => response.write('first\n');
  const response = await fetch(`${other.api.url}${podsPath}/web/log?follow=true`);
  const text = response.text();
  await other.close();
  expect(await text).toBe('first\n');
});

describe.each(kubectlPrograms())('kubectl $version logs', ({ path }) => {
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = await Kubectl.open(bed.server.kubeconfig, path);
  });
  afterAll(() => kubectl.close());

  test('prints them, those of before and those of a container', async () => {
    says('hello\n');
    expect(await kubectl.run(['logs', 'web'])).toBe('hello\n');
    expect(await kubectl.run(['logs', 'web', '--previous', '--tail=5'])).toBe('hello\n');
    expect(await kubectl.run(['logs', 'pair', '-c', 'two', '--since=1h'])).toBe('hello\n');
    expect(bed.kubelet.asked).toEqual([
      'GET /containerLogs/default/web/main',
      'GET /containerLogs/default/web/main?previous=true&tailLines=5',
      'GET /containerLogs/default/pair/two?sinceSeconds=3600',
    ]);
  });

  test('-f prints lines as they come', async () => {
    const begun = nextAnswer();
    const following = kubectl.start(['logs', '-f', 'web']);
    const answer = await begun;
    answer.write('one\n');
    await following.line(/^one$/);
    answer.write('two\n');
    await following.line(/^two$/);
    answer.end();
    expect(await following.ended).toBe(0);
  });

  test('says why there are none', async () => {
    const { code, stderr } = await kubectl.try(['logs', 'unheard']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('connect: connection refused')]);
  });
});
