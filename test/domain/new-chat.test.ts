import { describe, expect, it } from 'vitest';
import { BackendError, type BackendErrorKind } from '../../src/domain/errors.ts';
import { chatFieldErrors } from '../../src/domain/new-chat.ts';
import { mayChangeWorkspace, newWorkspaceName } from '../../src/domain/workspace.ts';

const error = (message: string, kind: BackendErrorKind = 'invalid', detail?: string): BackendError =>
  new BackendError({ kind, message, tookEffect: 'no', ...(detail !== undefined && { detail }) });

describe('the field of a rejected chat', () => {
  it.each([
    ['Invalid model_config_id: not found or disabled.', 'model'],
    ['No chat model is available in this organization.', 'model'],
    ['Invalid reasoning_effort value.', 'effort'],
    ['Invalid plan_mode value.', 'plan'],
    ['Workspace not found or you do not have access to this resource', 'workspace'],
    ['Workspace does not belong to the specified organization.', 'workspace'],
    ['organization_id is required.', null],
    ['You are not a member of the specified organization.', 'organization'],
    ['Content is required.', null],
  ])('of “%s” is %s', (message, field) => {
    expect(chatFieldErrors(error(message))).toEqual(field === null ? {} : { [field]: message });
  });

  it('has the server’s detail, such as the allowed efforts', () => {
    expect(
      chatFieldErrors(error('Invalid reasoning_effort value.', 'invalid', 'Allowed: low, high.')),
    ).toEqual({
      effort: 'Invalid reasoning_effort value. Allowed: low, high.',
    });
  });

  it('is unknown for a fault of the server, and for a chat that may have been created', () => {
    expect(chatFieldErrors(error('The workspace service is down.', 'server'))).toEqual({});
    const doubtful = new BackendError({
      kind: 'invalid',
      message: 'Workspace not found',
      tookEffect: 'maybe',
    });
    expect(chatFieldErrors(doubtful)).toEqual({});
  });
});

it.each([
  ['docker', 'docker-a1b2c3'],
  ['Docker AI (new)', 'docker-ai-new-a1b2c3'],
  ['a-template-with-a-very-long-name-indeed', 'a-template-with-a-very-lo-a1b2c3'],
  ['日本', 'workspace-a1b2c3'],
])('a workspace of the template %s is called %s', (name, expected) => {
  expect(newWorkspaceName({ name }, 'a1b2c3')).toBe(expected);
  expect(expected.length).toBeLessThanOrEqual(32);
});

it.each([
  ['running', 'It is running.', true],
  ['stopped', true, 'It is stopped.'],
  ['starting', 'It is starting. Try again in a moment.', 'It is starting. Try again in a moment.'],
  ['deleted', 'It is deleted.', 'It is deleted.'],
  ['failed', true, true],
  ['unheard-of', true, true],
])('a workspace that is %s may be started: %s, and stopped: %s', (status, start, stop) => {
  expect(mayChangeWorkspace({ status }, 'start')).toBe(start);
  expect(mayChangeWorkspace({ status }, 'stop')).toBe(stop);
});
