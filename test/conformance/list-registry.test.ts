import { bindPod } from '../../src/api/core/pod-binding.ts';
import { asRevision } from '../../src/base/revision.ts';
import { ApiError } from '../../src/machinery/api-error.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import type { ListOptions } from '../../src/registry/rest-storage.ts';
import { configMap, deletion, listOf, pod, RegistryFixture, revisionOf, write } from '../support/registry.ts';
import { describeList, type ListAnswer, type ListRequest, type ListTarget } from './list-suite.ts';

/** The registry itself, over the embedded store. */
async function openRegistry(): Promise<ListTarget> {
  const fixture = await RegistryFixture.open();
  const pods = fixture.store('pods');
  return {
    create: async (namespace, name) => revisionOf(await pods.create({ namespace }, pod(name), write)),
    bind: async (namespace, name, node) => {
      const bound = (existing: JsonObject) => bindPod(existing, { target: { name: node } }, 0);
      return revisionOf(await pods.update({ namespace, name }, 'binding', bound, write));
    },
    remove: async (namespace, name) => revisionOf(await pods.delete({ namespace, name }, deletion(), write)),
    writeElsewhere: async () =>
      revisionOf(await fixture.store('configmaps').create({ namespace: 'other' }, configMap('a'), write)),
    present: async () => (await pods.list({ namespace: 'empty' }, listOf())).revision,
    compact: (revision) => fixture.compact(asRevision(revision)),
    list: async (request) => {
      try {
        return await answerOf(request);
      } catch (error) {
        if (error instanceof ApiError) return refused(error);
        throw error;
      }
    },
    close: () => fixture.close(),
  };

  async function answerOf(request: ListRequest): Promise<ListAnswer> {
    const { namespace, fieldSelector, limit, resourceVersion } = request;
    const result = await pods.list(
      { namespace },
      listOf({
        fields: fieldSelector,
        limit,
        resourceVersion,
        resourceVersionMatch: request.resourceVersionMatch as ListOptions['resourceVersionMatch'],
        continue: request.continue,
      }),
    );
    return {
      code: 200,
      resourceVersion: String(result.revision),
      continue: result.continue,
      remainingItemCount: result.remainingItemCount,
      items: result.items.map((item) => ({
        namespace: item.namespace,
        name: item.name,
        resourceVersion: String(item.revision),
      })),
    };
  }
}

const refused = ({ code, status }: ApiError): ListAnswer => ({
  code,
  resourceVersion: '',
  continue: status.metadata.continue ?? '',
  remainingItemCount: undefined,
  items: [],
});

describeList('registry over the embedded store', openRegistry, 'registry');
