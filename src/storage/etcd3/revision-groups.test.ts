import type { IEvent } from 'etcd3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asRevision } from '../../base/revision.ts';
import { RevisionGroups } from './revision-groups.ts';

const event = (revision: number, key: string): IEvent =>
  ({
    type: 'Put',
    kv: {
      key: Buffer.from(key),
      value: Buffer.from(''),
      mod_revision: String(revision),
      create_revision: String(revision),
    },
  }) as IEvent;

const told = (groups: ReturnType<RevisionGroups['push']>) =>
  groups.map(({ revision, events }) => [revision, events.map((e) => (e.type === 'put' ? e.kv.key : e.key)).join('')]);

describe('storage/etcd3/revision-groups', () => {
  test('a response without fragments is complete: each of its revisions is one group', () => {
    const groups = new RevisionGroups(asRevision(5));
    expect(told(groups.push([event(6, 'a'), event(8, 'b'), event(8, 'c')], false))).toEqual([
      [6, 'a'],
      [8, 'bc'],
    ]);
    expect(groups.holding).toBe(false);
  });

  test('the last revision of a fragment waits for the rest, also when there is none', () => {
    const groups = new RevisionGroups(asRevision(5));
    expect(told(groups.push([event(6, 'a'), event(7, 'b')], true))).toEqual([[6, 'a']]);
    expect(groups.holding).toBe(true);
    expect(told(groups.push([], false))).toEqual([[7, 'b']]);
    expect(groups.holding).toBe(false);
  });

  test('an event at or below what was told or begun after is refused', () => {
    for (const wrong of [4, 5]) {
      expect(() => new RevisionGroups(asRevision(5)).push([event(wrong, 'a')], false)).toThrow(RangeError);
    }
    const groups = new RevisionGroups(asRevision(5));
    groups.push([event(6, 'a')], false);
    expect(() => groups.push([event(6, 'b')], false)).toThrow('revision 6 came after 6');
    expect(() => new RevisionGroups(asRevision(5)).push([event(8, 'a'), event(7, 'b')], false)).toThrow(RangeError);
  });

  test('however a history is cut into responses and fragments, the same groups come out, none too early', () => {
    const history = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 1, max: 5 }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(history, fc.array(fc.nat({ max: 7 }), { maxLength: 60 }), (revisions, cuts) => {
        let revision = 5;
        const events: IEvent[] = [];
        const model: [number, string][] = [];
        const ends = new Set<number>();
        for (const { gap, size } of revisions) {
          revision += gap;
          const keys = 'abcde'.slice(0, size);
          model.push([revision, keys]);
          events.push(...keys.split('').map((key) => event(revision, key)));
          ends.add(events.length);
        }
        const groups = new RevisionGroups(asRevision(5));
        const out: unknown[] = [];
        let sent = 0;
        for (let i = 0; sent < events.length; i++) {
          const next = Math.min(events.length, sent + (cuts[i] ?? 3));
          // Only where a revision ends may a response end: that is what etcd promises.
          out.push(...told(groups.push(events.slice(sent, next), !ends.has(next))));
          sent = next;
          expect(groups.holding).toBe(!ends.has(next) && next > 0);
        }
        expect(out).toEqual(model);
      }),
    );
  });
});
