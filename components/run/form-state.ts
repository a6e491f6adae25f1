/** What a form's action answered: why not, or what was done. */
export type FormState = { error: string | null; done: string | null };
export type FormAction = (before: FormState, form: FormData) => Promise<FormState>;

export const UNTOUCHED: FormState = { error: null, done: null };
