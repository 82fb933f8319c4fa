import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Target } from '../target.ts';

export type Lie =
  | 'none'
  | 'loses an event'
  | 'repeats an event'
  | 'swaps two events'
  | 'ends a watch'
  | 'tells one watch another order'
  | 'sends one object too few'
  | 'never says that it is in sync'
  | 'answers 500'
  | 'stops answering'
  | 'is busy at first'
  | 'does not know 410'
  | 'changes the revision between pages';

const frameOf = (mark: string): string => `{"type":"MODIFIED","object":{"data":{"seq":"${mark}"}}}\n`;
const markOf = (index: number): string => `s${String(index).padStart(8, '0')}`;
const inSync = '{"type":"BOOKMARK","object":{"metadata":{"annotations":{"k8s.io/initial-events-end":"true"}}}}\n';
const expired = '{"type":"ERROR","object":{"code":410}}\n';

/** Just enough of an API server for every job, with one thing wrong: to prove that jobs notice. */
export class LyingServer {
  readonly #server: Server;
  readonly #lie: Lie;
  readonly #objects: number;
  readonly #watches: ServerResponse[] = [];
  #recent: string[] = [];
  #written = 0;
  #held: string | undefined;
  #asked = 0;

  private constructor(lie: Lie, objects: number) {
    this.#lie = lie;
    this.#objects = objects;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(lie: Lie, objects: number): Promise<LyingServer> {
    const liar = new LyingServer(lie, objects);
    liar.#server.listen(0, '127.0.0.1');
    await once(liar.#server, 'listening');
    return liar;
  }

  get target(): Target {
    const address = this.#server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return {
      name: 'liar',
      url: `http://127.0.0.1:${port}`,
      transport: 'http',
      backend: undefined,
      pid: undefined,
      replicas: [],
      ca: undefined,
      inspector: undefined,
      token: undefined,
      protocol: 'http1',
      floor: false,
      floorName: undefined,
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams: query } = new URL(request.url ?? '/', 'http://liar');
    if (this.#lie === 'stops answering' && query.get('watch') !== 'true' && ++this.#asked > 2) return;
    if (this.#lie === 'is busy at first' && this.#asked++ < 3) {
      response.writeHead(429, { 'Retry-After': '0' }).end();
      return;
    }
    if (request.method !== 'GET') return this.#write(request, response);
    if (query.get('watch') !== 'true') return this.#list(response, query);
    response.writeHead(200).flushHeaders();
    if (query.get('resourceVersion') === '1') {
      if (this.#lie === 'does not know 410') return void response.end(frameOf(markOf(1)));
      return void response.end(expired);
    }
    if (query.get('sendInitialEvents') === 'true') return this.#initialEvents(response);
    response.write(this.#recent.join(''));
    this.#watches.push(response);
  }

  #write(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const mark = /"seq":"(s\d{8})"/.exec(body)?.[1] ?? '';
      if (request.method === 'PUT') this.#tell(mark);
      response.writeHead(this.#lie === 'answers 500' ? 500 : request.method === 'PUT' ? 200 : 201).end('{}');
    });
  }

  #tell(mark: string): void {
    const frame = frameOf(mark);
    const turn = this.#written++;
    this.#recent = [...this.#recent, frame];
    const tell = (frames: string) => {
      for (const watch of this.#watches) watch.write(frames);
    };
    const isFifth = turn === 5;
    if (this.#lie === 'loses an event' && isFifth) this.#recent.pop();
    else if (this.#lie === 'repeats an event' && isFifth) {
      this.#recent.push(frame);
      tell(frame + frame);
    } else if (this.#lie === 'swaps two events' && isFifth) this.#held = frame;
    else if (this.#lie === 'ends a watch' && isFifth) this.#watches.shift()?.end();
    else if (this.#lie === 'tells one watch another order') this.#tellOtherOrder(frame, turn);
    else tell(frame + (this.#held ?? ''));
    if (!isFifth) this.#held = undefined;
  }

  /** Events come to the first watch in pairs the other way round. */
  #tellOtherOrder(frame: string, turn: number): void {
    const [first, ...others] = this.#watches;
    for (const watch of others) watch.write(frame);
    if (turn % 2 === 0) this.#held = frame;
    else first?.write(frame + (this.#held ?? ''));
  }

  #list(response: ServerResponse, query: URLSearchParams): void {
    const first = Number(query.get('continue') ?? 0);
    const limit = Number(query.get('limit') ?? this.#objects);
    const sent = this.#objects - (this.#lie === 'sends one object too few' ? 1 : 0);
    const items = Array.from(
      { length: Math.min(limit, sent - first) },
      (_, i) => `{"data":{"seq":"${markOf(first + i)}"}}`,
    );
    const more = first + limit < this.#objects ? `,"continue":"${first + limit}"` : '';
    const revision = this.#lie === 'changes the revision between pages' ? 100 + first : 100;
    response.writeHead(this.#lie === 'answers 500' ? 500 : 200);
    response.end(`{"metadata":{"resourceVersion":"${revision}"${more}},"items":[${items.join(',')}]}`);
  }

  #initialEvents(response: ServerResponse): void {
    const sent = this.#objects - (this.#lie === 'sends one object too few' ? 1 : 0);
    const marks = Array.from({ length: sent }, (_, i) => i);
    if (this.#lie === 'swaps two events') marks.reverse();
    for (const mark of marks) response.write(frameOf(markOf(mark)));
    if (this.#lie !== 'never says that it is in sync') response.write(inSync);
  }
}
