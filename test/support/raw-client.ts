import { connect, type Socket } from 'node:net';

/** A TCP client that says exactly what it is told and keeps what it hears. */
export class RawClient {
  readonly socket: Socket;
  #heard = Buffer.alloc(0);
  #over = false;
  #waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, bytes]);
      this.#wake();
    });
    const over = () => {
      this.#over = true;
      this.#wake();
    };
    socket.on('error', over);
    socket.on('close', over);
    socket.on('end', over);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  /** A whole request. `head`: lines without the last CRLFs. */
  send(head: string, body = ''): void {
    this.socket.write(`${head.trim().split('\n').join('\r\n')}\r\nHost: localhost\r\n\r\n${body}`);
  }

  get heard(): string {
    return this.#heard.toString('latin1');
  }

  /** Resolves once `pattern` was heard. @throws {Error} when the connection ends first. */
  async hears(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this.heard.match(pattern);
      if (match !== null) return match;
      if (this.#over) throw new Error(`connection ended before ${pattern} came: ${this.heard.slice(-2000)}`);
      await this.#next();
    }
  }

  async ended(): Promise<void> {
    while (!this.#over) await this.#next();
  }

  close(): void {
    this.socket.destroy();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
