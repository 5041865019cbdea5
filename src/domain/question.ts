/**
 * Something that waits for the choice of the user. All texts are untrusted. Several questions that were asked together are
 * answered one after another, and sent as one message.
 */
export interface Question {
  /** Unique in its task: another question has another id. */
  readonly id: string;
  readonly kind: QuestionKind;
  /** A word or two about the subject; empty for none. */
  readonly header: string;
  readonly text: string;
  /** The changes or files that a permission is about, in lines. Missing: the text says all. */
  readonly detail?: string;
  /** At most 9, which the digits choose from 1 on. */
  readonly options: readonly QuestionOption[];
  /** Whether other words than the options are an answer. */
  readonly takesText: boolean;
  /** Its place among the questions that were asked together, from 0. */
  readonly index: number;
  readonly count: number;
}

type QuestionKind =
  /** One of several answers. */
  | 'choice'
  /** Whether the agent implements its plan. */
  | 'plan'
  /** Whether the agent may use a tool. */
  | 'permission'
  /** A menu that a terminal program shows. */
  | 'menu';

export interface QuestionOption {
  readonly label: string;
  /** Empty for none. */
  readonly description: string;
  /** Of a permission request. Missing: the option is only an answer. */
  readonly effect?: PermissionEffect;
  /** The agent's id of an option of a permission request. Missing: the option cancels the request. */
  readonly optionId?: string;
}

/** The effect of an option of a permission request; `other` is a kind that this version does not know. */
export type PermissionEffect =
  | 'allow_once'
  | 'allow_always'
  | 'reject_once'
  | 'reject_always'
  | 'cancel'
  | 'other';

/** The question in one line, without its options: `Auth: Which flow?`. Empty when it has no words. Untrusted text. */
export const questionText = ({ header, text, kind }: Question): string =>
  kind === 'plan' ? text : [header, text].filter(Boolean).join(': ');

/** The options with the digits that choose them: `1 OIDC · 2 SAML`; empty without options. Untrusted text. */
export const optionsText = ({ options }: Question): string =>
  options.map(({ label }, index) => `${index + 1} ${label}`).join(' · ');
