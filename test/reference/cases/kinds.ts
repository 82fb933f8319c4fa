import { type JsonObject, stringAt } from '../../../src/machinery/json-value.ts';
import { life, type Steps } from '../life.ts';
import { allMutations } from '../mutations.ts';
import type { Case } from './case.ts';
import { type Example, examples } from './objects.ts';

const collectionOf = ({ base, resource, namespaced }: Example, namespace: string): string =>
  `${base}/${namespaced ? `namespaces/${namespace}/` : ''}${resource}`;

function placed({ object, namespaced }: Example, namespace: string): JsonObject {
  return namespaced ? { ...object, metadata: { ...(object['metadata'] as JsonObject), namespace } } : object;
}

function* broken(example: Example, namespace: string): Steps {
  const path = `${collectionOf(example, namespace)}?dryRun=All&fieldValidation=Strict`;
  for (const { what, object } of allMutations(placed(example, namespace)))
    yield { step: `create, ${what}`, request: { method: 'POST', path, body: object } };
}

/** The life of each example, and every one thing wrong in it. */
export const kindCases: readonly Case[] = examples.flatMap((example) => {
  const kind = stringAt(example.object, 'kind');
  return [
    {
      name: `${example.name}: life`,
      kind,
      steps: (namespace) => life(collectionOf(example, namespace), placed(example, namespace)),
    },
    { name: `${example.name}: mistakes`, kind, steps: (namespace) => broken(example, namespace) },
  ] satisfies Case[];
});
