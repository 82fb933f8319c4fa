import type { JsonObject } from '../../../src/machinery/json-value.ts';
import { authorityCertificate, base64, certificateRequest } from '../../support/certificate-texts.ts';
import type { Example } from './objects.ts';

const example = (apiVersion: string, resource: string, kind: string, name: string, spec: JsonObject): Example => ({
  name: `${kind}, ${name}`,
  base: `/apis/${apiVersion}`,
  resource,
  namespaced: kind === 'PodCertificateRequest',
  object: { apiVersion, kind, metadata: { name: `${name}-${kind.toLowerCase()}` }, spec },
});

const certificates = 'certificates.k8s.io/v1';
const flowControl = 'flowcontrol.apiserver.k8s.io/v1';
const request = base64(certificateRequest);
const der = certificateRequest.split('\n').slice(1, -2).join('');

/** Of each kind the least that is accepted, and one with much in it. */
export const certificatesExamples: readonly Example[] = [
  example(certificates, 'certificatesigningrequests', 'CertificateSigningRequest', 'full', {
    request,
    signerName: 'example.com/signer',
    usages: ['digital signature', 'client auth'],
    expirationSeconds: 3600,
  }),
  example(certificates, 'clustertrustbundles', 'ClusterTrustBundle', 'least', { trustBundle: authorityCertificate }),
  {
    ...example(certificates, 'clustertrustbundles', 'ClusterTrustBundle', 'full', {}),
    object: {
      apiVersion: certificates,
      kind: 'ClusterTrustBundle',
      metadata: { name: 'example.com:signer:full' },
      spec: { signerName: 'example.com/signer', trustBundle: authorityCertificate },
    },
  },
  example(certificates, 'podcertificaterequests', 'PodCertificateRequest', 'full', {
    signerName: 'example.com/signer',
    podName: 'p',
    podUID: 'u1',
    serviceAccountName: 's',
    serviceAccountUID: 'u2',
    nodeName: 'n',
    nodeUID: 'u3',
    maxExpirationSeconds: 7200,
    stubPKCS10Request: der,
    unverifiedUserAnnotations: { 'example.com/a': 'b' },
  }),
  {
    ...example('apiregistration.k8s.io/v1', 'apiservices', 'APIService', 'local', {}),
    object: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.example.com' },
      spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 10 },
    },
  },
  example(flowControl, 'flowschemas', 'FlowSchema', 'full', {
    matchingPrecedence: 500,
    priorityLevelConfiguration: { name: 'workload-low' },
    distinguisherMethod: { type: 'ByUser' },
    rules: [
      {
        subjects: [
          { kind: 'User', user: { name: 'u' } },
          { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'n' } },
        ],
        resourceRules: [{ verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['*'], namespaces: ['a', 'b'] }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/healthz', '/logs/*'] }],
      },
    ],
  }),
  example(flowControl, 'prioritylevelconfigurations', 'PriorityLevelConfiguration', 'least', {
    type: 'Limited',
    limited: { limitResponse: { type: 'Reject' } },
  }),
  example(flowControl, 'prioritylevelconfigurations', 'PriorityLevelConfiguration', 'full', {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares: 20,
      lendablePercent: 50,
      borrowingLimitPercent: 100,
      limitResponse: { type: 'Queue', queuing: { queues: 16, handSize: 4, queueLengthLimit: 10 } },
    },
  }),
];
