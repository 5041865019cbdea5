import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { makeHome } from '../support/home.ts';
import { startExampleAgents } from './example-agents.ts';
import { type ExampleDeployment, openExampleDeployment } from './example-deployment.ts';
import { SCREENS } from './screens.ts';
import { svgOf } from './svg.ts';

const FOLDER = 'docs/screens';
/** Limits the size, so that a page with many pictures loads fast. */
const MAX_BYTES = 60_000;
const WHITE = 'rgb:ffff/ffff/ffff';
const BLACK = 'rgb:0000/0000/0000';

// New for each screen, so that ages are the same.
let deployment: ExampleDeployment | null = null;
afterEach(async () => {
  await deployment?.close();
  deployment = null;
});

it.each(SCREENS)('records $name', async ({ name, caption, cols, rows, scheme, shows, drive }) => {
  const home = makeHome();
  const isLocal = shows === 'local';
  if (isLocal) await startExampleAgents(home);
  else deployment = await openExampleDeployment({ isFleet: shows === 'fleet' });
  const args = [...(isLocal ? ['--local'] : []), ...(name === 'screen-reader' ? ['--screen-reader'] : [])];
  const app = await home.open(args, {
    cols,
    rows,
    background: scheme === 'light' ? WHITE : BLACK,
    env: deployment === null ? { TZ: 'UTC' } : { ...deployment.env },
  });
  await app.until(isLocal ? /5 tasks/ : shows === 'fleet' ? /38 tasks/ : /12 tasks/);
  await drive(app);
  await settled(() => app.bytes());
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${name}.svg`;
  writeFileSync(file, svgOf(app.emulator, caption, scheme));
  expect(statSync(file).size).toBeLessThan(MAX_BYTES);
});

it('writes docs/screens.md', () => {
  const screens = SCREENS.map(({ name, caption }) => `${caption}\n\n![${caption}](screens/${name}.svg)`);
  const remark =
    'Pictures of the running program with example tasks, drawn cell by cell. `npm run screens` writes this page.';
  writeFileSync('docs/screens.md', `# Screens\n\n${remark}\n\n${screens.join('\n\n')}\n`);
});

/** Resolves when the program has stopped writing. */
async function settled(bytes: () => number): Promise<void> {
  for (let last = -1; last !== bytes(); ) {
    last = bytes();
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}
