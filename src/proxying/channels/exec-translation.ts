import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { askUpgrade, UpgradeError } from '../ask-upgrade.ts';
import { authorityOf, type Destination, urlOf } from '../destination.ts';
import type { OpenTunnels } from '../open-tunnels.ts';
import { readText } from '../read-text.ts';
import { type ClientStream, SpdyClientConnection } from '../spdy/client-connection.ts';
import { type CommandStatus, commandStatusOf, failed } from './command-status.ts';
import { upgradeRefusalText } from './upgrade-refusal.ts';

/** What is spoken with the client: each message begins with the number of its channel. */
export const channelProtocol = 'v5.channel.k8s.io';

/** What is spoken with the other side, best first. */
const streamProtocols = [
  channelProtocol,
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
];

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

/** Says that nothing more comes on the channel that follows. */
const closeChannel = 255;

/** What may wait for a client before the other side is left waiting. */
const bufferBytes = 64 * 1024;

/** What of a command's end is read, and of a refusal. */
const maxStatusBytes = 64 * 1024;

export interface TranslatedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/**
 * A command whose client speaks over a WebSocket and whose kubelet speaks SPDY: channels of the one are streams of the other.
 * What is on its way is bounded by what either side takes. The client learns what became of it by a Status on the error
 * channel, whatever that is; then the connection is closed. Resolves when it is over, and never rejects.
 */
export async function translateExec(
  client: WebSocket,
  /** What it is spoken over. */
  socket: Duplex,
  destination: Destination,
  streams: TranslatedStreams,
  tunnels: OpenTunnels,
): Promise<void> {
  // As soon as there is a connection, the client is told by a message that says nothing.
  const first = streams.stdout ? channels.stdout : streams.stderr ? channels.stderr : channels.error;
  client.send(Buffer.from([first]));
  client.on('error', () => client.terminate());
  const messages = new EarlyMessages(client);
  const leave = tunnels.add(() => {
    client.resume();
    client.close(goingAway);
  });
  const status = await runTranslated(client, messages, socket, destination, streams).catch((error: unknown) =>
    failed(String(error)),
  );
  leave();
  if (client.readyState !== client.OPEN) return;
  client.send(Buffer.concat([Buffer.from([channels.error]), Buffer.from(JSON.stringify(status))]));
  client.resume();
  client.close(normalClosure);
}

const normalClosure = 1000;
const goingAway = 1001;

/**
 * What a client says before there is anybody to take it. The connection is read meanwhile, since who does not read it does not
 * hear of its end, up to a bound.
 */
class EarlyMessages {
  readonly #client: WebSocket;
  readonly #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(client: WebSocket) {
    this.#client = client;
    client.on('message', this.#hold);
  }

  readonly #hold = (message: Buffer): void => {
    this.#held.push(message);
    this.#heldBytes += message.length;
    if (this.#heldBytes > bufferBytes) this.#client.pause();
  };

  /** Gives what was said, and what is said from now on. */
  take(listener: (message: Buffer) => void): void {
    this.#client.off('message', this.#hold);
    this.#client.on('message', listener);
    for (const message of this.#held.splice(0)) listener(message);
  }
}

async function runTranslated(
  client: WebSocket,
  messages: EarlyMessages,
  socket: Duplex,
  destination: Destination,
  streams: TranslatedStreams,
): Promise<CommandStatus> {
  const asking = (why: string) => failed(`error sending request: Post ${JSON.stringify(urlOf(destination))}: ${why}`);
  const headers = ['Host', authorityOf(destination), 'User-Agent', 'crowsnest', 'Content-Length', '0'];
  for (const protocol of streamProtocols) headers.push('X-Stream-Protocol-Version', protocol);
  headers.push('Connection', 'Upgrade', 'Upgrade', 'SPDY/3.1');
  let upgrade: Awaited<ReturnType<typeof askUpgrade>>;
  try {
    upgrade = await askUpgrade(destination, { method: 'POST', headers }, socket);
  } catch (error) {
    if (error instanceof UpgradeError) return asking(error.message);
    throw error;
  }
  const { answer } = upgrade;
  const { statusCode = 0, headers: answered } = answer;
  if (statusCode >= 300 && statusCode < 400 && answered.location !== undefined) {
    answer.destroy();
    return failed(`error sending request: Post ${JSON.stringify(answered.location)}: redirect not allowed`);
  }
  if (!upgrade.accepted) {
    return failed(`unable to upgrade connection: ${upgradeRefusalText(await readText(answer, maxStatusBytes))}`);
  }
  if (!/spdy\/3\.1/i.test(answered.upgrade ?? '')) {
    upgrade.socket.destroy();
    return failed('unable to upgrade connection: empty server response');
  }
  const protocol = String(answered['x-stream-protocol-version'] ?? 'channel.k8s.io');
  return new Translation(client, messages, streams, protocol).run(upgrade.socket, upgrade.head);
}

/** One command, once both sides are there. */
class Translation {
  readonly #client: WebSocket;
  readonly #messages: EarlyMessages;
  readonly #streams: TranslatedStreams;
  readonly #protocol: string;
  readonly #said: Buffer[] = [];
  #saidBytes = 0;
  #settle: (status: CommandStatus) => void = () => {};

