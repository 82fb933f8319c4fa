import { type ApiClient, apiKind, type ObjectMeta } from 'crowsnest';
import { Widget } from './widget.ts';

interface ConfigMap {
  metadata: ObjectMeta;
  data?: { [key: string]: string };
}
const ConfigMap = apiKind<ConfigMap>({ apiVersion: 'v1', kind: 'ConfigMap' });
const finalizer = 'example.com/widget';
const asOwner = { fieldManager: 'widget-controller', force: true };

/** Keeps a ConfigMap for each Widget, and says in its status that it is there. */
export function controlWidgets(api: ApiClient, release: (widget: Widget) => Promise<void>) {
  const [widgets, configMaps] = [api.client(Widget), api.client(ConfigMap)];
  const informer = widgets.informer();

  const again = informer.reconcile(async (key) => {
    const widget = informer.get(key);
    if (widget === undefined) return;
    const { name, namespace, uid, generation, resourceVersion, finalizers = [], deletionTimestamp } = widget.metadata;
    const setFinalizers = (finalizers: string[]) =>
      widgets.patch(name, { metadata: { finalizers, resourceVersion } }, { namespace });
    if (deletionTimestamp !== undefined) {
      if (!finalizers.includes(finalizer)) return;
      await release(widget); // what is outside of the cluster; what it owns inside is collected
      await setFinalizers(finalizers.filter((other) => other !== finalizer));
      return;
    }
    if (!finalizers.includes(finalizer)) {
      await setFinalizers([...finalizers, finalizer]);
      return; // that is a change, and another call
    }
    const owner = { apiVersion: widget.apiVersion, kind: widget.kind, name, uid, controller: true };
    const metadata = { name, namespace, ownerReferences: [owner] };
    await configMaps.apply({ metadata, data: { size: String(widget.spec.size) } }, asOwner);
    const status = { ready: true, ...(generation !== undefined && { observedGeneration: generation }) };
    await widgets.applyStatus({ metadata: { name, namespace }, status }, asOwner);
  });

  const owned = configMaps.informer();
  const look = ({ metadata: { namespace, ownerReferences = [] } }: ConfigMap) => {
    for (const { kind, name } of ownerReferences) if (kind === 'Widget') again(`${namespace}/${name}`);
  };
  owned.on({ update: look, delete: look });
  return informer;
}
