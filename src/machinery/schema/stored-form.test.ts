import { expect, test } from 'vitest';
import { kubernetesSchema } from './kubernetes-schema.ts';
import { toStoredForm } from './stored-form.ts';

const schemaOf = (group: string, kind: string) => {
  const schema = kubernetesSchema().byKind({ group, version: 'v1' }, kind);
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  return schema;
};

test('lists that are written in any case are null when they are empty, however deep', () => {
  const job = { spec: { podFailurePolicy: { rules: [] }, template: { spec: { containers: [] } } } };
  toStoredForm(schemaOf('batch', 'Job'), job);
  expect(job).toEqual({ spec: { podFailurePolicy: { rules: null }, template: { spec: { containers: null } } } });
});

test('what is not empty stays, and so does what is looked for in it', () => {
  const job = { spec: { podFailurePolicy: { rules: [{ onExitCodes: { operator: 'In', values: [] } }] } } };
  toStoredForm(schemaOf('batch', 'Job'), job);
  expect(job.spec.podFailurePolicy.rules).toEqual([{ onExitCodes: { operator: 'In', values: null } }]);
});

test('kinds that have no such field are left alone', () => {
  const map = { data: {}, metadata: { labels: {} } };
  toStoredForm(schemaOf('', 'ConfigMap'), map);
  expect(map).toEqual({ data: {}, metadata: { labels: {} } });
});
