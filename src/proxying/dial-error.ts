import { goQuote } from '../machinery/go-quote.ts';

/** What the system says of a connection that did not come about, in the words of Go's net package. */
const connectFailures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  ECONNRESET: 'connect: connection reset by peer',
  EHOSTUNREACH: 'connect: no route to host',
  EHOSTDOWN: 'connect: host is down',
  ENETUNREACH: 'connect: network is unreachable',
  EADDRNOTAVAIL: 'connect: cannot assign requested address',
  EACCES: 'connect: permission denied',
  EPERM: 'connect: operation not permitted',
  EINVAL: 'connect: invalid argument',
  EMFILE: 'socket: too many open files',
  ETIMEDOUT: 'i/o timeout',
};

const lookupFailures: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  EAI_NONAME: 'no such host',
  EAI_AGAIN: 'server misbehaving',
};

/** What Go says of certificates that OpenSSL does not believe. */
const certificateFailures: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate signed by unknown authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate signed by unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate signed by unknown authority',
  CERT_SIGNATURE_FAILURE: 'certificate signed by unknown authority',
  CERT_HAS_EXPIRED: 'certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'certificate has expired or is not yet valid',
};

interface SystemError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  /** Of node's HTTP parser: what it could not read. */
  readonly rawPacket?: Buffer;
}

/**
 * Why a destination could not be reached or gave no answer, as Go's net/http would say it: clients and people know these
 * words. `authority`: `10.0.0.1:10250`.
 */
export function dialErrorText(cause: unknown, authority: string): string {
  const error = firstOf(cause);
  const { code = '' } = error;
  const lookup = Object.hasOwn(lookupFailures, code) ? lookupFailures[code] : undefined;
  if (lookup !== undefined) return `dial tcp: lookup ${error.hostname ?? hostOf(authority)}: ${lookup}`;
  const certificate = Object.hasOwn(certificateFailures, code) ? certificateFailures[code] : undefined;
  if (certificate !== undefined) return `tls: failed to verify certificate: x509: ${certificate}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `tls: failed to verify certificate: x509: certificate is not valid for ${hostOf(authority)}`;
  }
  if (code.startsWith('HPE_')) {
    const packet = error.rawPacket?.toString('latin1') ?? '';
    const [line = ''] = packet.split('\n', 1);
    return `malformed HTTP response ${goQuote(line.trimEnd().slice(0, 200))}`;
  }
  if (error.syscall === 'connect' || code === 'ETIMEDOUT') {
    const why = Object.hasOwn(connectFailures, code) ? connectFailures[code] : undefined;
    const to = error.address === undefined ? authority : withPort(error.address, error.port);
    return `dial tcp ${to}: ${why ?? code}`;
  }
  if (code === 'EPROTO') return 'tls: first record does not look like a TLS handshake';
  // The other side closed before it had answered.
  if (code === 'ECONNRESET' && error.syscall === undefined) return 'EOF';
  if (code === 'ECONNRESET') return 'read: connection reset by peer';
  if (code === 'EPIPE') return 'write: broken pipe';
  return error.message;
}

/** All addresses of a name were tried: the first failure is the one that Go tells. */
function firstOf(cause: unknown): SystemError {
  if (cause instanceof AggregateError && cause.errors.length > 0) return firstOf(cause.errors[0]);
  return cause instanceof Error ? cause : new Error(String(cause));
}

const withPort = (address: string, port: number | undefined): string =>
  `${address.includes(':') ? `[${address}]` : address}${port === undefined ? '' : `:${port}`}`;

const hostOf = (authority: string): string => authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
