import { Refusal } from './refusal.ts';
import { MODEL_ID, ORGANIZATION_ID } from './state.ts';

const ANTHROPIC = 'a7a7a7a7-0000-4000-8000-000000000001';
const OPENAI = 'a7a7a7a7-0000-4000-8000-000000000002';
const LOCAL = 'a7a7a7a7-0000-4000-8000-000000000003';

const model = (id: string, provider: string, name: string, displayName: string, more: object = {}) => ({
  id,
  organization_id: ORGANIZATION_ID,
  ai_provider_id: provider,
  model: name,
  display_name: displayName,
  enabled: true,
  is_default: false,
  context_limit: 200_000,
  compression_threshold: 70,
  reasoning_efforts: ['low', 'medium', 'high'],
  ...more,
});

/** A default model, one without efforts, a disabled one, and one of a provider without a key. */
export const MODELS = [
  model(MODEL_ID, ANTHROPIC, 'claude-sonnet-5', 'Sonnet', { is_default: true }),
  model('e5e5e5e5-0000-4000-8000-000000000006', ANTHROPIC, 'claude-opus-5', 'Opus'),
  model('e5e5e5e5-0000-4000-8000-000000000007', OPENAI, 'gpt-6', 'GPT 6', { reasoning_efforts: [] }),
  model('e5e5e5e5-0000-4000-8000-000000000008', OPENAI, 'gpt-5', 'GPT 5', { enabled: false }),
  model('e5e5e5e5-0000-4000-8000-000000000009', LOCAL, 'llama-5', 'Llama 5'),
];

const provider = (id: string, type: string, displayName: string, unavailable: string | null = null) => ({
  id,
  type,
  display_name: displayName,
  icon: '',
  enabled: true,
  has_api_key: unavailable === null,
  has_user_api_key: false,
  has_effective_api_key: unavailable === null,
  allow_user_api_key: unavailable === 'user_api_key_required',
  available: unavailable === null,
  ...(unavailable !== null && { unavailable_reason: unavailable }),
});

export const PROVIDERS = [
  provider(ANTHROPIC, 'anthropic', 'Anthropic'),
  provider(OPENAI, 'openai', 'OpenAI'),
  provider(LOCAL, 'openai-compat', 'Our own', 'missing_api_key'),
];

/** `model_config_id` of a request: undefined when it is absent. Throws 400 for an unknown or disabled model. */
export function modelOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!MODELS.some(({ id, enabled }) => id === value && enabled))
    throw new Refusal(400, 'Invalid model_config_id: not found or disabled.');
  return value as string;
}
