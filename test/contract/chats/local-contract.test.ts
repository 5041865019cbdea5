import { describe, expect, it } from 'vitest';
import { checkFault, checkMachineRow, checkRefusal } from './check-rows.ts';
import { FAULTS, MACHINE, REFUSALS } from './contract.ts';
import { CHANGED_CELLS, localCell, SKIPPED_NAMES, skipReason } from './local-differences.ts';
import { startLocal } from './local-under-test.ts';

/* A real local server under the contract of Chats. local-differences.ts names the rows that it does not have. */

describe('the state machine', () => {
  it.for(MACHINE)('$cell', async (row, { skip }) => {
    const reason = skipReason(row);
    if (reason !== null) return skip(reason);
    await checkMachineRow(await startLocal(), localCell(row));
  });
});

describe('refused requests', () => {
  it.for(REFUSALS)('$id', async (row, { skip }) => {
    const reason = skipReason(row);
    if (reason !== null) return skip(reason);
    await checkRefusal(await startLocal(), row);
  });
});

describe('faults', () => {
  it.for(FAULTS)('$id', async (row, { skip }) => {
    const reason = skipReason(row);
    if (reason !== null) return skip(reason);
    await checkFault(await startLocal(), row);
  });
});

it('names only rows of the contract', () => {
  const cells = MACHINE.map(({ cell }) => cell);
  const ids = [...REFUSALS, ...FAULTS].map(({ id }) => id);
  expect([...cells, ...ids]).toEqual(expect.arrayContaining(SKIPPED_NAMES));
  expect(cells).toEqual(expect.arrayContaining(CHANGED_CELLS));
  // Most rows hold for a local server.
  expect(MACHINE.filter((row) => skipReason(row) === null).length).toBeGreaterThan(115);
  expect(REFUSALS.filter((row) => skipReason(row) === null).length).toBeGreaterThan(45);
});
