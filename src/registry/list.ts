import type { Revision } from '../base/revision.ts';
import { tooLargeResourceVersion } from '../machinery/status-errors.ts';
import { requireCache } from './cache-ready.ts';
import { compactedList, type Page, pageFromSnapshot, pageFromStorage, pageOfPresent } from './list-page.ts';
import { type ListMoment, planList } from './list-plan.ts';
import { listRange } from './list-range.ts';
import type { RequestedVersion } from './resource-version.ts';
import type { CollectionScope, ListOptions, ListResult } from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';

/**
 * LIST, as kube-apiserver answers it: from memory whenever memory can answer, from the store only at a revision that history
 * no longer reaches, or for a page of everything while the cache is not ready. A cache that does not catch up in time is
 * an answer of its own (504): falling back to the store would turn a slow cache into a flood. A value that cannot be read
 * is never left out: a page that would hold it is refused, at any resourceVersion at which it was so.
 */
export async function listObjects(
  context: StoreContext,
  scope: CollectionScope,
  options: ListOptions,
): Promise<ListResult> {
  const { cache, shape } = context;
  const range = listRange(shape, scope, options);
  const plan = planList(options, { prefix: range.prefix, single: range.singleKey !== undefined });
  const page: Page = { range, startKey: plan.startKey ?? range.prefix, limit: plan.limit };

  if (cache.readiness !== 'ready' && !range.selective && options.limit > 0) {
    return fromStorage(context, { ...page, limit: options.limit }, plan.continued, revisionOf(plan.moment));
  }
  requireCache(context);
  switch (plan.moment.kind) {
    case 'latest': {
      const latest = await context.fresh.latest();
      await reachLatest(context, latest);
      return pageOfPresent(context, page);
    }
    case 'at-least':
      await reach(context, plan.moment.version);
      return pageOfPresent(context, page);
    case 'exactly': {
      const revision = await reach(context, plan.moment.version);
      const snapshot = cache.snapshotAt(revision);
      if (snapshot !== undefined) return pageFromSnapshot(context, page, snapshot);
      return fromStorage(context, page, plan.continued, revision);
    }
    default:
      return plan.moment satisfies never;
  }
}

async function fromStorage(
  context: StoreContext,
  page: Page,
  continued: boolean,
  at: Revision | undefined,
): Promise<ListResult> {
  try {
    return await pageFromStorage(context, page, at);
  } catch (error) {
    throw compactedList(error, page, continued);
  }
}

/** Only an exact moment binds the store, which has no older one to offer for "at least". */
const revisionOf = (moment: ListMoment): Revision | undefined =>
  moment.kind === 'exactly' ? moment.version.revision : undefined;

async function reach(context: StoreContext, { exactly, revision }: RequestedVersion): Promise<Revision> {
  if (revision !== undefined && (await context.fresh.reach(revision))) return revision;
  throw tooLargeResourceVersion(exactly, context.cache.revision, 1);
}

async function reachLatest(context: StoreContext, latest: Revision): Promise<void> {
  const { fresh, metrics, cache } = context;
  const reached = await fresh.reach(latest);
  (reached ? metrics.consistentReads : metrics.consistentReadTimeouts).add();
  if (!reached) throw tooLargeResourceVersion(latest, cache.revision, 1);
}
