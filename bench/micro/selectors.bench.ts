/** What selecting costs: parsing selectors, and asking them about objects. */
import { bench, do_not_optimize, group } from 'mitata';
import { parseFieldSelector } from '../../src/machinery/selector/field-selector.ts';
import { parseLabelSelector } from '../../src/machinery/selector/label-selector.ts';
import { storedObject } from './objects.ts';

const labels = { app: 'web', tier: 'front', 'app.kubernetes.io/name': 'crow', 'pod-template-hash': '6d4b75cb6d' };
const object = storedObject(1, 1, labels);
const selectors = [
  'app=web',
  'app in (api,web),tier!=back',
  '!absent',
  'app.kubernetes.io/name=crow,tier,app notin (a,b,c)',
];
const fields = 'metadata.name=name-000001,metadata.namespace=default';

group('selectors', () => {
  for (const text of selectors) {
    const selector = parseLabelSelector(text);
    if (!selector.matches(object.labels)) throw new Error(`${text} does not match`);
    bench(`parse ${text}`, () => do_not_optimize(parseLabelSelector(text)));
    bench(`match ${text}`, () => do_not_optimize(selector.matches(object.labels)));
  }
  const selector = parseFieldSelector(fields);
  if (!selector.matches(object.fields)) throw new Error(`${fields} does not match`);
  bench(`parse ${fields}`, () => do_not_optimize(parseFieldSelector(fields)));
  bench(`match ${fields}`, () => do_not_optimize(selector.matches(object.fields)));
  let n = 0;
  bench('find the labels of an object first asked for them', () =>
    do_not_optimize(storedObject(n++, 1, labels).labels),
  );
  bench('make that object', () => do_not_optimize(storedObject(n++, 1, labels)));
});
