import { describe, expect, it } from 'vitest';
import { checkFault, checkMachineRow, checkRefusal } from './check-rows.ts';
import { FAULTS, MACHINE, REFUSALS } from './contract.ts';
import { startStandIn } from './stand-in.ts';

describe('the state machine', () => {
  it.each(MACHINE)('$cell', async (row) =>
    checkMachineRow(await startStandIn(row.era === undefined ? {} : { era: row.era }), row),
  );
});

describe('refused requests', () => {
  it.each(REFUSALS)('$id', async (row) => checkRefusal(await startStandIn(row.options), row));
});

describe('faults', () => {
  it.each(FAULTS)('$id', async (row) => checkFault(await startStandIn(row.options), row));
});

it('the contract has every cell of every state once', () => {
  const cells = MACHINE.filter(({ era }) => era === undefined);
  for (const status of ['waiting', 'error', 'running', 'interrupting', 'requires_action'])
    for (const operation of [
      'send',
      'send and interrupt',
      'promote',
      'delete queued',
      'edit message',
      'interrupt',
      'archive',
    ])
      for (const queued of status === 'waiting' ? [0] : [0, 1])
        expect(
          cells.filter(
            ({ from, which, ...row }) =>
              from.status === status &&
              from.archived !== true &&
              from.queue.length === queued &&
              row.operation === operation &&
              which !== 'unknown',
          ),
          `${status} ${queued} ${operation}`,
        ).toHaveLength(1);
  const names = [...MACHINE.map(({ cell }) => cell), ...[...REFUSALS, ...FAULTS].map(({ id }) => id)];
  expect(names).toHaveLength(new Set(names).size);
});
