import { describe, expect, it, vi } from 'vitest';
import { createStore } from '../../src/store/store.ts';
import { NOON } from '../domain/builders.ts';
import { draftTyped, emptyState } from './state-builders.ts';

describe('a listener that throws', () => {
  function faulty() {
    const faults: unknown[] = [];
    const store = createStore(emptyState(), (error) => faults.push(error));
    const called: string[] = [];
    store.subscribe(() => called.push('first'));
    store.subscribe(() => {
      throw new Error('a listener broke');
    });
    store.subscribe(() => called.push('last'));
    return { store, called, faults };
  }

  it('does not prevent the other listeners or the change', () => {
    const { store, called } = faulty();
    store.dispatch({ type: 'clock-ticked', now: NOON + 1 });
    store.dispatch({ type: 'clock-ticked', now: NOON + 2 });
    expect(called).toEqual(['first', 'last', 'first', 'last']);
    expect(store.getState().now).toBe(NOON + 2);
  });

  it('is reported as a bug in taskdeck', () => {
    const { store, faults } = faulty();
    store.dispatch({ type: 'clock-ticked', now: NOON + 1 });
    expect(faults).toEqual([new Error('a listener broke')]);
  });
});

describe('several events', () => {
  it('are applied in order, and listeners run once', () => {
    const store = createStore(emptyState());
    const seen: (string | undefined)[] = [];
    store.subscribe(() => seen.push(store.getState().drafts.get('a')?.text));
    store.dispatch(draftTyped('a', 'one'), draftTyped('a', 'two'), { type: 'prompt-recorded', text: 'x' });
    expect(seen).toEqual(['two']);
    expect(store.getState().promptHistory).toEqual(['x']);
  });

  it('without a change run no listener', () => {
    const store = createStore(emptyState());
    const listener = vi.fn();
    store.subscribe(listener);
    store.dispatch({ type: 'notice-changed', notice: null }, { type: 'task-selected', taskId: null });
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('a batch', () => {
  it('runs listeners once, after its work, which sees each change', () => {
    const store = createStore(emptyState());
    const log: string[] = [];
    store.subscribe(() => log.push('listener'));
    store.batch(() => {
      store.dispatch(draftTyped('a', 'one'));
      log.push(store.getState().drafts.get('a')?.text ?? 'nothing');
      store.batch(() => store.dispatch({ type: 'prompt-recorded', text: 'x' }));
      log.push('end');
    });
    expect(log).toEqual(['one', 'end', 'listener']);
    store.dispatch(draftTyped('a', 'two'));
    expect(log).toEqual(['one', 'end', 'listener', 'listener']);
  });

  it('runs listeners also when its work throws, and none without a change', () => {
    const store = createStore(emptyState());
    const listener = vi.fn();
    store.subscribe(listener);
    store.batch(() => {});
    expect(listener).not.toHaveBeenCalled();
    expect(() =>
      store.batch(() => {
        store.dispatch(draftTyped('a', 'one'));
        throw new Error('a command broke');
      }),
    ).toThrow('a command broke');
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('does not hold back what a listener dispatches', () => {
    const store = createStore(emptyState());
    const seen: number[] = [];
    store.subscribe(() => {
      if (store.getState().promptHistory.length === 1) store.dispatch({ type: 'prompt-recorded', text: 'y' });
      else seen.push(store.getState().promptHistory.length);
    });
    store.batch(() => store.dispatch({ type: 'prompt-recorded', text: 'x' }));
    expect(seen).toEqual([2]);
  });
});
