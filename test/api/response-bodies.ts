/** Bodies like Coder's, with every field: a test overrides only what it checks. */

export const TASK_ID = '6c2b4e3a-0d51-4a3c-9a55-0c8e6f1b7d21';
export const TEMPLATE_VERSION_ID = '0b0f2f42-0c8c-4c1c-8d0f-2f3a8f9a3f10';
export const BUILD_ID = '0f3c1d7e-6a55-4cf0-8b53-3f0c3f5d9f77';
export const WORKSPACE_ID = '9d0f6b7c-57c4-4c55-9a46-0a1c2b3d4e5f';
export const AGENT_ID = '4f6f0ea2-5a3b-4c6b-8a3e-6a2b1c9d8e7f';
export const APP_ID = '2b8e7c1d-93f4-4f0a-b6d1-7c5e4a3b2d10';

export const task = (rest: Readonly<Record<string, unknown>> = {}) => ({
  id: TASK_ID,
  organization_id: '7c60d51f-b44e-4682-87d6-449835ea4de6',
  owner_id: '8a2f1a4c-2e07-4a4e-a4a8-3b8f0f0c9c11',
  owner_name: 'ada',
  owner_avatar_url: 'https://example.com/ada.png',
  name: 'fix-login-1f2e',
  display_name: 'Fix login redirect',
  template_id: 'c6d67e98-83ea-49f0-8812-e4abae2b68bc',
  template_version_id: TEMPLATE_VERSION_ID,
  template_name: 'docker-ai',
  template_display_name: 'Docker with AI',
  template_icon: '/icon/docker.png',
  workspace_id: WORKSPACE_ID,
  workspace_name: 'fix-login-1f2e',
  workspace_status: 'running',
  workspace_build_number: 3,
  workspace_agent_id: AGENT_ID,
  workspace_app_id: APP_ID,
  workspace_agent_lifecycle: 'ready',
  workspace_agent_health: { healthy: true },
  initial_prompt: 'Please fix the login redirect',
  status: 'active',
  current_state: {
    timestamp: '2026-03-04T10:05:06.123456Z',
    state: 'idle',
    message: 'Which branch should I target?',
    uri: '',
  },
  created_at: '2026-03-04T09:00:00Z',
  updated_at: '2026-03-04T10:00:00.5Z',
  ...rest,
});

export const build = (rest: Readonly<Record<string, unknown>> = {}) => ({
  id: BUILD_ID,
  build_number: 4,
  transition: 'stop',
  reason: 'task_manual_pause',
  status: 'pending',
  resources: [],
  deadline: null,
  job: { id: 'a', status: 'pending', queue_position: 0, queue_size: 0, created_at: '2026-03-04T10:00:00Z' },
  ...rest,
});

export const message = (id: number, type: string, content: string) => ({
  id,
  content,
  type,
  time: `2026-03-04T10:0${id}:00Z`,
});
