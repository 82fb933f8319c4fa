import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { StorageError } from '../errors.ts';
import type { Kind, Opened, Refusal, Reply, Request } from './messages.ts';

type Waiting = { readonly done: (reply: Reply) => void; readonly failed: (error: StorageError) => void };

/** What the parts that talk to the worker need of it. */
export type Asking = Pick<WorkerLink, 'send' | 'ask'>;

/**
 * The main thread's end of the worker. Answers come in the order of the requests and are handed over synchronously, one
 * at a time: whoever handles one knows that all earlier ones have been handled and no later one has.
 */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  /** Called once, when the worker has died on its own. */
  readonly #onDeath: (error: StorageError) => void;
  /** A FIFO: answered from `#head` on. */
  #waiting: Waiting[] = [];
  #head = 0;
  #closing = false;
  #closed = false;
  #dead: StorageError | undefined;

  private constructor(worker: Worker, onDeath: (error: StorageError) => void) {
    this.#worker = worker;
    this.#onDeath = onDeath;
    worker.on('message', (message: Reply | Refusal) => this.#receive(message));
    worker.on('error', (error) => this.#die(error));
    worker.on('messageerror', (error) => this.#die(error));
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        if (!this.#closed) this.#die(new Error('it ended by itself'));
        resolve();
      });
    });
  }

  /** @throws {StorageError} what the worker refused to open the directory with. */
  static async open(
    directory: string,
    onDeath: (error: StorageError) => void,
  ): Promise<{ link: WorkerLink; opened: Opened }> {
    const worker = startWorker(directory);
    const first = await new Promise<Opened | Refusal>((resolve, reject) => {
      const fail = (cause: Error): void =>
        reject(new StorageError('unavailable', 'the storage worker died', { cause }));
      worker.once('error', fail);
      worker.once('message', (message: Opened | Refusal) => {
        worker.removeListener('error', fail);
        resolve(message);
      });
    });
    if (first.kind === 'refused') {
      await new Promise((resolve) => worker.once('exit', resolve));
      throw errorOf(first);
    }
    return { link: new WorkerLink(worker, onDeath), opened: first };
  }

  /** Exactly one of `done` and `failed` is called, later. */
  send<K extends Kind>(
    request: Extract<Request, { kind: K }>,
    transfer: readonly ArrayBuffer[],
    done: (reply: Reply<K>) => void,
    failed: (error: StorageError) => void,
  ): void {
    const refusal = this.#dead ?? (this.#closing && request.kind !== 'close' ? closed() : undefined);
    if (refusal !== undefined) {
      queueMicrotask(() => failed(refusal));
      return;
    }
    this.#waiting.push({ done: done as (reply: Reply) => void, failed });
    this.#worker.postMessage(request, transfer);
  }

  ask<K extends Kind>(request: Extract<Request, { kind: K }>): Promise<Reply<K>> {
    return new Promise((resolve, reject) => this.send<K>(request, [], resolve, reject));
  }

  /** Resolves when the worker is gone. Everything sent before is answered first, and all later is refused as `closed`. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#dead === undefined) await this.ask({ kind: 'close' }).catch(() => undefined);
    await this.#exited;
  }

  #receive(message: Reply | Refusal): void {
    const waiting = this.#waiting[this.#head++];
    if (this.#head >= 1024 || this.#head === this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    if (message.kind === 'refused') waiting?.failed(errorOf(message));
    else waiting?.done(message);
    if (message.kind === 'close') this.#closed = true;
  }

  #die(cause: Error): void {
    if (this.#dead !== undefined) return;
    this.#dead = new StorageError('dead', `the storage worker died: ${cause.message}`, { cause });
    // It may be alive, but said something that could not be read: which request it answered is not known any more.
    void this.#worker.terminate();
    const waiting = this.#waiting.slice(this.#head);
    this.#waiting = [];
    this.#head = 0;
    for (const { failed } of waiting) failed(this.#dead);
    this.#onDeath(this.#dead);
  }
}

const closed = (): StorageError => new StorageError('closed', 'this storage has been closed');

const errorOf = ({ code, message, compactRevision }: Refusal): StorageError =>
  new StorageError(code, message, compactRevision === undefined ? {} : { compactRevision });

/**
 * What the worker reads is garbage as soon as it is sent, and lies outside of its heap: only a collection of the small
 * objects that hold it gives it back. A small nursery is collected often.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

/**
 * The build rewrites import specifiers from .ts to .js, but not a string: the worker lies beside this file under this
 * file's own ending. Run from the sources, it needs a loader of its own, because loaders do not reach into workers.
 */
function startWorker(directory: string): Worker {
  const options = { workerData: { directory }, execArgv: [], resourceLimits };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), options);
  const loader = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const path = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const source = `require(${JSON.stringify(loader)}).register(); require(${JSON.stringify(path)})`;
  return new Worker(source, { ...options, eval: true });
}
