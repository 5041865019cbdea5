// `npm run soak -- --minutes 3 --seed 7`. Default: ten minutes.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  process.stderr.write('--minutes must be a number above 0.\n');
  process.exit(2);
}
const vitest = createRequire(import.meta.url).resolve('vitest/package.json');
const ran = spawnSync(
  process.execPath,
  [path.join(path.dirname(vitest), 'vitest.mjs'), 'run', '--config', 'test/soak/vitest.config.mts'],
  {
    stdio: 'inherit',
    env: {
      TASKDECK_FUZZ_ROUNDS: String(Math.ceil(minutes)),
      TASKDECK_OUTBOX_DELIVERIES: '1000',
      ...process.env,
      TASKDECK_SOAK_MINUTES: String(minutes),
      TASKDECK_SOAK_SEED: String(values.seed),
    },
  },
);
process.exit(ran.status ?? 1);
