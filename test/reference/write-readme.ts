import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf, classOf } from './known-differences.ts';
import { readme } from './readme.ts';
import { recordedVersion, replay } from './replay.ts';
import { startReplayServer } from './replay-server.ts';

// Writes the page, and tells what it has no reason for.
const server = await startReplayServer();
try {
  const answers = await replay(server.url);
  writeFileSync(join(import.meta.dirname, 'README.md'), readme(recordedVersion(), answers));
  for (const answer of answers) {
    if (answer.found.length > 0 && classOf(answer) === undefined)
      console.log(JSON.stringify({ answer: answerOf(answer), found: answer.found.slice(0, 4) }));
  }
} finally {
  await server.close();
}
