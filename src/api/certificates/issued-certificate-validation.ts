import type { X509Certificate } from 'node:crypto';
import { parseRequest } from '../../machinery/certificate-request.ts';
import { type FieldError, invalidValue, requiredValue, tooLong } from '../../machinery/field-error.ts';
import { type PemBlock, pemBlocks } from '../../machinery/pem.ts';
import { timeText } from '../../machinery/time.ts';
import type { PodCertificateRequest } from '../types/certificates-v1.generated.ts';
import { publicKeyOf } from './request-signature.ts';
import { parseCertificate } from './x509-certificate.ts';

const maxChain = 100 * 1024;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How far the beginning of a certificate may be from now. */
const skewMs = 5 * minuteMs;
/** A certificate is not replaced so soon after it begins, nor so late before it ends. */
const refreshMarginMs = 10 * minuteMs;

const chainPath = 'status.certificateChain';

/**
 * What is wrong with the certificates that a request is answered with; the first thing that is wrong is told. `now`: in
 * milliseconds since the epoch.
 */
export function validateIssued(request: PodCertificateRequest, now: number): FieldError[] {
  const { spec = {}, status = {} } = request;
  const { certificateChain: chain = '' } = status;
  const wrong = (why: string) => [invalidValue(chainPath, chain, why)];
  if (Buffer.byteLength(chain) > maxChain) return [tooLong(chainPath, maxChain)];
  const [first, ...others] = [...pemBlocks(chain)];
  if (first === undefined) return wrong('issued certificate chain must contain at least one certificate');
  if (first.type !== 'CERTIFICATE') {
    return wrong('issued certificate chain must consist entirely of CERTIFICATE PEM blocks');
  }
  const leaf = parseCertificate(first.bytes);
  if (leaf === undefined) return wrong('leaf certificate does not parse as valid X.509');
  const names = wrongNames(leaf);
  if (!isFor(leaf, spec.stubPKCS10Request)) {
    return [...names, ...wrong('leaf certificate was not issued to the requested public key')];
  }
  const times = [...names, ...wrongTimes(request, leaf, now)];
  return times.length > 0 ? times : wrongOthers(others, chain);
}

/** A name of a host that is none. */
function wrongNames(leaf: X509Certificate): FieldError[] {
  const hosts = (leaf.subjectAltName ?? '').split(', ').filter((name) => name.startsWith('DNS:'));
  return hosts.flatMap((host) => {
    const name = host.slice('DNS:'.length);
    const errors: FieldError[] = [];
    if (name === '') errors.push(invalidValue(chainPath, name, 'leaf certificate should not contain empty DNSName'));
    if (name.includes('..')) {
      errors.push(invalidValue(chainPath, name, "leaf certificate's DNSName should not contain '..'"));
    }
    if (name.startsWith('.') || name.endsWith('.')) {
      errors.push(invalidValue(chainPath, name, "leaf certificate's DNSName should not start or end with '.'"));
    }
    return errors;
  });
}

function isFor(leaf: X509Certificate, stub: string | null | undefined): boolean {
  const wanted = publicKeyOf(parseRequest(Buffer.from(stub ?? '', 'base64')));
  const der = { type: 'spki', format: 'der' } as const;
  return wanted?.export(der).equals(leaf.publicKey.export(der)) === true;
}

function wrongTimes(
  { spec = {}, status = {} }: PodCertificateRequest,
  leaf: X509Certificate,
  now: number,
): FieldError[] {
  const { notBefore, notAfter, beginRefreshAt } = status;
  if (notBefore === undefined || notAfter === undefined || beginRefreshAt === undefined) {
    const consistent = 'must be present and consistent with the issued certificate';
    const between = 'must be present and in the range [notbefore+10min, notafter-10min]';
    return [
      ...(notBefore === undefined ? [requiredValue('status.notBefore', consistent)] : []),
      ...(notAfter === undefined ? [requiredValue('status.notAfter', consistent)] : []),
      ...(beginRefreshAt === undefined ? [requiredValue('status.beginRefreshAt', between)] : []),
    ];
  }
  const [begin, end] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  const [stated, statedEnd, refresh] = [notBefore, notAfter, beginRefreshAt].map((time) => Date.parse(time)) as [
    number,
    number,
    number,
  ];
  const at = (field: string, time: number, why: string) => [invalidValue(`status.${field}`, timeText(time), why)];
  if (stated !== begin)
    return at('notBefore', stated, 'must be set to the NotBefore time encoded in the leaf certificate');
  if (Math.abs(stated - now) >= skewMs) {
    return at('notBefore', stated, "must be set to within 5 minutes of kube-apiserver's current time");
  }
  if (statedEnd !== end)
    return at('notAfter', statedEnd, 'must be set to the NotAfter time encoded in the leaf certificate');
  const life = end - begin;
  const longest = spec.maxExpirationSeconds ?? 0;
  const nanoseconds = life * 1e6;
  if (life < hourMs) return [invalidValue(chainPath, nanoseconds, 'leaf certificate lifetime must be >= 1 hour')];
  if (life > longest * 1000) {
    const why = `leaf certificate lifetime must be <= spec.maxExpirationSeconds (${longest})`;
    return [invalidValue(chainPath, nanoseconds, why)];
  }
  if (refresh < stated + refreshMarginMs) {
    return at('beginRefreshAt', refresh, 'must be at least 10 minutes after status.notBefore');
  }
  if (refresh > statedEnd - refreshMarginMs) {
    return at('beginRefreshAt', refresh, 'must be at least 10 minutes before status.notAfter');
  }
  return [];
}

function wrongOthers(blocks: readonly PemBlock[], chain: string): FieldError[] {
  for (const { type, bytes } of blocks) {
    const why =
      type !== 'CERTIFICATE'
        ? 'issued certificate chain must consist entirely of CERTFICATE PEM blocks'
        : parseCertificate(bytes) === undefined
          ? 'intermediate certificate does not parse as valid X.509'
          : undefined;
    if (why !== undefined) return [invalidValue(chainPath, chain, why)];
  }
  return [];
}
