import type { AskedConversion } from '../api/served-version.ts';
import { encodeJson } from '../machinery/json/encode.ts';
import { type JsonObject, stringAt } from '../machinery/json-value.ts';
import { ConversionError, conversionReview, convertedObjects, reviewVersionOf, typeText } from './conversion-review.ts';

export interface WebhookConversionParts {
  /** Asks the webhook. @throws {Error} saying why there is no answer */
  readonly post: (review: JsonObject) => Promise<JsonObject>;
  /** Those of the review that the webhook speaks, the ones it likes best first. */
  readonly reviewVersions: readonly string[];
  readonly newUid: () => string;
}

/** What one call asks for, at most; a single object may be larger. */
const maxObjects = 1_000;
const maxCallBytes = 8 * 1024 * 1024;

/** Conversion by a webhook: as many objects in a call as fit, and one call after the other. */
export function webhookConversion({ post, reviewVersions, newUid }: WebhookConversionParts): AskedConversion {
  const version = reviewVersionOf(reviewVersions);
  const call = async (objects: readonly JsonObject[], desiredAPIVersion: string): Promise<readonly JsonObject[]> => {
    const request = { uid: newUid(), objects, desiredAPIVersion };
    if (version === undefined) throw new ConversionError('no supported conversion review versions');
    let answer: JsonObject;
    try {
      answer = await post(conversionReview(version, request));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ConversionError(`conversion webhook for ${typeText(objects[0])} failed: ${why}`, { cause: error });
    }
    return convertedObjects(version, request, answer);
  };
  return {
    async convert(objects, apiVersion) {
      const others = objects.filter((object) => stringAt(object, 'apiVersion') !== apiVersion);
      const converted: JsonObject[] = [];
      for (const part of partsOf(others)) converted.push(...(await call(part, apiVersion)));
      const next = converted.values();
      return objects.map((object) =>
        stringAt(object, 'apiVersion') === apiVersion ? object : (next.next().value ?? object),
      );
    },
  };
}

function* partsOf(objects: readonly JsonObject[]): Generator<readonly JsonObject[]> {
  let part: JsonObject[] = [];
  let bytes = 0;
  for (const object of objects) {
    const size = objects.length === 1 ? 0 : encodeJson(object).length;
    if (part.length > 0 && (part.length === maxObjects || bytes + size > maxCallBytes)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(object);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
