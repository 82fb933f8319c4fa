/** What a watch tells of one object. */
export type WatchEvent<Read> = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Of a deletion: the last that was known. */
  readonly object: Read;
};
