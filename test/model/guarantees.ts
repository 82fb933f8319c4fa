/** One change, as a watch tells it or as a writer made it. */
export type Change = {
  readonly revision: number;
  readonly key: string;
  /** What became of the key, such as `put 1` or `delete`. Compared as text; absent where only the key is known. */
  readonly what?: string;
};

/** What one watch delivered, as recorded by any client: unit, fuzz, e2e or bench. */
export type WatchRecord = {
  /** The watch was asked for everything after this revision. */
  readonly from: number;
  readonly batches: readonly (readonly Change[])[];
  /** A bookmark for `revision` came after the first `after` batches. */
  readonly bookmarks: readonly { readonly after: number; readonly revision: number }[];
};

/**
 * Is this watch, over these writes (in revision order), a correct one? Safety only: that it goes on is a timeout's job.
 * Each holds or breaks on its own: a record that breaks one of them need not break another.
 */
type Guarantee = (watch: WatchRecord, writes: readonly Change[]) => boolean;

const identity = ({ revision, key, what }: Change): string => `${revision} ${key} ${what ?? ''}`;

/**
 * The names etcd gives to what a watch promises. Resumable is Reliable again,
 * on a second record whose `from` is the last revision of the first; where that is cut between two changes of one
 * revision, see `World.cut` in dispatch.test.ts.
 */
export const guarantees = {
  /** Revisions never go back, and changes of one revision come in the order the writer gave them. */
  ordered: ({ batches }, writes) => {
    const place = new Map(writes.map((write, i) => [`${write.revision} ${write.key}`, i]));
    const at = (change: Change) => place.get(`${change.revision} ${change.key}`) ?? 0;
    return batches.flat().every((change, i, all) => {
      const before = all[i - 1];
      if (before === undefined || before.revision < change.revision) return true;
      return before.revision === change.revision && at(before) <= at(change);
    });
  },

  /** Nothing comes twice. */
  unique: ({ batches }) => {
    const seen = batches.flat().map(({ revision, key }) => `${revision} ${key}`);
    return new Set(seen).size === seen.length;
  },

  /** A batch has one revision, and no revision is spread over two batches. */
  atomic: ({ batches }) => {
    const revisions = batches.map((batch) => batch[0]?.revision);
    const whole = batches.every((batch, i) => batch.every(({ revision }) => revision === revisions[i]));
    return whole && batches.every((batch) => batch.length > 0) && new Set(revisions).size === revisions.length;
  },

  /** Between `from` and the last revision delivered, what came is what was written: none missing, none made up. */
  reliable: ({ from, batches }, writes) => {
    const got = batches.flat();
    const last = got.reduce((max, { revision }) => Math.max(max, revision), from);
    const due = writes.filter(({ revision }) => revision > from && revision <= last).map(identity);
    const delivered = new Set(got.map(identity));
    return delivered.size === due.length && due.every((change) => delivered.has(change));
  },

  /** Everything up to a bookmark's revision came before it, and nothing of it comes later; bookmarks never go back. */
  bookmarkable: ({ from, batches, bookmarks }, writes) =>
    bookmarks.every(({ after, revision: reached }, i) => {
      const due = writes.filter(({ revision }) => revision > from && revision <= reached);
      const had = new Set(batches.slice(0, after).flat().map(identity));
      const late = batches.slice(after).some((batch) => batch.some(({ revision }) => revision <= reached));
      return reached >= (bookmarks[i - 1]?.revision ?? 0) && !late && due.every((write) => had.has(identity(write)));
    }),
} as const satisfies Record<string, Guarantee>;

export type GuaranteeName = keyof typeof guarantees;

/** The names of the guarantees this watch broke. */
export const broken = (watch: WatchRecord, writes: readonly Change[]): string[] =>
  Object.entries(guarantees).flatMap(([name, holds]) => (holds(watch, writes) ? [] : [name]));
