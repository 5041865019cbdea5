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
    'affecting %s',
    async (_, scenario) => {
      const result = await runScenario(scenario, fault, { storage, time: manualTime });
      rows.push(...result.rows);
      expect(result.wrongs).toEqual([]);
    },
  );
});

describe('large responses', () => {
  it('a list of 10,000 tasks is shown, stays live, and is polled within the limits', async () => {
    const app = await openHeadlessApp({
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
      await app.time.pass(25_000);
      const { text, rows, corner } = await renderScreen(app.state);
      expect(app.state.tasks).toHaveLength(10_006);
      expect(corner[0]).toBe('live');
      expect(rows).toHaveLength(app.state.size.rows);
      expect(text).toContain('10006 tasks');
      expect(ruleViolations(app)).toEqual([]);
    } finally {
      await app.close();
    }
  });

  it('a transcript of 50 MB is shown to its end', async () => {
    let login = '';
    const app = await openHeadlessApp({
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
      app.select(login);
      await app.time.pass(3_000);
      const { text } = await renderScreen(app.state);
      expect(app.state.transcripts.get(login)?.transcript?.messages).toHaveLength(5_202);
      expect(text).toContain('And here it ends.');
      expect(ruleViolations(app)).toEqual([]);
    } finally {
      await app.close();
    }
  });
});

it('docs/reliability.md shows the results', async () => {
  await expect(reliabilityDoc(rows)).toMatchFileSnapshot('../../docs/reliability.md');
});
