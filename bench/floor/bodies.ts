import { dataset } from '../dataset.ts';
import { markerText } from '../load/marker.ts';
import { configMapJson, hotObjectJson, namespaceOf, objectName } from '../load/objects.ts';

/** An answer's body, in the order of its parts. */
export type Body = readonly Buffer[];

/** Everything that the floor answers with, made once. */
export type Bodies = {
  readonly whole: Body;
  readonly selected: Body;
  readonly oneNamespace: Body;
  readonly pages: readonly Body[];
  /** The first page as a Table. */
  readonly tablePage: Body;
  readonly one: Body;
  readonly initialEvents: Body;
  readonly tooOld: Body;
  /** The watch event for an object that was written. */
  frameOf(object: Buffer): Buffer;
};

const pageSize = 500;
/** Beyond this many objects the first ones are sent again: as many bytes, without holding them all. */
const most = 10_000;

const serverFields = (n: number) =>
  `"metadata":{"resourceVersion":"${1_000_000 + n}","uid":"00000000-0000-4000-8000-${String(n).padStart(12, '0')}","creationTimestamp":"2026-01-01T00:00:00Z",`;
const stored = (namespace: string, index: number) =>
  configMapJson(namespace, objectName(index), index, dataset.objectBytes).replace('"metadata":{', serverFields(index));
const frame = (type: string, object: string) => `{"type":"${type}","object":${object}}\n`;
const listOf = (items: readonly string[], metadata = ''): string =>
  `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1000000"${metadata}},"items":[${items.join(',')}]}\n`;

const bookmark =
  '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"1000000","annotations":{"k8s.io/initial-events-end":"true"}}}';
const expired =
  '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version","reason":"Expired","code":410}';

export function makeBodies(objects: number): Bodies {
  const held = Math.min(objects, most);
  const whole = Array.from({ length: held }, (_, index) => stored(namespaceOf(index, objects), index));
  const items = whole.map((object) => object.replace('"kind":"ConfigMap","apiVersion":"v1",', ''));
  const initialEvents = whole.map((object) => frame('ADDED', object)).join('');
  const frames = frameTemplate();
  return {
    whole: repeated(items, Math.ceil(objects / held)),
    selected: [Buffer.from(listOf(items.filter((_, index) => index % 10 === 0)))],
    oneNamespace: [Buffer.from(listOf(items.slice(0, Math.ceil(objects / dataset.namespaces))))],
    pages: Array.from({ length: Math.ceil(held / pageSize) }, (_, page) => {
      const more = (page + 1) * pageSize < objects ? `,"continue":"${page + 1}"` : '';
      return [Buffer.from(listOf(items.slice(page * pageSize, (page + 1) * pageSize), more))];
    }),
    tablePage: [Buffer.from(tableOf(whole.slice(0, pageSize)))],
    one: [Buffer.from(`${whole[0]}\n`)],
    initialEvents: [Buffer.from(initialEvents), Buffer.from(frame('BOOKMARK', bookmark))],
    tooOld: [Buffer.from(frame('ERROR', expired))],
    frameOf: frames,
  };
}

const columns =
  '[{"name":"Name","type":"string","format":"name","description":"","priority":0},' +
  '{"name":"Data","type":"string","format":"","description":"","priority":0},' +
  '{"name":"Age","type":"string","format":"","description":"","priority":0}]';

function tableOf(objects: readonly string[]): string {
  const rows = objects.map((object, index) => {
    const metadata = object.slice(object.indexOf('"metadata"'), object.indexOf(',"data"'));
    const shown = `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",${metadata}}`;
    return `{"cells":["${objectName(index)}",2,"60m"],"object":${shown}}`;
  });
  const head = '{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"1000000"},';
  return `${head}"columnDefinitions":${columns},"rows":[${rows.join(',')}]}\n`;
}

function repeated(items: readonly string[], times: number): Body {
  const [opening = '', closing = ''] = listOf(['|']).split('|');
  const first = Buffer.from(items.join(','));
  const again = times > 1 ? Buffer.concat([Buffer.from(','), first]) : first;
  return [Buffer.from(opening), first, ...Array.from({ length: times - 1 }, () => again), Buffer.from(closing)];
}

/**
 * The names of objects have one width, so a frame for another object differs in digits only; one of another size has the
 * object as it was written.
 */
function frameTemplate(): (object: Buffer) => Buffer {
  const object = hotObjectJson('bench-hot', objectName(0), 0, dataset.objectBytes);
  const opening = `"seq":"`;
  const markerBytes = markerText(0).length;
  const template = Buffer.from(frame('MODIFIED', object.replace('"metadata":{', serverFields(0))));
  const markerAt = template.indexOf(opening) + opening.length;
  return (written) => {
    if (written.length !== object.length) return Buffer.from(frame('MODIFIED', written.toString('latin1')));
    const made = Buffer.from(template);
    const from = written.indexOf(opening) + opening.length;
    written.copy(made, markerAt, from, from + markerBytes);
    return made;
  };
}
