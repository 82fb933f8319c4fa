import type { Latency } from './histogram.ts';

/**
 * One load, as plain data, for any Kubernetes-compatible server. A job is prepared (connections opened, not measured),
 * run (measured) and finished (checked and torn down).
 */
export type Job = RequestsJob | FanoutJob | InitialEventsJob | ResumeJob | RelistJob | IdleJob;

/** The same request again and again. */
export type RequestsJob = {
  readonly kind: 'requests';
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH';
  /** Taken in turn. `{n}` is replaced by the number of the request. */
  readonly paths: readonly string[];
  /** What PATCH sends: a merge patch with a label, or an apply of what is there already. */
  readonly patch?: 'label' | 'apply';
  /** What is accepted; absent: JSON. */
  readonly accept?: string;
  /**
   * For PUT and POST: the object to send has this name (`{n}` as above; '': the path's) and this many bytes of JSON.
   * For PATCH: the object that each path has before. Where it is applied it is a Deployment, of its own size.
   */
  readonly object?: { readonly namespace: string; readonly name: string; readonly bytes: number };
  readonly concurrency: number;
  readonly requests: number;
  readonly expect: {
    readonly status: number;
    /** Objects in every answer. */
    readonly objects?: number;
    /** Rows in every answer, of a Table. */
    readonly rows?: number;
  };
  readonly patienceMs: number;
};

/** Watches over the hot objects of one namespace, and writers that change them. */
export type FanoutJob = {
  readonly kind: 'fanout';
  readonly namespace: string;
  readonly watchers: number;
  /** `all`: every watcher is owed every event. `own-name`: watcher i is owed the events of object i mod `objects`. */
  readonly selection: 'all' | 'own-name';
  /** Watchers that never read, beside the others. */
  readonly stalled: number;
  readonly objects: number;
  readonly objectBytes: number;
  readonly events: number;
  readonly writers: number;
  /** undefined: as fast as the writers go. */
  readonly eventsPerSecond: number | undefined;
  readonly patienceMs: number;
};

/** Informers that arrive at once: sendInitialEvents over everything below `path`. */
export type InitialEventsJob = {
  readonly kind: 'initial-events';
  readonly path: string;
  readonly watchers: number;
  readonly concurrency: number;
  readonly objects: number;
  readonly patienceMs: number;
};

/** Watches that resume from a resourceVersion `behind` events ago and close once they have what they missed. */
export type ResumeJob = {
  readonly kind: 'resume';
  readonly namespace: string;
  readonly watchers: number;
  readonly concurrency: number;
  readonly behind: number;
  readonly objectBytes: number;
  readonly patienceMs: number;
};

/**
 * Informers that were away for too long: each asks for a watch from a resourceVersion that is forgotten, is told 410,
 * lists everything in pages, consistently, and watches again from there.
 */
export type RelistJob = {
  readonly kind: 'relist';
  readonly path: string;
  readonly forgotten: string;
  readonly informers: number;
  readonly concurrency: number;
  readonly objects: number;
  readonly pageSize: number;
  readonly patienceMs: number;
};

/** Watches that nothing happens on: only what they cost to keep. */
export type IdleJob = {
  readonly kind: 'idle';
  readonly namespace: string;
  readonly watchers: number;
  /** Opened before, and not counted: so that what a server needs for its first watches is there, and its heap has grown. */
  readonly openBefore: number;
};

/** Nothing for this long while something is owed: it is lost. */
export const defaultPatienceMs = 20_000;

/**
 * Sequence numbers a job may use. Each generation (one job on one target in one round) has its own, so that a late event
 * of one is never taken for one of the next.
 */
export const sequencesPerGeneration = 20_000;

export type JobResult = {
  /** Requests answered, events delivered, watches served: what cost is divided by. */
  readonly operations: number;
  readonly wallMs: number;
  /** Bodies that the client received, transfer framing of watches included. */
  readonly bytes: number;
  readonly latency: Latency | null;
  /** What was wrong with the answers; empty for a result that counts. */
  readonly wrong: readonly string[];
};
