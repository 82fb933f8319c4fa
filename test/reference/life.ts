import type { JsonObject } from '../../src/machinery/json-value.ts';
import type { Answer, Request } from './exchange.ts';

/** A request, and what it is in the life of an object. */
export interface Step {
  readonly step: string;
  readonly request: Request;
  /** Of an answer with 200 the body is not looked at: it tells what else the server has, not how it answers. */
  readonly headOnly?: boolean;
}

/** Yields what is to be asked next, is sent the answer. */
export type Steps = Generator<Step, void, Answer>;

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const json = 'application/json-patch+json';
const apply = 'application/apply-patch+yaml';

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: JsonObject;
  readonly annotations?: JsonObject;
}

/** Everything that can be done to one object, from its creation to its end, by several managers. */
export function* life(collection: string, object: JsonObject): Steps {
  let created = yield post('create', `${collection}?fieldValidation=Strict&fieldManager=creator`, object);
  if (created.status !== 201) created = yield post('create leniently', `${collection}?fieldManager=creator`, object);
  const name = nameIn(created);
  if (created.status !== 201 || name === undefined) return;
  const path = `${collection}/${name}`;
  const patch = (step: string, query: string, contentType: string, body: unknown): Step => ({
    step,
    request: { method: 'PATCH', path: `${path}?${query}`, contentType, body },
  });
  yield { step: 'get', request: { method: 'GET', path } };
  yield { step: 'get as table', request: { method: 'GET', path, accept: table } };
  yield patch('merge patch', 'fieldManager=merger', merge, {
    metadata: { labels: { merged: 'yes' }, annotations: { gone: null } },
  });
  yield patch('json patch', 'fieldManager=pointer', json, [
    { op: 'test', path: '/metadata/name', value: name },
    { op: 'add', path: '/metadata/labels/added', value: 'yes' },
  ]);
  yield patch('strategic merge patch', 'fieldManager=strategist', strategic, {
    metadata: { annotations: { strategic: 'yes' } },
    ...environmentOf(object),
  });
  const { labels, annotations, namespace } = (object['metadata'] ?? {}) as Metadata;
  const { status: _, ...rest } = object;
  const applied = (metadata: object): object => ({
    ...rest,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...metadata },
  });
  yield patch('apply', 'fieldManager=applier&force=true', apply, applied({ labels, annotations }));
  yield patch('apply less', 'fieldManager=applier', apply, applied({ labels: { only: 'this' } }));
  yield patch('apply in conflict', 'fieldManager=other', apply, applied({ labels: { merged: 'no', only: 'that' } }));
  yield {
    step: 'replace',
    request: {
      method: 'PUT',
      path: `${path}?fieldManager=creator`,
      body: applied({ labels: { replaced: 'yes' } }),
    },
  };
  yield post('create again', collection, object);
  yield { step: 'delete', request: { method: 'DELETE', path } };
}

const post = (step: string, path: string, body: unknown): Step => ({ step, request: { method: 'POST', path, body } });

function nameIn({ body }: Answer): string | undefined {
  const name = (body as { metadata?: Metadata } | undefined)?.metadata?.name;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** One more variable for the first container of a pod template. */
function environmentOf({ spec }: JsonObject): object {
  type Spec = { template?: { spec?: { containers?: { name?: unknown }[] } } };
  const name = (spec as Spec | undefined)?.template?.spec?.containers?.[0]?.name;
  if (typeof name !== 'string') return {};
  const containers = [{ name, env: [{ name: 'PATCHED', value: 'yes' }] }];
  return { spec: { template: { spec: { containers } } } };
}
