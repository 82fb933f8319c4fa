import type { IWatchResponse } from 'etcd3';
import { parseRevision, type Revision } from '../../base/revision.ts';
import { StorageError } from '../errors.ts';
import type { StorageWatch, WatchSink } from '../storage.ts';
import type { Connection, RawWatch } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { failureOf } from './failure.ts';
import { type RevisionGroup, RevisionGroups } from './revision-groups.ts';
import type { VersionGate } from './version-gate.ts';

export interface WatchRange {
  readonly key: Buffer;
  /** Absent: the one key. */
  readonly range_end?: Buffer;
  /** For messages. */
  readonly about: string;
}

/** What a watch tells its owner, beside the sink. */
export interface WatchOwner {
  /** The store has compacted to here. */
  compacted(revision: Revision): void;
  /** The watch is over; called before the sink's `end`. */
  ended(watch: StorageWatch): void;
}

/** Ended first, so that etcd3 does not take our own cancelling for a failure and close all channels to the member. */
function cancel(stream: RawWatch): void {
  stream.end();
  stream.cancel();
}

/**
 * One watch on a gRPC stream of its own: one attempt, or two when the first was refused because etcd had forgotten the
 * token. With a stream to itself a progress answer can be nobody else's.
 *
 *   opening → created → ended        (every state → ended)
 */
export class EtcdWatch implements StorageWatch {
  readonly #connection: Connection;
  readonly #gate: VersionGate;
  readonly #range: WatchRange;
  readonly #sink: WatchSink;
  readonly #owner: WatchOwner;
  readonly #groups: RevisionGroups;
  /** The highest revision told to the sink; events and progress at or below are not news. */
  #told: Revision;
  readonly #after: Revision;
  #stream: RawWatch | undefined;
  #endpoint: Endpoint | undefined;
  #token: string | undefined;
  #created = false;
  /** Asked for before the watch was created. */
  #progressWanted = false;
  #renewed = false;
  #ended = false;
  #stopTimer = () => {};

  constructor(
    connection: Connection,
    gate: VersionGate,
    range: WatchRange,
    after: Revision,
    sink: WatchSink,
    owner: WatchOwner,
  ) {
    this.#connection = connection;
    this.#gate = gate;
    this.#range = range;
    this.#sink = sink;
    this.#owner = owner;
    this.#after = after;
    this.#told = after;
    this.#groups = new RevisionGroups(after);
  }

  /** Begins; the sink hears nothing before this has returned. */
  start(): void {
    void this.#open();
  }

  requestProgress(): void {
    this.#progressWanted = !this.#created;
    if (this.#ended || !this.#created || this.#endpoint === undefined) return;
    if (this.#gate.supports(this.#endpoint)) this.#stream?.write({ progress_request: {} });
  }

  close(error?: Error): void {
    if (error !== undefined && !this.#ended) this.#connection.avoid(this.#endpoint ?? this.#connection.current);
    this.#finish(undefined);
  }

  async #open(): Promise<void> {
    const { clock, requestTimeoutMs } = this.#connection;
    // A member that took the stream and says nothing more is as good as dead.
    this.#stopTimer();
    this.#stopTimer = clock.after(requestTimeoutMs, () => {
      this.#fail(new Error(`no answer within ${requestTimeoutMs} ms`));
    });
    const opened = await this.#connection.openStream();
    if ('failure' in opened) {
      this.#finish(opened.failure.error);
      return;
    }
    const { stream, endpoint, token } = opened.value;
    stream.on('error', (error) => {
      if (stream === this.#stream) this.#fail(error);
    });
    if (this.#ended) {
      cancel(stream);
      return;
    }
    this.#stream = stream;
    this.#endpoint = endpoint;
    this.#token = token;
    void this.#gate.check(endpoint);
    stream.on('data', (response) => {
      if (stream === this.#stream) this.#receive(response);
    });
    stream.on('end', () => {
      if (stream === this.#stream) this.#fail(new Error('the member ended the stream'));
    });
    stream.write({
      create_request: {
        key: this.#range.key,
        ...(this.#range.range_end === undefined ? {} : { range_end: this.#range.range_end }),
        start_revision: String(this.#after + 1),
        progress_notify: true,
        fragment: true,
      },
    });
  }

  #receive(response: IWatchResponse): void {
    if (this.#ended) return;
    let groups: readonly RevisionGroup[] = [];
    let progress: Revision | undefined;
    try {
      if (response.canceled) this.#canceled(response);
      else if (response.created) this.#nowCreated();
      else if (response.events.length === 0) progress = parseRevision(response.header.revision);
      else groups = this.#groups.push(response.events, response.fragment);
    } catch (error) {
      this.#fail(error);
      return;
    }
    for (const { revision, events } of groups) {
      if (this.#ended) return;
      this.#connection.observe(revision);
      this.#told = revision;
      this.#sink.events(revision, events);
    }
    if (progress !== undefined) this.#progress(progress);
  }

  #nowCreated(): void {
    this.#created = true;
    this.#stopTimer();
    if (this.#progressWanted) this.requestProgress();
  }

  /** A watch from a revision in the future gets notifications below it: they are not its progress. */
  #progress(revision: Revision): void {
    if (revision < this.#told || this.#groups.holding) return;
    this.#connection.observe(revision);
    this.#told = revision;
    this.#sink.progress(revision);
  }

  #canceled(response: IWatchResponse): void {
    const compactRevision = Number(response.compact_revision);
    if (compactRevision > 0) {
      const revision = parseRevision(response.compact_revision);
      this.#owner.compacted(revision);
      const message = `watch of ${this.#range.about} after ${this.#told}: history begins at ${revision}`;
      this.#finish(new StorageError('compacted', message, { compactRevision: revision }));
      return;
    }
    const failure = failureOf(new Error(response.cancel_reason || 'canceled without a reason'), this.#what());
    const { hasCredentials } = this.#connection;
    if (failure.error.code === 'denied' && hasCredentials && !this.#created && !this.#renewed) {
      // etcd 3.4 says "permission denied" also of a token that it does not know.
      this.#renewed = true;
      this.#connection.forgetToken(this.#token);
      const stream = this.#stream;
      this.#stream = undefined;
      if (stream !== undefined) cancel(stream);
      void this.#open();
      return;
    }
    this.#finish(failure.error);
  }

  #what(): string {
    return `watch of ${this.#range.about} with ${this.#endpoint?.url ?? this.#connection.current.url}`;
  }

  #fail(thrown: unknown): void {
    if (this.#ended) return;
    const failure = failureOf(thrown, this.#what());
    if (failure.renew === 'token') this.#connection.forgetToken(this.#token);
    else if (failure.retry) this.#connection.avoid(this.#endpoint ?? this.#connection.current);
    this.#finish(failure.error);
  }

  /** The sink hears of it in a microtask, so that a `close` from within `events` does not call back into its caller. */
  #finish(error: StorageError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopTimer();
    if (this.#stream !== undefined) cancel(this.#stream);
    this.#owner.ended(this);
    queueMicrotask(() => this.#sink.end(error));
  }
}
