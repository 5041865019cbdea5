import { Box, Text } from 'ink';
import { saveTranscript } from '../../commands/export-transcript.ts';
import { confirmSearch, updateSearch } from '../../commands/transcript-search.ts';
import { displayWidth } from '../../domain/text/width.ts';
import type { State } from '../../store/state.ts';
import { useAppContext } from '../hooks/app-context.ts';
import { TextField } from '../widgets/text-field.tsx';

export interface DetailFieldProps {
  readonly state: State;
  readonly width: number;
  /** The row in the pane. */
  readonly top: number;
  /** The position on the screen. */
  readonly x: number;
  readonly y: number;
}

/** The field below the transcript for a search or a file name. */
export function DetailField({ state, width, top, x, y }: DetailFieldProps) {
  const { context, theme } = useAppContext();
  const { store } = context;
  const { overlay, transcriptSearch } = state.view;
  const place = (label: string) => ({
    width: Math.max(1, width - displayWidth(label) - 1),
    x: x + displayWidth(label),
    y,
  });
  const field = () => {
    if (overlay?.kind === 'search') {
      const label = ' search ';
      return (
        <>
          <Text>{theme.accent(label)}</Text>
          <TextField
            {...place(label)}
            label="search>"
            value={transcriptSearch?.text ?? ''}
            onChange={(text) => updateSearch(context, text)}
            onSubmit={() => confirmSearch(context)}
          />
        </>
      );
    }
    if (overlay?.kind !== 'save') return null;
    const label = ' save as ';
    return (
      <>
        <Text>{theme.accent(label)}</Text>
        <TextField
          {...place(label)}
          label="save as>"
          value={overlay.name}
          placeholder="a file name"
          onChange={(name) => store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, name } })}
          onSubmit={() => {
            store.dispatch({ type: 'overlay-closed' });
            void saveTranscript(context, overlay);
          }}
        />
      </>
    );
  };
  return (
    <Box position="absolute" marginLeft={1} marginTop={top} width={width} height={1} overflow="hidden">
      {field()}
    </Box>
  );
}
