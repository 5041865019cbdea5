import type { Clock } from '../domain/ports/clock.ts';
import { questionInReach } from '../store/current-question.ts';
import type { Store } from '../store/store.ts';

/** Dispatches `question-reached` whenever keys reach another question, or none. Returns a function that stops it. */
export function trackQuestion(store: Store, clock: Pick<Clock, 'now'>): () => void {
  const handleStateChange = (): void => {
    const state = store.getState();
    const id = questionInReach(state)?.id ?? null;
    if (id !== (state.questionInReach?.id ?? null))
      store.dispatch({ type: 'question-reached', id, now: clock.now() });
  };
  const unsubscribe = store.subscribe(handleStateChange);
  handleStateChange();
  return unsubscribe;
}
