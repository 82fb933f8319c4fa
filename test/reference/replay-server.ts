import type { RunningServer } from '../../src/server/start-server.ts';
import { startTestServer } from '../support/server.ts';

/** As the recorded one was: an API server alone, without anybody who reacts to what is in it. */
export const startReplayServer = (): Promise<RunningServer> =>
  startTestServer({ overrides: { controllers: ['-namespace-controller', '-garbage-collector-controller'] } });
