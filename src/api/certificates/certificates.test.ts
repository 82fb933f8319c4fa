import { describe, expect, test } from 'vitest';
import {
  authorityCertificate,
  base64,
  certificateRequest,
  leafCertificate,
  mastersRequest,
} from '../../../test/support/certificate-texts.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { Occasion } from '../strategy/strategy.ts';
import { certificateSigningRequests } from './certificate-signing-requests.ts';
import { validateTrustBundle } from './trust-bundle-validation.ts';

const user = { name: 'jane', uid: '7', groups: ['dev'], extra: { scopes: ['a', 'b'] } };
const occasion: Occasion = { user, now: Date.parse('2026-01-02T03:04:05Z'), warn: () => undefined };
const hub = { group: 'certificates.k8s.io', version: 'v1' };
const { strategy } = certificateSigningRequests.stored;

function created(spec: JsonObject = {}): JsonObject {
  const object: JsonObject = {
    metadata: { name: 'c' },
    spec: {
      request: base64(certificateRequest),
      signerName: 'example.com/signer',
      usages: ['client auth'],
      ...spec,
    },
    status: { certificate: 'eA==', conditions: [{ type: 'Approved', status: 'True' }] },
  };
  strategy.prepareForCreate(object, occasion);
  return object;
}

const wrongIn = (object: JsonObject): string[] =>
  strategy.validateCreate(object, { requested: hub, metadataErrors: () => [] }).map(({ message }) => message);

function updated(path: '' | 'approval' | 'status', status: JsonObject, old: JsonObject) {
  const rules = path === '' ? strategy : strategy.subresources[path];
  if (rules === undefined) throw new Error(`no ${path}`);
  const object: JsonObject = { ...structuredClone(old), status };
  rules.prepareForUpdate(object, old, occasion);
  return { object, wrong: rules.validateUpdate(object, old, hub, occasion).map(({ message }) => message) };
}

const condition = (type: string, status = 'True'): JsonObject => ({ type, status });
const time = '2026-01-02T03:04:05Z';
const times = { lastUpdateTime: time, lastTransitionTime: time };

describe('certificates: signing requests', () => {
  test('who asks is who sent it, and nothing is decided yet', () => {
    expect(created({ username: 'other', groups: ['system:masters'] })).toMatchObject({
      spec: { username: 'jane', uid: '7', groups: ['dev'], extra: { scopes: ['a', 'b'] } },
      status: {},
    });
  });

  test('a request is signed by the key that it is about', () => {
    expect(wrongIn(created())).toEqual([]);
    expect(wrongIn(created({ request: base64(mastersRequest) }))).toEqual([]);
    const lines = certificateRequest.split('\n');
    const other = [...lines];
    // Within the signature.
    other[4] = (other[4] ?? '').replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
    expect(wrongIn(created({ request: base64(other.join('\n')) }))).toEqual([
      expect.stringMatching(/: (x509: ECDSA verification failure|asn1: .*)$/),
    ]);
    expect(wrongIn(created({ request: base64('x') }))).toEqual([
      'Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST',
    ]);
  });

  test('approval decides, once, and sets no certificate', () => {
    const old = created();
    const { object, wrong } = updated('approval', { conditions: [condition('Approved')], certificate: 'eA==' }, old);
    expect(wrong).toEqual([]);
    expect(object['status']).toEqual({ conditions: [{ ...condition('Approved'), ...times }] });
    expect(updated('approval', { conditions: [] }, object).wrong).toEqual([
      'Forbidden: updates may not remove a condition of type "Approved"',
    ]);
    const both = [condition('Approved'), condition('Denied')];
    expect(updated('approval', { conditions: both }, object).wrong).toEqual([
      'Invalid value: "{conditions[{\\"type\\": \\"Approved\\"}], conditions[{\\"type\\": \\"Denied\\"}]}": ' +
        'must specify at most one of: `conditions[{"type": "Approved"}]`, `conditions[{"type": "Denied"}]`',
    ]);
    expect(updated('approval', { conditions: [condition('Approved', 'False')] }, old).wrong).toEqual([
      'Unsupported value: "False": supported values: "True"',
    ]);
  });

  test('status sets the certificate, once, and decides nothing', () => {
    const approved = updated('approval', { conditions: [condition('Approved')] }, created()).object;
    const certificate = base64(leafCertificate);
    const issued = updated('status', { conditions: [condition('Approved')], certificate }, approved);
    expect(issued.wrong).toEqual([]);
    expect(issued.object['status']).toEqual({ conditions: [{ ...condition('Approved'), ...times }], certificate });
    expect(updated('status', { conditions: [condition('Denied')] }, created()).wrong).toEqual([
      'Forbidden: updates may not add a condition of type "Denied"',
    ]);
    const again = { conditions: [condition('Approved')], certificate: base64(authorityCertificate) };
    expect(updated('status', again, issued.object).wrong).toEqual([
      'Forbidden: updates may not modify existing certificate content',
    ]);
    expect(updated('status', { certificate: base64(certificateRequest) }, created()).wrong).toEqual([
      'Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "CERTIFICATE REQUEST"',
    ]);
  });

  test('a write to the object changes neither what it asks nor what became of it', () => {
    const old = created();
    const { object } = updated('', { certificate: 'eA==' }, old);
    expect(object).toEqual(old);
  });
});

describe('certificates: trust bundles', () => {
  const wrong = (text: string) => validateTrustBundle(text, 'p').map(({ message }) => message);
  const omitted = 'Invalid value: "<value omitted>": ';

  test('are certificates of authorities, each once', () => {
    expect(wrong(`before\n${authorityCertificate}after\n`)).toEqual([]);
    expect(wrong('')).toEqual([`${omitted}at least one trust anchor must be provided`]);
    expect(wrong(authorityCertificate + authorityCertificate)).toEqual([
      `${omitted}duplicate trust anchor (indices [0 1])`,
    ]);
    expect(wrong(authorityCertificate + leafCertificate + certificateRequest)).toEqual([
      `${omitted}entry 1 does not have the CA bit set`,
      `${omitted}entry 2 has bad block type: CERTIFICATE REQUEST`,
    ]);
    const empty = '-----BEGIN CERTIFICATE-----\nA: b\n\nYQ==\n-----END CERTIFICATE-----\n';
    expect(wrong(`${empty}${empty.replace('A: b\n\n', '')}`)).toEqual([
      `${omitted}entry 0 has PEM block headers`,
      `${omitted}entry 1 does not parse as X.509`,
    ]);
  });
});
