import { prepareTools } from './tools.ts';

const missing = prepareTools();
if (missing !== undefined) console.error(missing);
process.exitCode = missing === undefined ? 0 : 1;
