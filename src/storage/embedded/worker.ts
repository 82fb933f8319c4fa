import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { StorageError } from '../errors.ts';
import type { Opened, Refusal, Reply, Request } from './messages.ts';
import { memoryOf } from './packed.ts';
import { refusalOf } from './schema.ts';
import { Store } from './store.ts';

/**
 * The thread that owns the database. It answers requests in the order they come, one at a time, and ends after `close`.
 * An error that leaves the state of the disk in doubt is not caught: the thread dies of it, and the other side tells (the
 * store is `dead`).
 */
const { directory } = workerData as { readonly directory: string };
const isMemory = directory === ':memory:';
const path = isMemory ? directory : join(directory, 'store.db');
/** Not a lock: only so that whoever finds the directory taken can be told by whom. */
const pidPath = join(directory, 'pid');

if (parentPort === null) throw new Error('worker.ts is not a program: openEmbedded starts it');
const port = parentPort;

const refuse = (error: StorageError): void => {
  const { code, compactRevision } = error;
  const message = error.message.slice(code.length + 2);
  const refusal: Refusal = {
    kind: 'refused',
    code,
    message,
    ...(compactRevision !== undefined && { compactRevision }),
  };
  port.postMessage(refusal);
};

function open(): Store {
  if (!isMemory) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const store = new Store(path);
  if (!isMemory) writeFileSync(pidPath, `${process.pid}\n`);
  return store;
}

/** Who has the directory, for the message; the file may be absent or of a process long gone. */
function withOwner(error: StorageError): StorageError {
  if (error.code !== 'denied') return error;
  const pid = existsSync(pidPath) ? readFileSync(pidPath, 'utf8').trim() : '';
  const owner = pid === '' ? 'another process' : `process ${pid}`;
  return new StorageError('denied', `the data directory ${directory} is in use by ${owner}`, { cause: error });
}

function answer(store: Store, request: Request): Reply {
  switch (request.kind) {
    case 'transact':
      return { kind: 'transact', ...store.transact(request) };
    case 'expire':
      return { kind: 'expire', ...store.expire(request) };
    case 'get':
      return { kind: 'get', ...store.get(request) };
    case 'range':
      return { kind: 'range', ...store.range(request) };
    case 'history':
      return { kind: 'history', ...store.history(request) };
    case 'compact':
      return { kind: 'compact', ...store.compact(request) };
    case 'sweep':
      return { kind: 'sweep', ...store.sweep() };
    case 'close':
      if (!isMemory) rmSync(pidPath, { force: true });
      store.close();
      return { kind: 'close' };
    default:
      return request satisfies never;
  }
}

function serve(store: Store): void {
  port.on('message', (request: Request) => {
    try {
      const reply = answer(store, request);
      const packed = 'page' in reply ? reply.page : 'outcomes' in reply ? reply.outcomes : undefined;
      port.postMessage(reply, packed === undefined ? [] : memoryOf(packed));
    } catch (error) {
      const known = store.isHarmless(error) ? refusalOf(error, path) : error;
      if (!(known instanceof StorageError)) throw known;
      refuse(known);
    }
    if (request.kind === 'close') port.close();
  });
}

try {
  const store = open();
  const opened: Opened = { kind: 'opened', ...store.state() };
  serve(store);
  port.postMessage(opened);
} catch (error) {
  const known = refusalOf(error, path);
  refuse(known instanceof StorageError ? withOwner(known) : new StorageError('unavailable', describe(error)));
  port.close();
}

function describe(error: unknown): string {
  return `cannot open the data directory ${directory}: ${error instanceof Error ? error.message : String(error)}`;
}
