import {
  credentials,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type ServiceError,
  type sendUnaryData,
} from '@grpc/grpc-js';
import type { IRangeRequest, ITxnRequest, IWatchRequest } from 'etcd3';
import { Host } from 'etcd3/lib/connection-pool.js';

/** Revisions as text, as they go over the wire: so they may be larger than a double holds. */
export interface FakeKeyValue {
  readonly key: string;
  readonly value: string;
  readonly create: string;
  readonly mod: string;
}

export interface FakeEvent extends Omit<FakeKeyValue, 'value' | 'create'> {
  /** Absent: a deletion. */
  readonly value?: string;
}

/** The server's side of one watch stream. */
export class FakeWatch {
  readonly requests: IWatchRequest[] = [];
  readonly #call: ServerDuplexStream<IWatchRequest, unknown>;
  readonly #changed: () => void;
  #cancelled = false;

  constructor(call: ServerDuplexStream<IWatchRequest, unknown>, changed: () => void) {
    this.#call = call;
    this.#changed = changed;
    call.on('data', (request: IWatchRequest) => {
      this.requests.push(request);
      changed();
    });
    call.on('cancelled', () => {
      this.#cancelled = true;
      changed();
    });
    call.on('end', changed);
    call.on('error', changed);
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  send(revision: string, response: Record<string, unknown>): void {
    this.#call.write({ header: { revision }, watch_id: '0', ...response });
  }

  created(revision: string): void {
    this.send(revision, { created: true });
  }

  events(revision: string, events: readonly FakeEvent[], fragment = false): void {
    this.send(revision, {
      fragment,
      events: events.map(({ key, value, mod }) => ({
        type: value === undefined ? 'Delete' : 'Put',
        kv: { key: Buffer.from(key), mod_revision: mod, create_revision: mod, value: Buffer.from(value ?? '') },
      })),
    });
  }

  /** A notification, or the answer to a progress request: they look alike. */
  progress(revision: string): void {
    this.send(revision, { watch_id: '-1' });
  }

  fail(code: number, details: string): void {
    this.#call.emit('error', Object.assign(new Error(details), { code, details }));
    this.#changed();
  }

  end(): void {
    this.#call.end();
  }
}

/**
 * A gRPC server that speaks etcd's protocol as the etcd3 package defines it and answers what a test tells it to: for what
 * a real etcd cannot be brought to do. It holds no data.
 */
export class FakeEtcd {
  readonly watches: FakeWatch[] = [];
  readonly transactions: ITxnRequest[] = [];
  version = '3.5.13';
  revision = '1';
  /** What a range finds. */
  kvs: FakeKeyValue[] = [];
  /** The answers to the transactions to come, in order; without any left they succeed. */
  answers: (ServiceError | Partial<ServiceError> | { succeeded: boolean; kvs: FakeKeyValue[] })[] = [];
  readonly #server = new Server();
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];
  #port = 0;

  static async start(): Promise<FakeEtcd> {
    const fake = new FakeEtcd();
    const changed = () => fake.#wake();
    const host = new Host('127.0.0.1:1', credentials.createInsecure(), {});
    const serviceOf = (name: 'KV' | 'Watch' | 'Maintenance') =>
      (host.getServiceClient(name).constructor as unknown as { service: ServiceDefinition }).service;
    type Answer = sendUnaryData<unknown>;
    fake.#server.addService(serviceOf('KV'), {
      range: (_: ServerUnaryCall<IRangeRequest, unknown>, answer: Answer) => answer(null, fake.#range()),
      txn: (call: ServerUnaryCall<ITxnRequest, unknown>, answer: Answer) => {
        fake.transactions.push(call.request);
        changed();
        fake.#transact(answer);
      },
    });
    fake.#server.addService(serviceOf('Maintenance'), {
      status: (_: unknown, answer: Answer) =>
        answer(null, { header: { revision: fake.revision }, version: fake.version }),
    });
    fake.#server.addService(serviceOf('Watch'), {
      watch: (call: ServerDuplexStream<IWatchRequest, unknown>) => {
        fake.watches.push(new FakeWatch(call, changed));
        changed();
      },
    });
    host.close();
    fake.#port = await new Promise<number>((resolve, reject) => {
      fake.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resolves when `holds`; a test that waits in vain fails by its own timeout. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  /** The n-th watch stream, once its create request has come. */
  async watch(index = 0): Promise<FakeWatch> {
    await this.until(() => (this.watches[index]?.requests.length ?? 0) > 0);
    const watch = this.watches[index];
    if (watch === undefined) throw new Error('no such watch');
    return watch;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  #range() {
    return {
      header: { revision: this.revision },
      count: String(this.kvs.length),
      kvs: this.kvs.map(({ key, value, create, mod }) => ({
        key: Buffer.from(key),
        value: Buffer.from(value),
        create_revision: create,
        mod_revision: mod,
      })),
    };
  }

  #transact(answer: sendUnaryData<unknown>): void {
    const next = this.answers.shift() ?? { succeeded: true, kvs: [] };
    const header = { revision: this.revision };
    if (!('succeeded' in next)) answer(next, null);
    else if (next.succeeded) answer(null, { header, succeeded: true });
    else {
      this.kvs = next.kvs;
      answer(null, { header, succeeded: false, responses: [{ response_range: this.#range() }] });
    }
  }

  #wake(): void {
    const held = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((waiting) => !held.includes(waiting));
    for (const { resolve } of held) resolve();
  }
}
