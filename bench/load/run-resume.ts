import type { Target } from '../target.ts';
import { type ResumeJob, sequencesPerGeneration } from './job.ts';
import { hotObjectJson, hotPath, objectName } from './objects.ts';
import type { PreparedJob } from './prepared-job.ts';
import { RequestClient } from './request-client.ts';
import { resourceVersionOf } from './resource-version.ts';
import { runServedWatches } from './run-served-watches.ts';
import { WatchClient } from './watch-client.ts';

/** An operation is one watch opened from a recent resourceVersion, given the events it missed, and closed. */
export async function prepareResume(target: Target, job: ResumeJob, generation: number): Promise<PreparedJob> {
  const writer = new RequestClient(target, 1, job.patienceMs);
  const reader = new WatchClient(target);
  const path = hotPath(job.namespace);
  const { text } = await writer.send({ method: 'GET', path: `${path}?limit=1`, keep: true });
  const resourceVersion = resourceVersionOf(text);
  const first = generation * sequencesPerGeneration;
  for (let n = 0; n < job.behind; n++) {
    const name = objectName(0);
    const body = hotObjectJson(job.namespace, name, first + n, job.objectBytes);
    const reply = await writer.send({ method: 'PUT', path: `${path}/${name}`, body });
    if (reply.status > 201) throw new Error(`PUT ${name}: ${reply.status} ${reply.text}`);
  }

  return {
    run: () =>
      runServedWatches(reader, { ...job, path: `${path}?watch=true&resourceVersion=${resourceVersion}` }, () => {
        let expected = first;
        return {
          event(sequence) {
            if (sequence < first) return undefined;
            const problem =
              sequence === expected ? undefined : `event ${sequence - first} instead of ${expected - first}`;
            expected = sequence + 1;
            return problem;
          },
          get done() {
            return expected >= first + job.behind;
          },
          get progress() {
            return `${expected - first} of ${job.behind} events`;
          },
        };
      }),
    close() {
      reader.close();
      writer.close();
    },
  };
}
