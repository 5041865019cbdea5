import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { Picker, type PickerPlacement } from './picker.tsx';

/** Switches to another deployment or this machine. */
export function DeploymentPicker({ state, ...place }: PickerPlacement) {
  const { context } = useAppContext();
  return (
    <Picker
      title="Switch deployment"
      items={state.otherDeployments.map(({ id, name, url }) => ({
        id,
        label: sanitiseLine(name),
        about: sanitiseLine(url),
        words: [sanitiseLine(name), sanitiseLine(url)],
      }))}
      empty="No other deployment."
      onChoose={(id) => {
        const chosen = state.otherDeployments.find((known) => known.id === id);
        if (chosen !== undefined) context.switchDeployment(chosen);
      }}
      {...place}
    />
  );
}
