/** What building frames costs: once per event and view, however many watchers there are. */
import { bench, do_not_optimize, group } from 'mitata';
import { asRevision } from '../../src/base/revision.ts';
import { SharedBatch } from '../../src/dispatch/frame-batch.ts';
import { jsonView } from '../../src/encoding/json-view.ts';
import { shape, storedObject } from './objects.ts';

const view = jsonView(shape);
const object = storedObject(1, 1_234_567);
const frame = view.event('MODIFIED', object, false);
const frames = Array.from({ length: 50 }, () => frame);

group('frames', () => {
  bench(`one event of ${frame.length} bytes`, () => do_not_optimize(view.event('MODIFIED', object, false)));
  bench('a bookmark', () => do_not_optimize(view.bookmark(asRevision(1_234_567), false, false)));
  bench('one event as a chunk', () => do_not_optimize(SharedBatch.of(frame).chunk));
  bench('50 events as a chunk', () => do_not_optimize(SharedBatch.ofAll(frames).chunk));
  bench('50 events as a body', () => do_not_optimize(SharedBatch.ofAll(frames).body));
});
