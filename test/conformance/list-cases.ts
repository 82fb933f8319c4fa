/**
 * The 86 LIST cases of Kubernetes' storage conformance test, as data: what is asked after a fixed history, and what must
 * come. Run by list-suite.ts at any level that can list pods.
 *
 * The history, one write after the other: r0 before anything · r1 creates p0 · r2 p1 · r3 p2 · r4 p3 · r5 p4 · r6 p5 ·
 * r7 updates p0 (then called p0') · r8 deletes p5 · everything before r1 is compacted · r9 is a write to another resource,
 * and the present. r10 is yet to come, far enough off that a server's own upkeep does not reach it.
 */
export type RevisionName = 'r0' | 'r1' | 'r2' | 'r3' | 'r4' | 'r5' | 'r6' | 'r7' | 'r8' | 'r9' | 'r10';

export const seedPods = {
  p0: { namespace: 'first', name: 'bar', at: 'r1' },
  "p0'": { namespace: 'first', name: 'bar', at: 'r7' },
  p1: { namespace: 'second', name: 'bar', at: 'r2' },
  p2: { namespace: 'second', name: 'foo', at: 'r3' },
  p3: { namespace: 'third', name: 'barfoo', at: 'r4' },
  p4: { namespace: 'third', name: 'foo', at: 'r5' },
  p5: { namespace: 'second', name: 'baz', at: 'r6' },
} as const satisfies Record<string, { namespace: string; name: string; at: RevisionName }>;

export type PodName = keyof typeof seedPods;

/**
 * What a continue token says. `start` is relative to the prefix that is listed (all pods, or one namespace of them);
 * `after:p1` is the key of that pod in it with a NUL behind.
 */
export interface TokenText {
  readonly start: string;
  readonly at: RevisionName | 0 | -1;
}

export interface ListQuestion {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  /** A revision of the history by its name, or text to be sent as it is. Absent: none is sent. */
  readonly rv?: RevisionName | '0' | 'abc' | '-1' | '1' | 'MaxInt64';
  /** `Invalid` does not get past the decoding of options: it can only be asked over HTTP. */
  readonly match?: 'Exact' | 'NotOlderThan' | 'Invalid';
  readonly limit?: number;
  readonly token?: TokenText;
  readonly fields?: string;
}

export interface ListExpectation {
  /** The code of the Status that refuses it; nothing else is looked at but `goesOn`. */
  readonly error?: 400 | 410 | 422 | 504;
  /** A 410 with a continue token that goes on with the present. */
  readonly goesOn?: true;
  readonly items?: readonly PodName[];
  /** What a list without a demand on its age may give. */
  readonly oneOf?: readonly (readonly PodName[])[];
  readonly rv?: RevisionName;
  readonly atLeast?: RevisionName;
  /** Absent: as `none`. */
  readonly next?: 'some' | 'none' | TokenText;
  /** Absent: none is set. */
  readonly remaining?: number;
}

export type ListCase = readonly [id: string, title: string, ask: ListQuestion, wanted: ListExpectation];

