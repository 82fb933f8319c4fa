import { expect, test } from 'vitest';
import { parseJsonText } from '../json/parse.ts';
import type { JsonObject } from '../json-value.ts';
import { kubernetesSchema } from '../schema/kubernetes-schema.ts';
import { applyJsonPatch } from './json-patch.ts';
import { jsonPatchOperations } from './json-patch-operations.ts';
import { applyMergePatch } from './merge-patch.ts';
import { PatchTrace } from './patch-trace.ts';
import { patchResultText } from './result-text.ts';

const pod = kubernetesSchema().byKind({ group: '', version: 'v1' }, 'Pod');
const parsed = (text: string) => parseJsonText(text).value as JsonObject;
const stored =
  '{"apiVersion":"v1","kind":"Pod","metadata":{"uid":"u","labels":{"z":"1","a":"2"},"name":"n"},' +
  '"spec":{"containers":[{"image":"i","name":"c"}]}}';

function merged(patch: string): string {
  const document = parsed(stored);
  const { value, literals } = parseJsonText(patch);
  const trace = new PatchTrace(literals);
  applyMergePatch(document, value as JsonObject, trace);
  return patchResultText(pod, document, trace);
}

function patched(patch: string): string {
  const { value, literals } = parseJsonText(patch);
  const trace = new PatchTrace(literals);
  const { operations } = jsonPatchOperations(value, { strict: true });
  return patchResultText(pod, applyJsonPatch(parsed(stored), operations, trace), trace);
}

const metadata = '"metadata":{"name":"n","uid":"u","labels":{"a":"2","z":"1"}}';
const spec = '"spec":{"containers":[{"name":"c","image":"i"}]}';

test('what a patch leaves alone has the order of Go’s structs, what it looks into that of its keys', () => {
  expect(merged('{"zone":1}')).toBe(`{"apiVersion":"v1","kind":"Pod",${metadata},${spec},"zone":1}`);
  expect(merged('{"metadata":{"generation":"x"}}')).toBe(
    '{"apiVersion":"v1","kind":"Pod","metadata":{"generation":"x","labels":{"a":"2","z":"1"},"name":"n","uid":"u"},' +
      `${spec}}`,
  );
});

test('what a merge patch brings has its keys in order and no nulls, and stays as it was given in place of an object', () => {
  expect(merged('{"spec":{"volumes":[{"z":null,"b":1,"a":2}]}}')).toContain('"volumes":[{"a":2,"b":1}]');
  expect(merged('{"metadata":[{"z":null,"b":1,"a":2}]}')).toContain('"metadata":[{"z":null,"b":1,"a":2}]');
});

test('what a JSON patch brings stays as it was given, but for what it looks into later', () => {
  const add = '{"op":"add","path":"/spec/affinity","value":{"z":{"d":1,"c":2},"a":1}}';
  expect(patched(`[${add}]`)).toContain('"affinity":{"z":{"d":1,"c":2},"a":1}');
  const into = '{"op":"add","path":"/spec/affinity/m","value":0}';
  expect(patched(`[${add},${into}]`)).toContain('"affinity":{"a":1,"m":0,"z":{"d":1,"c":2}}');
});

test('a number stays as it was written', () => {
  expect(merged('{"spec":{"priority":1.0}}')).toContain('"priority":1.0');
  expect(merged('{"spec":{"tolerations":[{"tolerationSeconds":1e3}]}}')).toContain('"tolerationSeconds":1e3');
  expect(patched('[{"op":"add","path":"/spec/priority","value":1.50}]')).toContain('"priority":1.50');
  expect(patched('[{"op":"add","path":"/spec/affinity","value":{"a":[1.0]}}]')).toContain('"affinity":{"a":[1.0]}');
  const add = '{"op":"add","path":"/spec/tolerations","value":[1,2]}';
  const second = '{"op":"replace","path":"/spec/tolerations/1","value":3.0}';
  expect(patched(`[${add},${second}]`)).toContain('"tolerations":[1,3.0]');
  expect(patched(`[${add},${second},{"op":"remove","path":"/spec/tolerations/0"}]`)).toContain('"tolerations":[3]');
  const then = '{"op":"replace","path":"/spec/priority","value":2}';
  expect(patched(`[{"op":"add","path":"/spec/priority","value":1.50},${then}]`)).toContain('"priority":2');
});
