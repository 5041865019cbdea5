import { expect, it, onTestFinished } from 'vitest';
import { startLoadingStartupLogs } from '../../src/sync/load-startup-log.ts';
import { makeTask } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const line = { id: 1, at: 0, level: 'error', stage: '', output: 'exit 1' };

function peekAt(agentLifecycle: string) {
  const fixture = syncFixture({ tasks: [makeTask({ id: 'a', agentId: 'g', agentLifecycle })] });
  onTestFinished(startLoadingStartupLogs(fixture));
  const peek = (): void => {
    fixture.store.dispatch({ type: 'overlay-closed' });
    fixture.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'peek', taskId: 'a', top: 0 } });
  };
  fixture.select('a');
  return { ...fixture, fixture, peek };
}

it('loads the output of failed start-up scripts once, when the peek opens', async () => {
  const { fixture, backend, clock, peek } = peekAt('start_error');
  expect(backend.calls('agentLogs')).toHaveLength(0);
  peek();
  expect(backend.open('agentLogs').args[0]).toBe('g');
  backend.open('agentLogs').answer([line]);
  await clock.settle();
  expect(fixture.state.startupLogs.get('a')).toEqual({ agentId: 'g', lines: [line] });
  peek();
  expect(backend.calls('agentLogs')).toHaveLength(1);
});

it('loads it with the next peek after a failure', async () => {
  const { backend, clock, peek } = peekAt('start_timeout');
  peek();
  backend.open('agentLogs').refuse(failure({ kind: 'server', message: 'No.' }));
  await clock.settle();
  peek();
  expect(backend.calls('agentLogs')).toHaveLength(2);
});

it('sends no request for an agent whose scripts succeeded', () => {
  const { backend, peek } = peekAt('ready');
  peek();
  expect(backend.calls('agentLogs')).toHaveLength(0);
});
