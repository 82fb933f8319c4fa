import { type KeyObject } from 'node:crypto';
import { CertificateRequestError, parseRequest } from '../../machinery/certificate-request.ts';
import {
  addInvalid,
  type FieldError,
  invalidField,
  invalidValue,
  requiredValue,
  tooLong,
} from '../../machinery/field-error.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { checkSignerName } from '../core/signer-names.ts';
import type { PodCertificateRequest, PodCertificateRequestSpec } from '../types/certificates-v1.generated.ts';
import { publicKeyOf, wrongSignature } from './request-signature.ts';

const maxUid = 128;
const maxRequest = 10 * 1024;
const maxAnnotations = 256 * 1024;
/** How long a certificate may be valid at most, in seconds: between an hour and a day, or 91 of them. */
const minLife = 3_600;
const maxLifeOfKubernetes = 86_400;
const maxLife = 91 * 86_400;

/** Whom the certificate is for: the fields with a name and a uid. */
const parties = [
  ['podName', 'podUID'],
  ['serviceAccountName', 'serviceAccountUID'],
  ['nodeName', 'nodeUID'],
] as const;

/** What is wrong with a new request. */
export function validatePodCertificateRequest({ spec = {} }: PodCertificateRequest): FieldError[] {
  const { signerName = '', maxExpirationSeconds = 0 } = spec;
  const errors: FieldError[] = [];
  checkSignerName(signerName, 'spec.signerName', errors);
  checkUserAnnotations(spec.unverifiedUserAnnotations, 'spec.unverifiedUserAnnotations', errors);
  for (const [nameField, uidField] of parties) {
    const { [nameField]: name = '', [uidField]: uid = '' } = spec;
    addInvalid(errors, `spec.${nameField}`, name, dns1123Subdomain(name));
    if (uid === '') errors.push(invalidValue(`spec.${uidField}`, uid, 'must not be empty'));
    if (Buffer.byteLength(uid) > maxUid) errors.push(tooLong(`spec.${uidField}`, maxUid));
  }
  const most = isOfKubernetes(signerName) ? maxLifeOfKubernetes : maxLife;
  if (maxExpirationSeconds < minLife || maxExpirationSeconds > most) {
    const why = `must be in the range [${minLife}, ${most}]`;
    errors.push(invalidValue('spec.maxExpirationSeconds', maxExpirationSeconds, why));
  }
  checkRequest(spec, 'spec.stubPKCS10Request', errors);
  return errors;
}

function isOfKubernetes(signer: string): boolean {
  const [host = ''] = signer.split('/', 1);
  return host === 'kubernetes.io' || host.endsWith('.kubernetes.io');
}

function checkUserAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: FieldError[],
): void {
  const entries = Object.entries(annotations ?? {});
  for (const [given] of entries) {
    const key = given.toLowerCase();
    const wrong = labelKey(key);
    if (key === '') errors.push(requiredValue(path));
    else if (wrong.length > 0) addInvalid(errors, path, key, wrong);
    else if (!key.includes('/')) {
      errors.push(invalidValue(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")'));
    }
  }
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > maxAnnotations) errors.push(tooLong(path, maxAnnotations));
}

const rsaBits = [3072, 4096];
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];

function checkRequest(spec: PodCertificateRequestSpec, path: string, errors: FieldError[]): void {
  const der = Buffer.from(spec.stubPKCS10Request ?? '', 'base64');
  if (der.length === 0) {
    const why = 'exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set';
    errors.push(invalidField('spec', why));
  } else if (der.length > maxRequest) errors.push(tooLong(path, maxRequest));
  else errors.push(...wrongRequest(der, path));
}

function wrongRequest(der: Buffer, path: string): FieldError[] {
  try {
    const request = parseRequest(der);
    const key = publicKeyOf(request);
    const wrong = wrongKey(key, path);
    if (wrong !== undefined) return [wrong];
    return wrongSignature(request) === undefined ? [] : [invalidField(path, 'invalid signature')];
  } catch (error) {
    if (error instanceof CertificateRequestError) return [invalidField(path, 'must be a valid PKCS#10 CSR')];
    throw error;
  }
}

function wrongKey(key: KeyObject | undefined, path: string): FieldError | undefined {
  const { modulusLength = 0, namedCurve = '' } = key?.asymmetricKeyDetails ?? {};
  switch (key?.asymmetricKeyType) {
    case 'ed25519':
      return undefined;
    case 'ec': {
      if (curves.includes(namedCurve)) return undefined;
      const name = namedCurve === 'secp224r1' ? 'P-224' : namedCurve;
      return invalidValue(path, `curve ${name}`, 'elliptic public keys must use curve P256, P384, or P521');
    }
    case 'rsa': {
      if (rsaBits.includes(modulusLength)) return undefined;
      return invalidValue(path, `${modulusLength}-bit modulus`, 'RSA keys must have modulus size 3072 or 4096');
    }
    default:
      return invalidField(path, 'unknown public key type; supported types are Ed25519, ECDSA, and RSA');
  }
}
