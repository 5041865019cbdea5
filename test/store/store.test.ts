import { describe, expect, it } from 'vitest';
import { createStore } from '../../src/store/store.ts';
import { NOON } from '../domain/builders.ts';
import { emptyState } from './state-builders.ts';

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
