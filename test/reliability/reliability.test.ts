import { afterAll, describe, expect, it } from 'vitest';
import { FAULT_IDS, FAULTS } from '../support/faults/faults.ts';
import { openHeadlessApp, temporaryStorage } from '../support/faults/headless-app.ts';
import { manualTime } from '../support/faults/test-time.ts';
import { PACE, ruleViolations } from './client-rules.ts';
import { reliabilityDoc } from './reliability-doc.ts';
import { renderScreen } from './render-screen.ts';
import { type ResultRow, runScenario } from './run-scenario.ts';
import { addTasks, SCENARIOS } from './scenarios.ts';

const { storage, dispose } = temporaryStorage();
afterAll(dispose);

const rows: ResultRow[] = [];

describe.each(FAULT_IDS.map((id) => [FAULTS[id].title, id] as const))('%s', (_, fault) => {
  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    'in the way of %s',
    async (_, scenario) => {
      const result = await runScenario(scenario, fault, { storage, time: manualTime });
      rows.push(...result.rows);
      expect(result.wrongs).toEqual([]);
    },
  );
});

/** What is right, and a great deal of it. */
describe('too much at once', () => {
  it('a list of 10,000 tasks is shown, stays fresh, and costs no more than its rest', async () => {
    const world = await openHeadlessApp({
      storage,
      time: manualTime,
      pace: PACE,
      prepare({ model }) {
        const { login } = addTasks(model);
        const one = model.tasks.get(login);
        model.extra = Array.from({ length: 10_000 }, (_, index) => ({
          ...one,
          id: `c0000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
          name: `task-${index}`,
          display_name: `Task ${index}`,
        }));
      },
    });
    try {
      await world.time.pass(25_000);
      const { text, rows, corner } = await renderScreen(world.state);
      expect(world.state.tasks).toHaveLength(10_006);
      expect(corner[0]).toBe('live');
      expect(rows).toHaveLength(world.state.size.rows);
      expect(text).toContain('10006 tasks');
      expect(ruleViolations(world)).toEqual([]);
    } finally {
      await world.close();
    }
  });

  it('a transcript of 50 MB is shown to its end, and stays fresh', async () => {
    let login = '';
    const world = await openHeadlessApp({
      storage,
      time: manualTime,
      pace: PACE,
      prepare({ model }) {
        login = addTasks(model).login;
        const page = 'All the words of a long day. '.repeat(350);
        model.setTranscript(login, [
          ...Array.from({ length: 5_200 }, () => page),
          'go on',
          'And here it ends.',
        ]);
      },
    });
    try {
      world.select(login);
      await world.time.pass(3_000);
      const { text } = await renderScreen(world.state);
      expect(world.state.transcripts.get(login)?.transcript?.messages).toHaveLength(5_202);
      expect(text).toContain('And here it ends.');
      expect(ruleViolations(world)).toEqual([]);
    } finally {
      await world.close();
    }
  });
});

it('docs/reliability.md tells what came of it', async () => {
  await expect(reliabilityDoc(rows)).toMatchFileSnapshot('../../docs/reliability.md');
});
