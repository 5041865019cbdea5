import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { useDeck } from '../hooks/deck.ts';
import { type OnScreen, Picker } from './picker.tsx';

/** Chooses another deployment, or this machine. */
export function PlacePicker({ state, ...place }: OnScreen) {
  const { context } = useDeck();
  return (
    <Picker
      title="Go to which deployment?"
      items={state.places.map(({ id, name, url }) => ({
        id,
        label: sanitiseLine(name),
        about: sanitiseLine(url),
        words: [sanitiseLine(name), sanitiseLine(url)],
      }))}
      empty="No other deployment."
      onChoose={(id) => {
        const chosen = state.places.find((known) => known.id === id);
        if (chosen !== undefined) context.goTo(chosen);
      }}
      {...place}
    />
  );
}
