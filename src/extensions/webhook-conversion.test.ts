import { expect, test } from 'vitest';
import { type JsonObject, stringAt } from '../machinery/json-value.ts';
import { ConversionError } from './conversion-review.ts';
import { webhookConversion } from './webhook-conversion.ts';

const crow = (name: string, version = 'v1', more: JsonObject = {}): JsonObject => ({
  kind: 'Crow',
  apiVersion: `e/${version}`,
  metadata: { name },
  ...more,
});

interface Request extends JsonObject {
  uid: string;
  desiredAPIVersion: string;
  objects: JsonObject[];
}

/** A webhook that does its work, and how many objects it was asked about in each call. */
function conversion(reviewVersions = ['v9', 'v1']) {
  const calls: number[] = [];
  const asked = webhookConversion({
    post(review) {
      const { uid, desiredAPIVersion, objects } = review['request'] as Request;
      calls.push(objects.length);
      const convertedObjects = objects.map((object) => ({ ...object, apiVersion: desiredAPIVersion }));
      const response = { uid, result: { status: 'Success' }, convertedObjects };
      return Promise.resolve({ kind: 'ConversionReview', apiVersion: stringAt(review, 'apiVersion'), response });
    },
    reviewVersions,
    newUid: () => 'uid',
  });
  return { asked, calls };
}

test('those that are of the version already are not sent, and all keep their order', async () => {
  const { asked, calls } = conversion();
  const objects = [crow('a', 'v2'), crow('b'), crow('c', 'v2'), crow('d', 'v3')];
  const made = await asked.convert(objects, 'e/v2');
  expect(made).toEqual(['a', 'b', 'c', 'd'].map((name) => crow(name, 'v2')));
  expect(made[0]).toBe(objects[0]);
  expect(await asked.convert([objects[2] ?? {}], 'e/v2')).toEqual([crow('c', 'v2')]);
  expect(calls).toEqual([2]);
});

test('a call has no more than a thousand objects, or eight mebibytes of them', async () => {
  const { asked, calls } = conversion(['v1beta1']);
  await asked.convert(
    Array.from({ length: 2_500 }, (_, index) => crow(`c${index}`)),
    'e/v2',
  );
  expect(calls.splice(0)).toEqual([1_000, 1_000, 500]);
  const large = (name: string) => crow(name, 'v1', { pad: 'x'.repeat(3 * 1024 * 1024) });
  await asked.convert(['a', 'b', 'c', 'd', 'e'].map(large), 'e/v2');
  expect(calls).toEqual([2, 2, 1]);
});

test('a webhook that speaks no version of the review that is known here is not asked', async () => {
  const { asked, calls } = conversion(['v9']);
  await expect(asked.convert([crow('a')], 'e/v2')).rejects.toThrow(
    new ConversionError('no supported conversion review versions'),
  );
  expect(calls).toEqual([]);
});
