import type { LocatedObjects } from '../locations/located-objects.ts';
import { ApiError } from '../machinery/api-error.ts';
import { goQuote } from '../machinery/go-quote.ts';
import type { WebhookService } from '../machinery/webhook-call.ts';
import type { ResolvedService } from '../proxying/webhook-client.ts';

/**
 * Where a service is reached: at one of its endpoints that is ready, or, where nobody writes endpoints, at its cluster IP.
 * So a webhook beside a server without a network of its own is reached by an EndpointSlice that names it.
 * Rejects with an Error that says why it is not.
 */
export async function resolveService(
  objects: LocatedObjects,
  { namespace, name, port }: WebhookService,
  random: () => number,
): Promise<ResolvedService> {
  const { spec } = await found(objects, namespace, name);
  if (spec?.type === 'ExternalName') return { host: spec.externalName ?? '', port };
  const named = (spec?.ports ?? []).find((one) => one.port === port);
  if (named === undefined) throw new Error(`no service port ${port} found for service ${goQuote(name)}`);
  const slices = await objects.endpointSlices(namespace, name);
  const all = slices.flatMap(({ endpoints, ports }) => {
    const target = (ports ?? []).find((one) => (one.name ?? '') === (named.name ?? ''))?.port;
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    return target === undefined
      ? []
      : ready.flatMap(({ addresses }) => (addresses ?? []).map((host) => ({ host, port: target })));
  });
  const chosen = all[Math.floor(random() * all.length)];
  if (chosen !== undefined) return chosen;
  const { clusterIP = '' } = spec ?? {};
  if (slices.length > 0 || clusterIP === '' || clusterIP === 'None') {
    throw new Error(`no endpoints available for service ${goQuote(name)}`);
  }
  return { host: clusterIP, port };
}

async function found(objects: LocatedObjects, namespace: string, name: string) {
  try {
    return await objects.service(namespace, name);
  } catch (error) {
    if (error instanceof ApiError && error.code === 404)
      throw new Error(`service ${goQuote(name)} not found`, { cause: error });
    throw error;
  }
}
