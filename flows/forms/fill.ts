import type { Language } from "../../src/core/index.ts";
import { defuse } from "../answer/defuse.ts";
import { cleanLine, matchable } from "../language/index.ts";
import { textsIn } from "../texts/index.ts";
import { readCorrection } from "../understand/correction.ts";
import { bare } from "../understand/phrases.ts";
import { NO, YES } from "../understand/small-talk.ts";
import { type Form, fillIn, type Slot } from "./form.ts";

/** How far a form is. JSON. */
export interface FormState {
  readonly values: Readonly<Record<string, string>>;
  /** The slot that was asked for last; null before the first. */
  readonly asked: string | null;
  /** Messages that held nothing for it. */
  readonly tries: number;
  readonly isConfirming: boolean;
}

/** A form at its beginning. */
export const EMPTY_FORM: FormState = { values: {}, asked: null, tries: 0, isConfirming: false };

/** What is to be done next. */
export type FormStep =
  | {
      readonly type: "ask";
      readonly state: FormState;
      readonly text: string;
      readonly options: readonly string[];
    }
  | { readonly type: "complete"; readonly values: Readonly<Record<string, string>> }
  | { readonly type: "cancelled" }
  | { readonly type: "stuck" };

/** What a message says for a slot; null when nothing. */
function readSlot(slot: Slot, text: string): string | null {
  const line = cleanLine(text);
  if (slot.oneOf !== undefined) {
    const said = matchable(text);
    const held = slot.oneOf.filter((choice) => said.includes(choice.toLowerCase()));
    const numbered = slot.oneOf[Number(bare(said)) - 1];
    return held.length === 1 ? (held[0] ?? null) : (numbered ?? null);
  }
  if (slot.pattern === undefined) return line === "" ? null : line.slice(0, 300);
  const found = new RegExp(slot.pattern, "iu").exec(line);
  return found === null ? null : (found[1] ?? found[0]);
}

/** Without a pattern any words would fit: such a slot is only filled when it was asked for. */
function mayVolunteer(slot: Slot): boolean {
  return slot.pattern !== undefined || slot.oneOf !== undefined;
}

/** "No, I meant A-1234" takes the place of what was said before; other words never do. */
function withValues(form: Form, state: FormState, text: string): FormState {
  const meant = readCorrection(cleanLine(text));
  const found = Object.entries(form.slots).flatMap(([name, slot]) => {
    const isKnown = state.values[name] !== undefined;
    if (isKnown && meant === null) return [];
    if ((isKnown || state.asked !== name) && !mayVolunteer(slot)) return [];
    const value = readSlot(slot, meant ?? text);
    return value === null ? [] : [[name, value] as const];
  });
  return { ...state, values: { ...state.values, ...Object.fromEntries(found) } };
}

function ask(slot: Slot, language: Language, state: FormState, text?: string): FormStep {
  return { type: "ask", state, text: text ?? slot.ask[language], options: slot.oneOf ?? [] };
}

function confirmOrComplete(form: Form, state: FormState, language: Language): FormStep {
  if (form.confirm === undefined) return { type: "complete", values: state.values };
  const text = fillIn(form.confirm[language], state.values, (value) => defuse(value, []));
  const { yes, no } = textsIn(language);
  const asking = { ...state, asked: null, tries: 0, isConfirming: true };
  return { type: "ask", state: asking, text, options: [yes, no] };
}

const MOST_CONFIRMATIONS = 3;

/** Whether something that was known already has another value now. */
function isCorrected(before: FormState, after: FormState): boolean {
  return Object.entries(before.values).some(([name, value]) => after.values[name] !== value);
}

function readConfirmation(
  form: Form,
  state: FormState,
  { text, language }: { readonly text: string; readonly language: Language },
): FormStep {
  const phrase = bare(matchable(text));
  if (phrase === "1" || YES.test(phrase)) return { type: "complete", values: state.values };
  const mended = withValues(form, state, text);
  if (isCorrected(state, mended)) return confirmOrComplete(form, mended, language);
  if (phrase === "2" || NO.test(phrase)) return { type: "cancelled" };
  const tries = state.tries + 1;
  if (tries >= MOST_CONFIRMATIONS) return { type: "stuck" };
  const again = confirmOrComplete(form, state, language);
  return again.type === "ask" ? { ...again, state: { ...again.state, tries } } : again;
}

/** Whether a message answers what the form waits for. */
export function fitsForm(form: Form, state: FormState, text: string): boolean {
  if (isCorrected(state, withValues(form, state, text))) return true;
  if (state.isConfirming) {
    const phrase = bare(matchable(text));
    return /^[12]$/u.test(phrase) || YES.test(phrase) || NO.test(phrase);
  }
  const slot = state.asked === null ? undefined : form.slots[state.asked];
  return slot !== undefined && readSlot(slot, text) !== null;
}

/** Takes what a message says and tells what is to be done next; pure. */
export function fillForm(
  form: Form,
  state: FormState,
  said: { readonly text: string; readonly language: Language },
): FormStep {
  if (state.isConfirming) return readConfirmation(form, state, said);
  const filled = withValues(form, state, said.text);
  const [missing] = Object.entries(form.slots).filter(
    ([name]) => filled.values[name] === undefined,
  );
  if (missing === undefined) return confirmOrComplete(form, filled, said.language);
  const [name, slot] = missing;
  if (state.asked !== name) return ask(slot, said.language, { ...filled, asked: name, tries: 0 });
  if (isCorrected(state, filled)) return ask(slot, said.language, filled);
  const tries = state.tries + 1;
  if (tries >= slot.tries) return { type: "stuck" };
  return ask(slot, said.language, { ...filled, tries }, slot.wrong?.[said.language]);
}
