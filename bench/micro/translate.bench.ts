/** What the store's bytes cost to understand, and objects to encode. */
import { bench, do_not_optimize, group } from 'mitata';
import { asRevision } from '../../src/base/revision.ts';
import type { KeyEvent } from '../../src/storage/storage.ts';
import { encodeForClients, encodeForStorage } from '../../src/translate/object-layout.ts';
import { translate } from '../../src/translate/translate.ts';
import { shape, storedObject, storedValue } from './objects.ts';

const kv = storedValue(1, { app: 'web' });
const asWritten: KeyEvent = { type: 'put', kv };
/** White space and another order of keys, as no API server writes it. */
const text = JSON.stringify(JSON.parse(kv.value.toString('utf8')), undefined, 1);
const foreign: KeyEvent = { type: 'put', kv: { ...kv, value: Buffer.from(text) } };
const deletion: KeyEvent = { type: 'delete', key: kv.key, modRevision: kv.modRevision };
for (const event of [asWritten, foreign]) {
  if (translate(shape, event).type !== 'put') throw new Error('an object was not understood');
}
const object = storedObject(1, 1, { app: 'web' }).parse();

group('translate', () => {
  bench(`a value of ${kv.value.length} bytes as crowsnest writes it`, () =>
    do_not_optimize(translate(shape, asWritten)),
  );
  bench('the same laid out by somebody else', () => do_not_optimize(translate(shape, foreign)));
  bench('a deletion', () => do_not_optimize(translate(shape, deletion)));
  bench('encode for the store', () => do_not_optimize(encodeForStorage(shape, object)));
  bench('encode for clients', () => do_not_optimize(encodeForClients(shape, object, asRevision(1_234_567))));
});
