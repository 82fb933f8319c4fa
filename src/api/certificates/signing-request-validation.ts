import { CertificateRequestError, parsePemRequest } from '../../machinery/certificate-request.ts';
import {
  checkEach,
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { pemBlocks } from '../../machinery/pem.ts';
import { checkSignerName } from '../core/signer-names.ts';
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
} from '../types/certificates-v1.generated.ts';
import { wrongSignature } from './request-signature.ts';
import { parseCertificate } from './x509-certificate.ts';

/** By which path it is written decides what of its status may change. */
export interface RequestPath {
  /** Approved and Denied. */
  readonly setsDecision: boolean;
  readonly setsCertificate: boolean;
}

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** Of requests that an earlier version took. */
const legacySigner = 'kubernetes.io/legacy-unknown';
const minExpiration = 600;

const decode = (base64: string | null | undefined): string => Buffer.from(base64 ?? '', 'base64').toString('latin1');

const conditionsOf = ({ status }: CertificateSigningRequest): readonly CertificateSigningRequestCondition[] =>
  status?.conditions ?? [];

const repeats = (texts: readonly string[]): boolean => new Set(texts).size < texts.length;

/** What is wrong with a request. `old`: what was wrong before may stay; undefined for a create. */
export function validateSigningRequest(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
): FieldError[] {
  const { spec = {}, status = {} } = request;
  const { usages: given = [], signerName = '', expirationSeconds } = spec;
  const errors: FieldError[] = [];
  const why = wrongRequest(decode(spec.request));
  if (why !== undefined) errors.push(invalidValue('spec.request', spec.request ?? null, why));
  checkUsages(given, old?.spec?.usages ?? [], errors);
  if (signerName === legacySigner && old?.spec?.signerName !== legacySigner) {
    errors.push(
      invalidValue('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version'),
    );
  } else checkSignerName(signerName, 'spec.signerName', errors);
  if (expirationSeconds !== undefined && expirationSeconds < minExpiration) {
    const least = `may not specify a duration less than ${minExpiration} seconds (10 minutes)`;
    errors.push(invalidValue('spec.expirationSeconds', expirationSeconds, least));
  }
  checkConditions(request, old, errors);
  const unchanged = old !== undefined && (status.certificate ?? '') === (old.status?.certificate ?? '');
  if (!unchanged && wrongCertificates(decode(old?.status?.certificate)) === undefined) {
    const wrong = wrongCertificates(decode(status.certificate));
    if (wrong !== undefined) errors.push(invalidValue('status.certificate', '<certificate data>', wrong));
  }
  return errors;
}

function wrongRequest(pem: string): string | undefined {
  try {
    return wrongSignature(parsePemRequest(pem));
  } catch (error) {
    if (error instanceof CertificateRequestError) return error.message;
    throw error;
  }
}

function checkUsages(given: readonly string[], old: readonly string[], errors: FieldError[]): void {
  const path = 'spec.usages';
  if (given.length === 0) errors.push(requiredValue(path));
  if (old.every((usage) => usages.includes(usage))) {
    checkEach(given, path, errors, (usage, at) => {
      if (!usages.includes(usage)) errors.push(unsupportedValue(at, usage, usages));
    });
  }
  if (repeats(old)) return;
  const seen = new Set<string>();
  checkEach(given, path, errors, (usage, at) => {
    if (seen.has(usage)) errors.push(duplicateValue(at, usage));
    seen.add(usage);
  });
}

/** A request is decided once, and nothing takes back that it was, or that it failed. */
const decisions = ['Approved', 'Denied'];
const lasting = [...decisions, 'Failed'];

function checkConditions(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
  errors: FieldError[],
): void {
  const oldTypes = old === undefined ? [] : conditionsOf(old).map(({ type = '' }) => type);
  const path = 'status.conditions';
  const seen = new Set<string>();
  checkEach(conditionsOf(request), path, errors, ({ type = '', status = '' }, at) => {
    if (type === '' && !oldTypes.includes('')) errors.push(requiredValue(`${at}.type`));
    const allowed = lasting.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (status === '') errors.push(requiredValue(`${at}.status`));
    else if (!allowed.includes(status)) errors.push(unsupportedValue(`${at}.status`, status, allowed));
    if (seen.has(type) && !repeats(oldTypes)) errors.push(duplicateValue(`${at}.type`, type));
    seen.add(type);
  });
}

/** Both decisions at once: told after everything else. */
export function validateOneDecision(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
): FieldError[] {
  const has = (one: CertificateSigningRequest | undefined, type: string) =>
    one !== undefined && conditionsOf(one).some((condition) => condition.type === type);
  if (!decisions.every((type) => has(request, type)) || decisions.every((type) => has(old, type))) return [];
  const members = decisions.map((type) => `conditions[{"type": "${type}"}]`);
  const why = `must specify at most one of: ${members.map((member) => `\`${member}\``).join(', ')}`;
  return [invalidValue('status.conditions', `{${members.join(', ')}}`, why)];
}

/** Why a text is not one or more certificates in PEM; undefined: it is, or is empty. */
function wrongCertificates(pem: string): string | undefined {
  if (pem === '') return undefined;
  let blocks = 0;
  for (const { type, hasHeaders, bytes } of pemBlocks(pem)) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(type)}`;
    if (hasHeaders) return 'no PEM block headers are permitted';
    if (parseCertificate(bytes) === undefined) return 'x509: malformed certificate';
    blocks++;
  }
  return blocks === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

/** What is wrong with an update by one of the three paths. */
export function validateSigningRequestUpdate(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  path: RequestPath,
): FieldError[] {
  const errors = validateSigningRequest(request, old);
  const countOf = (one: CertificateSigningRequest, type: string) =>
    conditionsOf(one).filter((condition) => condition.type === type).length;
  for (const type of lasting) {
    if (countOf(request, type) >= countOf(old, type)) continue;
    const why = `updates may not remove a condition of type ${goQuote(type)}`;
    errors.push(forbiddenValue('status.conditions', why));
  }
  for (const type of path.setsDecision ? [] : decisions) {
    if (countOf(request, type) <= countOf(old, type)) continue;
    errors.push(forbiddenValue('status.conditions', `updates may not add a condition of type ${goQuote(type)}`));
  }
  const [now, before] = [request.status?.certificate ?? '', old.status?.certificate ?? ''];
  if (now !== before && !path.setsCertificate) {
    errors.push(forbiddenValue('status.certificate', 'updates may not set certificate content'));
  } else if (now !== before && before !== '') {
    errors.push(forbiddenValue('status.certificate', 'updates may not modify existing certificate content'));
  }
  return [...errors, ...validateOneDecision(request, old)];
}
