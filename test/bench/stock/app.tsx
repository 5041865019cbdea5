// Baseline: the same two panes as an Ink program without tuning. Ink's defaults, Box and Text everywhere;
// draws only the rows that fit. node app.mjs TASKS LINES [SECONDS-PER-CHANGE]
import { Box, render, Text, useApp, useInput, useWindowSize } from 'ink';
import { useEffect, useState } from 'react';
import { conversation, stateOf, titleOf } from '../content.ts';

const tasks = Number(process.argv[2]);
const lines = Number(process.argv[3]);
const every = Number(process.argv[4] ?? 0);

const COLORS: Record<string, string> = { idle: 'yellow', complete: 'green', failure: 'red' };
const GLYPHS: Record<string, string> = { idle: '●', complete: '✔', failure: '✖' };

function Row({ index, selected, width }: { index: number; selected: boolean; width: number }) {
  const state = stateOf(index);
  return (
    <Box width={width} height={1} flexShrink={0}>
      <Text color={COLORS[state]}>{GLYPHS[state]} </Text>
      <Box flexGrow={1}>
        <Text inverse={selected} wrap="truncate">
          {titleOf(index)}
        </Text>
      </Box>
      <Box flexShrink={0}>
        <Text color={COLORS[state]}> {state.padEnd(9)}</Text>
        <Text dimColor>3d</Text>
      </Box>
    </Box>
  );
}

function App() {
  const { columns, rows } = useWindowSize();
  const { exit } = useApp();
  const [selected, select] = useState(0);
  const [draft, write] = useState('');
  const [writing, setWriting] = useState(false);
  const [seconds, count] = useState(0);
  useEffect(() => {
    if (every === 0) return;
    const timer = setInterval(() => count((n) => n + 1), every * 1_000);
    return () => clearInterval(timer);
  }, []);
  useInput((input, key) => {
    if (key.escape) setWriting(false);
    else if (writing) write((text) => text + input);
    else if (input === 'q') exit();
    else if (input === 'i') setWriting(true);
    else if (key.downArrow) select((at) => Math.min(tasks - 1, at + 1));
    else if (key.upArrow) select((at) => Math.max(0, at - 1));
  });
  const height = rows - 5;
  const left = Math.floor(columns * 0.45);
  const top = Math.max(0, Math.min(selected - Math.floor(height / 2), tasks - height));
  const shown = Array.from({ length: Math.min(height, tasks) }, (_, n) => top + n);
  const text = linesOf(selected).slice(-(height - 1));
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Box justifyContent="space-between">
        <Text bold> taskdeck 127.0.0.1</Text>
        <Text>{tasks} tasks</Text>
        <Text color="green">live </Text>
      </Box>
      <Box height={height + 2} flexShrink={0}>
        <Box borderStyle="single" width={left} flexDirection="column">
          {shown.map((index) => (
            <Row key={index} index={index} selected={index === selected} width={left - 2} />
          ))}
        </Box>
        <Box borderStyle="single" flexGrow={1} flexDirection="column">
          <Text bold wrap="truncate">
            {titleOf(selected)} {every === 0 ? '' : seconds}
          </Text>
          {text.map((line) => (
            <Text key={line} wrap="truncate">
              {line}
            </Text>
          ))}
        </Box>
      </Box>
      <Box flexShrink={0}>
        <Text color="cyan"> ❯ </Text>
        <Text>{draft === '' ? 'answer…' : draft}</Text>
      </Box>
      <Text dimColor> ↑↓ move i answer q quit</Text>
    </Box>
  );
}

const known = new Map<number, readonly string[]>();
function linesOf(index: number): readonly string[] {
  let text = known.get(index);
  if (text === undefined) {
    text = conversation(index, lines, lines, 0).flatMap(({ content }) => content.split('\n'));
    known.set(index, text);
  }
  return text;
}

render(<App />, { alternateScreen: true });
