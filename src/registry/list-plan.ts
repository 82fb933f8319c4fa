import type { Revision } from '../base/revision.ts';
import { badRequest } from '../machinery/status-errors.ts';
import { type ContinuePoint, decodeContinue } from './continue-token.ts';
import { listVersion, type RequestedVersion } from './resource-version.ts';
import type { ListOptions } from './rest-storage.ts';

/**
 * Of what moment a list must be.
 * - `latest`: everything acknowledged before the request · `at-least`: no older than a revision (0: no demand)
 * - `exactly`: at one revision
 */
export type ListMoment =
  | { readonly kind: 'latest' }
  | { readonly kind: 'at-least'; readonly version: RequestedVersion }
  | { readonly kind: 'exactly'; readonly version: RequestedVersion };

export interface ListPlan {
  readonly moment: ListMoment;
  /** Where to go on; undefined: from the beginning. */
  readonly startKey: string | undefined;
  /** 0: no limit. */
  readonly limit: number;
  /** The token was sent, so a compacted revision is answered with a token that goes on. */
  readonly continued: boolean;
}

/** As options of a list of one object ask; `single`: it is named by the selector, so it has no pages. */
export interface ListShape {
  /** The prefix that is listed: what a continue token is relative to. */
  readonly prefix: string;
  readonly single: boolean;
}

/**
 * The LIST matrix: what resourceVersion, resourceVersionMatch, continue and limit mean together. Pure.
 *
 * `resourceVersion=0` has no pages: a client that does not care how old the list is gets all of it from memory. Without a
 * match, a limit makes N mean *exactly* N, because later pages of a list that is only "not older" could not agree.
 * @throws {ApiError} 400
 */
export function planList(options: ListOptions, { prefix, single }: ListShape): ListPlan {
  const { resourceVersion, resourceVersionMatch } = options;
  const limit = resourceVersion === '0' ? 0 : Math.max(0, options.limit);
  if (options.continue !== '' && !single) {
    const point = decodeContinue(options.continue, prefix);
    if (resourceVersion !== '' && resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    return { moment: momentOf(point), startKey: point.startKey, limit, continued: true };
  }
  const version = listVersion(resourceVersion);
  const whole = { startKey: undefined, limit, continued: false };
  // `00` is no refused `0`, yet there is no state at it: what is there now is the answer, as it is of an etcd asked at 0.
  const exactlyAny = resourceVersionMatch === 'Exact' && version.any;
  if (resourceVersion === '' || exactlyAny) return { moment: { kind: 'latest' }, ...whole };
  const pagedLegacy = resourceVersionMatch === '' && limit > 0 && !single && !version.any;
  const kind = resourceVersionMatch === 'Exact' || pagedLegacy ? 'exactly' : 'at-least';
  return { moment: { kind, version }, ...whole };
}

function momentOf({ revision }: ContinuePoint): ListMoment {
  if (revision < 0) return { kind: 'latest' };
  const exactly = revision as Revision;
  return { kind: 'exactly', version: { any: false, exactly: BigInt(exactly), revision: exactly } };
}
