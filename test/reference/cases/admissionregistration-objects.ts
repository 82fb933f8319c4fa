import type { Example } from './objects.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

const example = (resource: string, kind: string, name: string, body: object): Example => ({
  name: `${kind}, ${name}`,
  base: `/apis/${apiVersion}`,
  resource,
  namespaced: false,
  object: { apiVersion, kind, metadata: { name: `${name}-${kind.toLowerCase()}` }, ...body },
});

const rule = { operations: ['CREATE', 'UPDATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] };
const selector = { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['x'] }] };
const matchConditions = [{ name: 'example.com/not-nodes', expression: '!("system:nodes" in request.userInfo.groups)' }];

const leastWebhook = {
  name: 'hook.example.com',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  clientConfig: { url: 'https://hook.example.com/validate' },
};
const fullWebhook = {
  ...leastWebhook,
  clientConfig: { service: { namespace: 'n', name: 's', path: '/check/all', port: 8443 }, caBundle: 'YQ==' },
  rules: [{ ...rule, scope: 'Namespaced' }],
  failurePolicy: 'Ignore',
  matchPolicy: 'Exact',
  namespaceSelector: selector,
  objectSelector: { matchLabels: { app: 'a' } },
  timeoutSeconds: 3,
  matchConditions,
};

const matchConstraints = { resourceRules: [rule] };
const fullMatch = {
  matchPolicy: 'Exact',
  namespaceSelector: selector,
  objectSelector: { matchLabels: { app: 'a' } },
  resourceRules: [{ ...rule, resourceNames: ['one'], scope: 'Namespaced' }],
  excludeResourceRules: [{ ...rule, resources: ['deployments/scale'] }],
};
const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };
const variables = [{ name: 'replicas', expression: 'object.spec.replicas' }];

/** Of each kind the least that is accepted, and one with much in it. */
export const admissionRegistrationExamples: readonly Example[] = [
  example('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', 'least', { webhooks: [leastWebhook] }),
  example('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', 'full', {
    webhooks: [fullWebhook, { ...leastWebhook, name: 'other.example.com' }],
  }),
  example('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', 'least', { webhooks: [leastWebhook] }),
  example('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', 'full', {
    webhooks: [{ ...leastWebhook, matchConditions, reinvocationPolicy: 'IfNeeded' }],
  }),
  example('validatingadmissionpolicies', 'ValidatingAdmissionPolicy', 'least', {
    spec: { matchConstraints, validations: [{ expression: 'object.spec.replicas <= 5' }] },
  }),
  example('validatingadmissionpolicies', 'ValidatingAdmissionPolicy', 'full', {
    spec: {
      failurePolicy: 'Ignore',
      paramKind,
      matchConstraints,
      matchConditions,
      variables,
      validations: [
        { expression: 'variables.replicas <= 5', message: 'too many', reason: 'Invalid' },
        { expression: 'variables.replicas > 0', messageExpression: '"not " + string(variables.replicas)' },
      ],
      auditAnnotations: [{ key: 'replicas', valueExpression: 'string(variables.replicas)' }],
    },
  }),
  example('validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', 'least', {
    spec: { policyName: 'p', validationActions: ['Deny'] },
  }),
  example('validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', 'full', {
    spec: {
      policyName: 'p.example.com',
      paramRef: { name: 'm', namespace: 'n', parameterNotFoundAction: 'Deny' },
      matchResources: fullMatch,
      validationActions: ['Warn', 'Audit'],
    },
  }),
  example('mutatingadmissionpolicies', 'MutatingAdmissionPolicy', 'full', {
    spec: {
      paramKind,
      matchConstraints,
      matchConditions,
      variables,
      mutations: [
        {
          patchType: 'ApplyConfiguration',
          applyConfiguration: { expression: 'Object{spec: Object.spec{replicas: 1}}' },
        },
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: '[JSONPatch{op: "test", path: "/spec/replicas", value: 1}]' },
        },
      ],
      reinvocationPolicy: 'Never',
    },
  }),
  example('mutatingadmissionpolicybindings', 'MutatingAdmissionPolicyBinding', 'full', {
    spec: {
      policyName: 'p',
      paramRef: { selector, parameterNotFoundAction: 'Allow' },
      matchResources: matchConstraints,
    },
  }),
];
