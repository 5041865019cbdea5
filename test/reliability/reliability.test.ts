import { afterAll, describe, expect, it } from 'vitest';
import { FAULT_IDS, FAULTS } from '../support/faults/faults.ts';
import { handTime } from '../support/faults/time.ts';
import { temporaryStorage } from '../support/faults/world.ts';
import { page } from './page.ts';
import { type Row, suffer } from './row.ts';
import { SCENARIOS } from './scenarios.ts';

const { storage, dispose } = temporaryStorage();
afterAll(dispose);

const rows: Row[] = [];

describe.each(FAULT_IDS.map((id) => [FAULTS[id].words, id] as const))('%s', (_, fault) => {
  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    'in the way of %s',
    async (_, scenario) => {
      const result = await suffer(scenario, fault, { storage, time: handTime });
      rows.push(...result.rows);
      expect(result.wrongs).toEqual([]);
    },
  );
});

it('docs/reliability.md tells what came of it', async () => {
  await expect(page(rows)).toMatchFileSnapshot('../../docs/reliability.md');
});
