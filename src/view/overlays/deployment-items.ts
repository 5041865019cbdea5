import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { State } from '../../store/state.ts';
import type { PickerItem } from './picker-rows.ts';

/** The deployments to switch to. */
export const deploymentItems = ({ otherDeployments }: State): readonly PickerItem[] =>
  otherDeployments.map(({ id, name, url }) => ({
    id,
    label: sanitiseLine(name),
    about: sanitiseLine(url),
    words: [sanitiseLine(name), sanitiseLine(url)],
  }));
