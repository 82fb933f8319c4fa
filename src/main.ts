#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { readArguments } from './config/arguments.ts';
import { ConfigError, configFromText } from './config/config.ts';
import { generalHelp, serveHelp } from './config/help.ts';
import type { Config } from './config/options.ts';
import { packageVersion } from './server/version.ts';

const exit = { fine: 0, failed: 1, misused: 2 } as const;

/** `npm start` and a terminal each pass the same signal on: two within this are one. */
const sameSignalMs = 1_000;

const print = (text: string): void => void process.stdout.write(text);
const complain = (text: string): void => void process.stderr.write(text);

/** Resolves at the first SIGTERM or SIGINT; a later one of its own ends the process at once. */
function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const listen = (signal: NodeJS.Signals) => {
      const now = process.uptime() * 1000;
      if (first !== undefined && now - first > sameSignalMs) process.exit(exit.failed);
      first ??= now;
      resolve(signal);
    };
    process.on('SIGTERM', listen);
    process.on('SIGINT', listen);
  });
}

async function serve(config: Config): Promise<number> {
  // Not before it is certain that there is something to serve: --help must not wait for it.
  const [{ openServer }, { createLogger }] = await Promise.all([
    import('./server/open-server.ts'),
    import('./server/pino-logger.ts'),
  ]);
  const logger = createLogger(config.logLevel);
  const signal = untilSignal();
  let failed = (_error: Error): void => {};
  const failure = new Promise<never>((_resolve, reject) => {
    failed = reject;
  });
  // Whoever asks hears of it, however late.
  failure.catch(() => undefined);
  const opening = openServer(config, { logger, processMetrics: true, failed: (error) => failed(error) });
  // Nothing has been promised to anybody yet: a signal this early needs no drain.
  const server = await Promise.race([opening, signal.then(() => undefined)]);
  if (server === undefined) return exit.fine;
  logger.info('listening', { urls: server.urls });
  const ready = server.ready.then(async () => {
    if (config.printKubeconfig !== '') await writeFile(config.printKubeconfig, server.kubeconfig, { mode: 0o600 });
    logger.info('ready', { url: server.url, milliseconds: Math.round(process.uptime() * 1000) });
  });
  try {
    await Promise.race([signal, failure, Promise.all([ready, signal])]);
    logger.info('draining', { signal: await signal });
  } finally {
    await server.close();
  }
  // A store that died during the drain is a failure too: what was under way then may be undone.
  await Promise.race([failure, Promise.resolve()]);
  logger.info('stopped');
  return exit.fine;
}

async function main(argv: readonly string[]): Promise<number> {
  const { positionals, texts, help, version, problems } = readArguments(argv);
  const [command, ...rest] = positionals;
  if (version) {
    print(`crowsnest ${packageVersion()}\n`);
    return exit.fine;
  }
  if (help || command === 'help') {
    print(command === 'serve' || rest.includes('serve') ? serveHelp() : generalHelp);
    return exit.fine;
  }
  if (command !== 'serve') {
    complain(command === undefined ? generalHelp : `crowsnest: unknown command ${command}\n\n${generalHelp}`);
    return exit.misused;
  }
  const unexpected = rest.map((word) => `unexpected argument ${JSON.stringify(word)}`);
  return serve(configFromText(texts, process.env, [...problems, ...unexpected]));
}

/** What somebody can mend is one line; what nobody expected comes with where it happened. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const unexpected = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  if (unexpected) return error.stack ?? error.message;
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

// Timers keep no process alive, and once the ports are closed nothing else does: the store is still to be closed.
const alive = new MessageChannel();
alive.port1.ref();
try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof ConfigError)) {
    complain(`crowsnest: ${describe(error)}\n`);
    process.exit(exit.failed);
  }
  for (const problem of error.problems) complain(`crowsnest: ${problem}\n`);
  complain('crowsnest serve --help tells all options\n');
  process.exit(exit.misused);
}
