import type { JsonObject } from '../machinery/json-value.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import type { ServedNames } from './served-version.ts';

/**
 * What is served without being stored: its answers are made when they are asked for. It has one version, no cache and no
 * watch, and of the verbs those that it has a function for. Without columns its objects are never a Table.
 */
export interface VirtualResource extends ServedNames {
  readonly stored?: undefined;
  readonly conversion?: undefined;
  readonly fieldLabels?: undefined;
  readonly fieldLabelRefusal?: undefined;
  /**
   * Answers what was sent, in its type and with its defaults: with that, changed, or with another object; `undefined`: what
   * was asked for is done, and there is nothing to show. `namespace`: of the path; '' where it has none.
   * @throws {ApiError} as it likes
   */
  readonly create?: (
    object: JsonObject,
    namespace: string,
    request: RequestContext,
  ) => Promise<JsonObject | undefined> | JsonObject | undefined;
  /** All there are, in an order of their own. */
  readonly list?: () => Promise<readonly JsonObject[]>;
}
