import { expect, test } from 'vitest';
import { base64, certificateRequest, mastersRequest } from '../../test/support/certificate-texts.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { CertificateSubjectRestriction } from './certificate-subject-restriction.ts';

function validated(pem: string, signerName: string, operation: 'CREATE' | 'UPDATE' = 'CREATE'): Promise<void> {
  return new CertificateSubjectRestriction().validate({
    operation,
    group: 'certificates.k8s.io',
    version: 'v1',
    kind: 'CertificateSigningRequest',
    resource: 'certificatesigningrequests',
    subresource: '',
    namespace: '',
    name: 'c',
    object: { spec: { request: base64(pem), signerName } },
    oldObject: undefined,
    request: RequestContext.of(''),
  });
}

const ofClients = 'kubernetes.io/kube-apiserver-client';

test('nobody asks to be a client that may do anything', () => {
  expect(() => validated(mastersRequest, ofClients)).toThrow(
    'certificatesigningrequests.certificates.k8s.io "c" is forbidden: ' +
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
});

test('other groups, other signers, updates and what is no request are let through', async () => {
  await validated(certificateRequest, ofClients);
  await validated(mastersRequest, 'example.com/signer');
  await validated(mastersRequest, ofClients, 'UPDATE');
  await validated('no request', ofClients);
});
