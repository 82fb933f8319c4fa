import { WebSocket } from 'ws';
import type { CpuProfile, ThreadProfile } from './cpu-profile.ts';

/** In microseconds: a run is a second or two, so a sample is some tenth of a per mille of it. */
const samplingInterval = 250;

type Answer = { readonly result?: unknown; readonly error?: { readonly message: string } };
type Message = Answer & { readonly id?: number; readonly method?: string; readonly params?: Record<string, unknown> };
type Send = (method: string, params?: object) => Promise<unknown>;

/**
 * Profiles all threads of a Node process that was started with `--inspect`, while `run` runs and no longer. Worker threads
 * are reached through the main thread's session: their commands and answers are wrapped in its own.
 */
export async function profiled<T>(url: string, run: () => Promise<T>): Promise<readonly [T, ThreadProfile[]]> {
  const session = await Session.open(url);
  try {
    await session.send('NodeWorker.enable', { waitForDebuggerOnStart: false });
    const threads = session.threads();
    for (const { send } of threads) {
      await send('Profiler.enable');
      await send('Profiler.setSamplingInterval', { interval: samplingInterval });
      await send('Profiler.start');
    }
    const result = await run();
    const profiles: ThreadProfile[] = [];
    for (const { thread, send } of threads) {
      const { profile } = (await send('Profiler.stop')) as { profile: CpuProfile };
      profiles.push({ thread, profile });
    }
    return [result, profiles];
  } finally {
    session.close();
  }
}

/** Commands and their answers by number: one set of numbers for each thread. */
class Session {
  readonly #socket: WebSocket;
  readonly #main = new Calls((text) => this.#socket.send(text));
  readonly #workers = new Map<string, { readonly thread: string; readonly calls: Calls }>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#received(JSON.parse(data.toString('utf8')) as Message));
    socket.on('close', () => {
      for (const calls of [this.#main, ...[...this.#workers.values()].map((worker) => worker.calls)]) calls.lost();
    });
  }

  static async open(url: string): Promise<Session> {
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 2 ** 30 });
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Session(socket);
  }

  readonly send: Send = (method, params) => this.#main.send(method, params);

  threads(): { readonly thread: string; readonly send: Send }[] {
    const workers = [...this.#workers.values()];
    return [
      { thread: 'main thread', send: this.send },
      ...workers.map(({ thread, calls }) => ({ thread, send: calls.send.bind(calls) })),
    ];
  }

  close(): void {
    this.#socket.close();
  }

  #received(message: Message): void {
    const { method, params = {} } = message;
    const sessionId = String(params['sessionId']);
    if (method === 'NodeWorker.attachedToWorker') {
      const { url } = params['workerInfo'] as { url: string };
      const wrap = (text: string) => void this.send('NodeWorker.sendMessageToWorker', { sessionId, message: text });
      this.#workers.set(sessionId, { thread: `worker ${url.split('/').slice(-2).join('/')}`, calls: new Calls(wrap) });
    } else if (method === 'NodeWorker.receivedMessageFromWorker') {
      this.#workers.get(sessionId)?.calls.answered(JSON.parse(String(params['message'])) as Message);
    } else this.#main.answered(message);
  }
}

class Calls {
  readonly #write: (text: string) => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;
  #isLost = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  send(method: string, params: object = {}): Promise<unknown> {
    if (this.#isLost) return Promise.reject(new Error(`${method}: the process is gone`));
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
      );
      this.#write(JSON.stringify({ id, method, params }));
    });
  }

  /** Events have no number: nobody waits for them. */
  answered({ id = 0, ...answer }: Message): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  lost(): void {
    this.#isLost = true;
    for (const answer of this.#waiting.values()) answer({ error: { message: 'the process is gone' } });
    this.#waiting.clear();
  }
}
