import { startServer } from 'crowsnest';
import { Widget } from './widget.ts';

const server = await startServer({ kinds: [Widget] }); // kubectl has widgets.example.com, too
const widgets = server.client(Widget).inNamespace('default');
const informer = widgets.informer({ indices: { size: ({ spec }) => [String(spec.size)] } });
informer.on({ update: (widget, before) => console.log(`${before.spec.size} → ${widget.spec.size}`) });
await informer.synced;

await widgets.create({ metadata: { name: 'first' }, spec: {} });
await widgets.patch('first', { spec: { size: 3 } });
for await (const { key, object } of informer.changes()) {
  if (object.spec.size === 3) break;
  console.log(`${key} is not large yet`);
}
console.log(informer.by('size', '3').length, informer.get('default/first')?.status?.ready);
await server.close();
