import { describe, expect, it } from 'vitest';
import {
  argvOf,
  parseProgram,
  type TaskValues,
  taskEnvironmentOf,
} from '../../src/domain/configured-program.ts';

const values: TaskValues = {
  id: 'i',
  name: '$(id)',
  title: '"; rm -rf ~; "\n\0x',
  owner: 'ada',
  kind: 'task',
  url: 'https://coder.example.com/tasks/ada/i',
  link: '',
  dir: '/work/a b',
  phase: 'idle',
  message: 'm',
  question: '',
};

const argv = (value: unknown): readonly string[] => {
  const parsed = parseProgram(value);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return argvOf(parsed.program, values);
};

describe('a program of the settings', () => {
  it('gets each value as one argument, however hostile it is', () => {
    expect(argv(['echo', '{name}', '{title}', '{dir}', '{link}', 'x{y}', '--'])).toEqual([
      'echo',
      '$(id)',
      '"; rm -rf ~; "\nx',
      '/work/a b',
      '',
      'x{y}',
      '--',
    ]);
  });

  it('as a line for the shell gets no value in the line', () => {
    expect(argv('echo "$TASKDECK_NAME" {a,b} {nam} | cat')).toEqual([
      '/bin/sh',
      '-c',
      'echo "$TASKDECK_NAME" {a,b} {nam} | cat',
    ]);
  });

  it('has the values in its environment', () => {
    expect(taskEnvironmentOf(values)).toMatchObject({
      TASKDECK_NAME: '$(id)',
      TASKDECK_DIR: '/work/a b',
      TASKDECK_URL: 'https://coder.example.com/tasks/ada/i',
    });
  });

  it.each([
    [
      ['echo', 'x {name}'],
      'has {name} inside a longer argument. Make it an argument of its own, or read TASKDECK_NAME',
    ],
    [['sh', '-c', 'echo {title}'], 'has {title} inside a longer argument'],
    [['echo', '{nam}'], 'has {nam}, which is none of {id} {name} {title}'],
    [['{name}'], 'must begin with a program: a value of a task is never run'],
    ['echo {name}', 'has {name} in a line for the shell, where it is not replaced. Write "$TASKDECK_NAME"'],
    [[], 'must be a program and its arguments'],
    ['', 'must be a program and its arguments'],
    [['a\0'], 'must be a program and its arguments'],
    [['a', 1], 'must be a program and its arguments'],
    [{}, 'must be a program and its arguments'],
  ])('%j is refused', (value, fault) => {
    expect(parseProgram(value)).toEqual({ fault: expect.stringContaining(fault) });
  });
});