  constructor(client: WebSocket, messages: EarlyMessages, streams: TranslatedStreams, protocol: string) {
    this.#client = client;
    this.#messages = messages;
    this.#streams = streams;
    this.#protocol = protocol;
  }

  run(socket: Duplex, head: Buffer): Promise<CommandStatus> {
    const client = this.#client;
    const { stdin, stdout, stderr, tty } = this.#streams;
    return new Promise((resolve) => {
      let broken: string | undefined;
      const connection = new SpdyClientConnection(socket, head, {
        drained: () => client.resume(),
        closed: (error) => {
          broken = error?.message ?? 'unexpected EOF';
        },
      });
      this.#settle = (status) => {
        connection.close();
        resolve(status);
      };
      // The command is over when all that it says has been said.
      let open = 1;
      const ended = (): void => {
        open -= 1;
        if (open === 0) this.#settle(this.#statusOf(broken));
      };
      const out = (name: 'stdout' | 'stderr', wanted: boolean): void => {
        if (!wanted) return;
        open += 1;
        connection.open(
          { streamtype: name },
          { data: (bytes) => this.#pass(connection, channels[name], bytes), end: ended },
        );
      };
      const input = (name: 'stdin' | 'resize', wanted: boolean): ClientStream | undefined =>
        wanted ? connection.open({ streamtype: name }, { data: () => undefined, end: () => undefined }) : undefined;
      connection.open({ streamtype: 'error' }, { data: (bytes) => this.#hear(bytes), end: ended });
      const toStdin = input('stdin', stdin);
      out('stdout', stdout);
      out('stderr', stderr && !tty);
      const toResize = input('resize', tty && !/^(?:v2\.)?channel\.k8s\.io$/.test(this.#protocol));
      const inputs = new Map([
        [channels.stdin as number, toStdin],
        [channels.resize as number, toResize],
      ]);
      client.once('close', () => this.#settle(failed('the client is gone')));
      if (client.readyState !== client.OPEN) return this.#settle(failed('the client is gone'));
      client.resume();
      this.#messages.take((message) => this.#take(message, inputs));
    });
  }

  /** To the client, and no faster than it takes it. */
  #pass(connection: SpdyClientConnection, channel: number, bytes: Buffer): void {
    const client = this.#client;
    if (client.readyState !== client.OPEN) return;
    const full = client.bufferedAmount + bytes.length > bufferBytes;
    if (full) connection.pause(true);
    client.send(Buffer.concat([Buffer.from([channel]), bytes]), () => {
      if (full) connection.pause(false);
    });
  }

  #take(message: Buffer, inputs: ReadonlyMap<number, ClientStream | undefined>): void {
    const [channel = 0] = message;
    if (message.length === 0) return;
    if (channel === closeChannel) {
      inputs.get(message[1] ?? closeChannel)?.end();
      return;
    }
    // A size of a terminal is a line of its own to the other side.
    const stream = inputs.get(channel);
    if (stream !== undefined && message.length > 1 && !stream.write(message.subarray(1))) this.#client.pause();
  }

  #hear(bytes: Buffer): void {
    const left = maxStatusBytes - this.#saidBytes;
    if (left <= 0) return;
    this.#said.push(bytes.subarray(0, left));
    this.#saidBytes += Math.min(bytes.length, left);
  }

  #statusOf(broken: string | undefined): CommandStatus {
    const said = Buffer.concat(this.#said).toString('utf8');
    if (said === '' && broken !== undefined) return failed(`error reading from error stream: ${broken}`);
    return commandStatusOf(said, this.#protocol);
  }
}