export const listCases: readonly ListCase[] = [
  ['L1', 'an invalid resource version is refused', { rv: 'abc' }, { error: 400 }],
  [
    'L2',
    'a resource version with a continue token is refused',
    { rv: '1', limit: 1, token: { start: 'foo', at: 'r8' } },
    { error: 400 },
  ],
  ['L3', 'a resource version that no store reaches is too large', { rv: 'MaxInt64' }, { error: 504 }],
  ['L4', 'a namespace', { namespace: 'first' }, { items: ["p0'"] }],
  ['L5', 'a namespace at 0', { namespace: 'first', rv: '0' }, { oneOf: [[], ["p0'"]] }],
  [
    'L6',
    'a namespace exactly before an update',
    { namespace: 'first', rv: 'r1', match: 'Exact' },
    { items: ['p0'], rv: 'r1' },
  ],
  [
    'L7',
    'a namespace exactly before its first object',
    { namespace: 'second', rv: 'r1', match: 'Exact' },
    { items: [], rv: 'r1' },
  ],
  [
    'L8',
    'a namespace exactly after its first object',
    { namespace: 'second', rv: 'r2', match: 'Exact' },
    { items: ['p1'], rv: 'r2' },
  ],
  [
    'L9',
    'a namespace exactly before the first write, which is compacted',
    { namespace: 'first', rv: 'r0', match: 'Exact' },
    { error: 410 },
  ],
  [
    'L10',
    'a namespace at 0, not older',
    { namespace: 'first', rv: '0', match: 'NotOlderThan' },
    { oneOf: [[], ["p0'"]] },
  ],
  ['L11', 'an unknown match at 0 is refused', { namespace: 'first', rv: '0', match: 'Invalid' }, { error: 422 }],
  [
    'L12',
    'a namespace not older than before the first write',
    { namespace: 'first', rv: 'r0', match: 'NotOlderThan' },
    { oneOf: [[], ["p0'"]] },
  ],
  ['L13', 'an unknown match is refused', { namespace: 'first', rv: 'r0', match: 'Invalid' }, { error: 422 }],
  ['L14', 'a namespace not older than the last write', { namespace: 'first', rv: 'r8' }, { items: ["p0'"] }],
  [
    'L15',
    'a namespace exactly at the last write',
    { namespace: 'first', rv: 'r8', match: 'Exact' },
    { items: ["p0'"], rv: 'r8' },
  ],
  [
    'L16',
    'a namespace explicitly not older than the last write',
    { namespace: 'first', rv: 'r8', match: 'NotOlderThan' },
    { items: ["p0'"] },
  ],
  ['L17', 'a namespace that does not exist', { namespace: 'non-existing' }, { items: [] }],
  [
    'L18',
    'a selector that excludes the only name',
    { namespace: 'first', fields: 'metadata.name!=bar' },
    { items: [] },
  ],
  [
    'L19',
    'a selector that excludes the only name, not older',
    { namespace: 'first', rv: 'r8', match: 'NotOlderThan', fields: 'metadata.name!=bar' },
    { items: [] },
  ],
  [
    'L20',
    'a limit',
    { namespace: 'second', limit: 1 },
    { items: ['p1'], rv: 'r9', next: { start: 'after:p1', at: 'r9' }, remaining: 1 },
  ],
  [
    'L21',
    'a limit at a resource version means exactly',
    { namespace: 'second', rv: 'r8', limit: 1 },
    { items: ['p1'], rv: 'r8', next: { start: 'after:p1', at: 'r8' }, remaining: 1 },
  ],
  [
    'L22',
    'a limit, exactly',
    { namespace: 'second', rv: 'r8', match: 'Exact', limit: 1 },
    { items: ['p1'], rv: 'r8', next: { start: 'after:p1', at: 'r8' }, remaining: 1 },
  ],
  [
    'L23',
    'a limit, not older',
    { namespace: 'second', rv: 'r8', match: 'NotOlderThan', limit: 1 },
    { items: ['p1'], atLeast: 'r8', next: 'some', remaining: 1 },
  ],
  // Upstream leaves this out for the watch cache, which ignores the limit (kubernetes#108003).
  [
    'L24',
    'a limit at 0 is ignored',
    { namespace: 'second', rv: '0', limit: 1 },
    { items: ['p1', 'p2'], atLeast: 'r8' },
  ],
  // As L24.
  [
    'L25',
    'a limit at 0, not older, is ignored',
    { namespace: 'second', rv: '0', match: 'NotOlderThan', limit: 1 },
    { items: ['p1', 'p2'], atLeast: 'r8' },
  ],
  [
    'L26',
    'a limit, exactly before the first object',
    { namespace: 'second', rv: 'r1', match: 'Exact', limit: 1 },
    { items: [], rv: 'r1' },
  ],
  [
    'L27',
    'a limit, exactly after the first object',
    { namespace: 'second', rv: 'r2', match: 'Exact', limit: 1 },
    { items: ['p1'], rv: 'r2' },
  ],
  ['L28', 'a continue token', { namespace: 'second', limit: 1, token: { start: 'foo', at: 'r8' } }, { items: ['p2'] }],
  [
    'L29',
    'a continue token with 0',
    { namespace: 'second', rv: '0', limit: 1, token: { start: 'foo', at: 'r8' } },
    { items: ['p2'] },
  ],
  ['L30', 'several objects', { namespace: 'second' }, { items: ['p1', 'p2'] }],
  [
    'L31',
    'several objects, not older',
    { namespace: 'second', rv: 'r8', match: 'NotOlderThan' },
    { items: ['p1', 'p2'] },
  ],
  [
    'L32',
    'a selector that fills a page before the last object',
    { limit: 1, fields: 'metadata.name=barfoo' },
    { items: ['p3'], next: 'some' },
  ],
  [
    'L33',
    'a selector that fills a page before the last object, not older',
    { rv: 'r8', match: 'NotOlderThan', limit: 1, fields: 'metadata.name=barfoo' },
    { items: ['p3'], atLeast: 'r8', next: 'some' },
  ],
  [
    'L34',
    'a selector that does not fill a page',
    { limit: 2, fields: 'metadata.name=barfoo' },
    { items: ['p3'], next: 'none' },
  ],
  [
    'L35',
    'a selector that does not fill a page, not older',
    { rv: 'r8', match: 'NotOlderThan', limit: 2, fields: 'metadata.name=barfoo' },
    { items: ['p3'], atLeast: 'r8', next: 'none' },
  ],
  ['L36', 'a selector at 0', { rv: '0', limit: 2, fields: 'metadata.name=barfoo' }, { oneOf: [[], ['p3']] }],
  [
    'L37',
    'a selector that fills a page early',
    { limit: 2, fields: 'metadata.name=bar' },
    { items: ["p0'", 'p1'], next: 'some' },
  ],
  [
    'L38',
    'a selector that fills a page early, not older',
    { rv: 'r8', match: 'NotOlderThan', limit: 2, fields: 'metadata.name=bar' },
    { items: ["p0'", 'p1'], next: 'some' },
  ],
  [
    'L39',
    'a selector that fills a page with the last object',
    { limit: 2, fields: 'metadata.name=foo' },
    { items: ['p2', 'p4'], next: 'none' },
  ],
  [
    'L40',
    'a selector that fills a page with the last object, not older',
    { rv: 'r8', match: 'NotOlderThan', limit: 2, fields: 'metadata.name=foo' },
    { items: ['p2', 'p4'], next: 'none' },
  ],
  [
    'L41',
    'a last page with a selector, not full',
    { limit: 2, token: { start: 'third/barfoo', at: 'r8' }, fields: 'metadata.name=foo' },
    { items: ['p4'], next: 'none' },
  ],
  [
    'L42',
    'a last page with a selector, full',
    { limit: 1, token: { start: 'third/barfoo', at: 'r8' }, fields: 'metadata.name=foo' },
    { items: ['p4'], next: 'none' },
  ],
  [
    'L43',
    'a last page with a selector, from the last but one',
    { limit: 2, token: { start: 'third/barfoo', at: 'r8' }, fields: 'metadata.name=foo' },
    { items: ['p4'], next: 'none' },
  ],
  [
    'L44',
    'a page as long as the list, two selected',
    { limit: 5, fields: 'metadata.name=foo' },
    { items: ['p2', 'p4'], next: 'none' },
  ],
  [
    'L45',
    'a page as long as the list, two selected, not older',
    { rv: 'r8', match: 'NotOlderThan', limit: 5, fields: 'metadata.name=foo' },
    { items: ['p2', 'p4'], next: 'none' },
  ],
  [
    'L46',
    'a page as long as the list, one selected',
    { limit: 5, fields: 'metadata.name=barfoo' },
    { items: ['p3'], next: 'none' },
  ],
  [
    'L47',
    'a page as long as the list, one selected, not older',
    { rv: 'r8', match: 'NotOlderThan', limit: 5, fields: 'metadata.name=barfoo' },
    { items: ['p3'], next: 'none' },
  ],
  ['L48', 'everything', {}, { items: ["p0'", 'p1', 'p2', 'p3', 'p4'] }],
  ['L49', 'everything, not older', { rv: 'r8', match: 'NotOlderThan' }, { items: ["p0'", 'p1', 'p2', 'p3', 'p4'] }],
  [
    'L50',
    'a selector by what an update set',
    { rv: 'r8', match: 'NotOlderThan', limit: 5, fields: 'spec.nodeName=fake-node' },
    { items: ["p0'"] },
  ],
  [
    'L51',
    'a selector for a deleted object',
    { rv: 'r8', match: 'NotOlderThan', limit: 5, fields: 'metadata.name=baz' },
    { items: [] },
  ],
  ['L52', 'a consistent list of nothing has the present revision', { namespace: 'empty' }, { items: [], rv: 'r9' }],
  ['L53', 'any list of nothing', { namespace: 'empty', rv: '0' }, { items: [], atLeast: 'r0' }],
  [
    'L54',
    'everything exactly before the first write, which is compacted',
    { rv: 'r0', match: 'Exact' },
    { error: 410 },
  ],
  ['L55', 'everything exactly at r1', { rv: 'r1', match: 'Exact' }, { items: ['p0'], rv: 'r1' }],
  ['L56', 'everything exactly at r2', { rv: 'r2', match: 'Exact' }, { items: ['p0', 'p1'], rv: 'r2' }],
  ['L57', 'everything exactly at r3', { rv: 'r3', match: 'Exact' }, { items: ['p0', 'p1', 'p2'], rv: 'r3' }],
  ['L58', 'everything exactly at r4', { rv: 'r4', match: 'Exact' }, { items: ['p0', 'p1', 'p2', 'p3'], rv: 'r4' }],
  [
    'L59',
    'everything exactly at r5',
    { rv: 'r5', match: 'Exact' },
    { items: ['p0', 'p1', 'p2', 'p3', 'p4'], rv: 'r5' },
  ],
  [
    'L60',
    'everything exactly at r6',
    { rv: 'r6', match: 'Exact' },
    { items: ['p0', 'p1', 'p5', 'p2', 'p3', 'p4'], rv: 'r6' },
  ],
  [
    'L61',
    'everything exactly at r7',
    { rv: 'r7', match: 'Exact' },
    { items: ["p0'", 'p1', 'p5', 'p2', 'p3', 'p4'], rv: 'r7' },
  ],
  [
    'L62',
    'everything exactly at r8',
    { rv: 'r8', match: 'Exact' },
    { items: ["p0'", 'p1', 'p2', 'p3', 'p4'], rv: 'r8' },
  ],
  [
    'L63',
    'everything exactly at r9',
    { rv: 'r9', match: 'Exact' },
    { items: ["p0'", 'p1', 'p2', 'p3', 'p4'], rv: 'r9' },
  ],
  ['L64', 'everything exactly at a revision to come', { rv: 'r10', match: 'Exact' }, { error: 504 }],
  [
    'L65',
    'a limit exactly at r2',
    { rv: 'r2', match: 'Exact', limit: 1 },
    { items: ['p0'], rv: 'r2', next: { start: 'after:p0', at: 'r2' }, remaining: 1 },
  ],
  [
    'L66',
    'a limit exactly at r3',
    { rv: 'r3', match: 'Exact', limit: 2 },
    { items: ['p0', 'p1'], rv: 'r3', next: { start: 'after:p1', at: 'r3' }, remaining: 1 },
  ],
  [
    'L67',
    'a limit exactly at r4, which all fit',
    { rv: 'r4', match: 'Exact', limit: 4 },
    { items: ['p0', 'p1', 'p2', 'p3'], rv: 'r4', next: 'none' },
  ],
  [
    'L68',
    'a limit exactly at r5',
    { rv: 'r5', match: 'Exact', limit: 1 },
    { items: ['p0'], rv: 'r5', next: { start: 'after:p0', at: 'r5' }, remaining: 4 },
  ],
  [
    'L69',
    'a limit exactly at r6',
    { rv: 'r6', match: 'Exact', limit: 2 },
    { items: ['p0', 'p1'], rv: 'r6', next: { start: 'after:p1', at: 'r6' }, remaining: 4 },
  ],
  [
    'L70',
    'a limit exactly at r7',
    { rv: 'r7', match: 'Exact', limit: 4 },
    { items: ["p0'", 'p1', 'p5', 'p2'], rv: 'r7', next: { start: 'after:p2', at: 'r7' }, remaining: 2 },
  ],
  [
    'L71',
    'a limit exactly at r8, more than there are',
    { rv: 'r8', match: 'Exact', limit: 8 },
    { items: ["p0'", 'p1', 'p2', 'p3', 'p4'], rv: 'r8', next: 'none' },
  ],
  [
    'L72',
    'a limit exactly after all writes',
    { rv: 'r9', match: 'Exact', limit: 1 },
    { items: ["p0'"], rv: 'r9', next: { start: 'after:p0', at: 'r9' }, remaining: 4 },
  ],
  [
    'L73',
    'a continue token from before the first write is too old, and gives another',
    { limit: 1, token: { start: 'after:p0', at: 'r0' } },
    { error: 410, goesOn: true },
  ],
  ['L74', 'a continue token from r1', { limit: 1, token: { start: 'after:p0', at: 'r1' } }, { items: [], rv: 'r1' }],
  [
    'L75',
    'a continue token from r2',
    { limit: 1, token: { start: 'after:p0', at: 'r2' } },
    { items: ['p1'], rv: 'r2', next: 'none' },
  ],
  [
    'L76',
    'a continue token from r3',
    { limit: 2, token: { start: 'after:p1', at: 'r3' } },
    { items: ['p2'], rv: 'r3', next: 'none' },
  ],
  [
    'L77',
    'a continue token from r5',
    { limit: 1, token: { start: 'after:p0', at: 'r5' } },
    { items: ['p1'], rv: 'r5', next: { start: 'after:p1', at: 'r5' }, remaining: 3 },
  ],
  [
    'L78',
    'a continue token from r6',
    { limit: 2, token: { start: 'after:p1', at: 'r6' } },
    { items: ['p5', 'p2'], rv: 'r6', next: { start: 'after:p2', at: 'r6' }, remaining: 2 },
  ],
  [
    'L79',
    'a continue token from r7',
    { limit: 4, token: { start: 'after:p2', at: 'r7' } },
    { items: ['p3', 'p4'], rv: 'r7', next: 'none' },
  ],
  [
    'L80',
    'a continue token from after all writes',
    { limit: 1, token: { start: 'after:p0', at: 'r9' } },
    { items: ['p1'], rv: 'r9', next: { start: 'after:p1', at: 'r9' }, remaining: 3 },
  ],
  [
    'L81',
    'a token without a revision goes on with the present',
    { token: { start: 'after:p0', at: -1 } },
    { items: ['p1', 'p2', 'p3', 'p4'], rv: 'r9', next: 'none' },
  ],
  [
    'L82',
    'a token without a revision, and a limit',
    { limit: 2, token: { start: 'after:p0', at: -1 } },
    { items: ['p1', 'p2'], rv: 'r9', next: { start: 'after:p2', at: 'r9' }, remaining: 2 },
  ],
  [
    'L83',
    'a token without a revision, near the end',
    { token: { start: 'after:p2', at: -1 } },
    { items: ['p3', 'p4'], rv: 'r9', next: 'none' },
  ],
  ['L84', 'a token without a key is refused', { token: { start: '', at: 'r8' } }, { error: 400 }],
  ['L85', 'a token at revision 0 is refused', { token: { start: 'after:p0', at: 0 } }, { error: 400 }],
  ['L86', 'a negative resource version is refused', { rv: '-1' }, { error: 400 }],
];
