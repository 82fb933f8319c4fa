import type { RawHeaders } from './transport.ts';

/** What concerns one connection and not what is sent over it. RFC 9110, 7.6.1, and what is in use beside it. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Who the client is to this server is nobody else's. */
const ofTheClient = /^(?:authorization|x-remote-(?:user|uid|group|extra-.*)|impersonate-.*)$/;

/** A browser's token, which it cannot send in another way. */
const tokenProtocol = 'base64url.bearer.authorization.k8s.io.';

/** What a page of another origin would need to read an answer: that is this server's to say, and not a pod's. */
const crossOrigin = /^access-control-allow-(?:credentials|headers|methods|origin)$/;

type Header = readonly [name: string, value: string];

function* pairsOf(headers: RawHeaders): Generator<Header> {
  for (let index = 0; index + 1 < headers.length; index += 2) yield [headers[index] ?? '', headers[index + 1] ?? ''];
}

/** Names that `Connection` says are of this connection only. */
function namedByConnection(headers: RawHeaders): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [name, value] of pairsOf(headers)) {
    if (name.toLowerCase() === 'connection') for (const one of value.split(',')) names.add(one.trim().toLowerCase());
  }
  return names;
}

export interface ForwardedRequest {
  /** As the client sent them. */
  readonly headers: RawHeaders;
  /** What the client calls the server; '' when it does not. */
  readonly host: string;
  /** Of the client; undefined when its connection is gone. */
  readonly clientAddress: string | undefined;
  /** The body is sent in pieces whose number is not known. */
  readonly chunked: boolean;
  /** More, in the place of what the client sent under these names. */
  readonly more: Readonly<Record<string, string>>;
}

/** The headers that a request goes on with. */
export function requestHeaders({ headers, host, clientAddress, chunked, more }: ForwardedRequest): string[] {
  const connection = namedByConnection(headers);
  const replaced = new Set([
    'host',
    'expect',
    'x-forwarded-for',
    ...Object.keys(more).map((name) => name.toLowerCase()),
  ]);
  const sent = ['Host', host];
  const passed: string[] = [];
  for (const [name, value] of pairsOf(headers)) {
    const lower = name.toLowerCase();
    if (lower === 'x-forwarded-for') passed.push(value);
    if (lower === 'te' && value.trim().toLowerCase() === 'trailers') sent.push('Te', 'trailers');
    if (lower.startsWith(':') || hopByHop.has(lower) || connection.has(lower) || replaced.has(lower)) continue;
    if (!ofTheClient.test(lower)) sent.push(name, value);
  }
  const forwardedFor = clientAddress === undefined ? passed : [...passed, plainAddress(clientAddress)];
  if (forwardedFor.length > 0) sent.push('X-Forwarded-For', forwardedFor.join(', '));
  for (const [name, value] of Object.entries(more)) sent.push(name, value);
  if (chunked) sent.push('Transfer-Encoding', 'chunked');
  return sent;
}

/** The headers of a request whose connection is to change its protocol: that offer goes on too. */
export function upgradeHeaders(request: Omit<ForwardedRequest, 'chunked'>, upgrade: string): string[] {
  const sent = requestHeaders({ ...request, chunked: false });
  const kept: string[] = [];
  for (const [name, value] of pairsOf(sent)) {
    const told = name.toLowerCase() === 'sec-websocket-protocol' ? withoutToken(value) : value;
    if (told !== '' || value === '') kept.push(name, told);
  }
  return [...kept, 'Connection', 'Upgrade', 'Upgrade', upgrade];
}

const withoutToken = (protocols: string): string =>
  protocols
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => !protocol.startsWith(tokenProtocol))
    .join(', ');

/** The headers of an answer that go on to the client, by their names in lower case. */
export function answerHeaders(headers: RawHeaders): Record<string, string[]> {
  const connection = namedByConnection(headers);
  const sent: Record<string, string[]> = {};
  for (const [name, value] of pairsOf(headers)) {
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || connection.has(lower) || crossOrigin.test(lower)) continue;
    (sent[lower] ??= []).push(value);
  }
  return sent;
}

/** An IPv4 address that a socket of both families has in the form of the other is an IPv4 address. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=[\d.]+$)/i, '');
