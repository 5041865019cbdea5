import { compose } from '../../commands/composing.ts';
import type { Template } from '../../domain/ports.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import { templateName } from '../panes/compose-lines.ts';
import { Picker, type PickerItem, type PickerProps } from './picker.tsx';

export interface OnScreen extends Pick<PickerProps, 'extent' | 'x' | 'y'> {
  readonly state: State;
}

/** Chooses what a new task is made from. */
export function TemplatePicker({ state, ...place }: OnScreen) {
  const { context } = useDeck();
  const templates = state.templates ?? [];
  const several = templates.some(
    ({ organizationName }) => organizationName !== templates[0]?.organizationName,
  );
  return (
    <Picker
      title="New task: from which template?"
      items={templates.map((template) => itemOf(template, several))}
      empty="Asking for templates…"
      onChoose={(id) => {
        const template = templates.find((known) => known.id === id);
        if (template !== undefined) compose(context, template);
      }}
      {...place}
    />
  );
}

/** The name; with the organization where templates come from several. */
function itemOf(template: Template, withOrganization: boolean): PickerItem {
  const name = templateName(template);
  const organization = sanitiseLine(template.organizationName);
  const about = sanitiseLine(template.description);
  return {
    id: template.id,
    label: withOrganization ? `${name} · ${organization}` : name,
    about,
    words: [name, sanitiseLine(template.name), about, organization],
  };
}
