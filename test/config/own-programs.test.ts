import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config-file.ts';
import { settingsFaults, settingsFrom, withoutFaultyFields } from '../../src/config/settings.ts';

const file = (value: unknown) => parseConfig('/config.jsonc', JSON.stringify(value));

const faults = (value: unknown): readonly string[] =>
  settingsFaults(file(value), () => []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('hooks', () => {
  it('have a program, and defaults', () => {
    const hooks = [
      { on: 'needs-you', run: ['notify', '{title}'] },
      { on: 'phase', phases: ['failed'], run: 'echo "$TASKDECK_NAME"', timeout: 60 },
    ];
    expect(settingsFrom(file({ hooks })).hooks).toEqual([
      { on: 'needs-you', phases: [], program: { kind: 'argv', argv: ['notify', '{title}'] }, timeout: 10 },
      {
        on: 'phase',
        phases: ['failed'],
        program: { kind: 'shell', line: 'echo "$TASKDECK_NAME"' },
        timeout: 60,
      },
    ]);
  });

  it('with faults are reported by field', () => {
    expect(
      faults({
        hooks: [
          { on: 'phases', run: 'x' },
          { on: 'phase', phases: ['broken'], run: 'x', timeout: 0 },
          { on: 'needs-you', phases: ['idle'], run: 'x' },
          { on: 'phase' },
          { on: 'phase', run: 'x', tiemout: 3 },
        ],
      }),
    ).toEqual([
      'hooks.0.on: must be "phase" or "needs-you"',
      expect.stringMatching(/^hooks\.1\.phases\.0: must be one of queued, /u),
      'hooks.1.timeout: must be a number of seconds from 1 to 600',
      'hooks.2.phases: belongs to "on": "phase"',
      expect.stringMatching(/^hooks\.3\.run: must be a program/u),
      'hooks.4.tiemout: is not a setting. Did you mean "timeout"?',
    ]);
    expect(faults({ hooks: {} })).toEqual(['hooks: must be a list of hooks: [{ "on": …, "run": … }]']);
  });
});

describe('commands', () => {
  it('have a name and a program, and defaults', () => {
    const commands = [{ name: 'Look', run: ['look', '{id}'] }];
    expect(settingsFrom(file({ commands })).commands).toEqual([
      {
        key: null,
        name: 'Look',
        program: { kind: 'argv', argv: ['look', '{id}'] },
        in: null,
        output: 'none',
        confirm: false,
        timeout: 60,
      },
    ]);
  });

  it('with faults are reported by field', () => {
    expect(
      faults({
        commands: [
          { name: ' ', run: 'x' },
          { name: 'x'.repeat(35), run: 'x' },
          { name: 'A', run: 'x', in: 'home', output: 'popup', confirm: 1, timeout: 9_999 },
          { name: 'A', run: 'x' },
          { name: 'B', run: ['{title}'] },
        ],
      }),
    ).toEqual([
      'commands.0.name: must be a name of 1 to 34 columns',
      'commands.1.name: must be a name of 1 to 34 columns',
      'commands.2.in: must be "directory", that of the task',
      'commands.2.output: must be one of "none", "notice", "pager", "terminal"',
      'commands.2.confirm: must be true or false',
      'commands.2.timeout: must be a number of seconds from 1 to 3600',
      'commands.4.run: must begin with a program: a value of a task is never run',
    ]);
    const twice = [
      { name: 'A', run: 'x' },
      { name: 'A', run: 'y' },
    ];
    expect(faults({ commands: twice })).toEqual(['commands.1.name: is the name of another command']);
  });

  it('without faults apply beside one with a fault, which keeps all but its key', () => {
    const config = file({
      commands: [
        { name: 'A', run: 'x {title}' },
        { key: 'p', name: 'B', run: 'x' },
        { key: 'alt+c', name: 'C', run: 'x' },
      ],
    });
    const keyFaults = () => [{ path: ['commands', 1, 'key'], message: 'already belongs to "pause"' }];
    const found = settingsFaults(config, keyFaults);
    expect(found.map(({ path }) => path.join('.'))).toEqual(['commands.0.run', 'commands.1.key']);
    const { commands } = settingsFrom(withoutFaultyFields(config, found));
    expect(commands.map(({ name, key }) => [name, key])).toEqual([
      ['B', null],
      ['C', 'alt+c'],
    ]);
  });
});
