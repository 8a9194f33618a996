import type { ChatHistoryItem, LlamaModel, LlamaText, Token } from "node-llama-cpp";
import type { ChatWrapperName } from "../../model-file.ts";
import type { GenerateRequest } from "../protocol.ts";
import { createChatWrapper, type TemplateDeadlines } from "./chat-wrapper.ts";
import { type StopTriggers, stopTriggers } from "./stop-triggers.ts";
import { createTextTokenizer } from "./text-tokens.ts";
import { thoughtFormat } from "./thought-format.ts";

/** A conversation as a model reads it. */
export interface Prompt extends StopTriggers {
  readonly tokens: Token[];
  /** The thought is already open where the answer begins. */
  readonly startsThinking: boolean;
  /** So many tokens at its start are those of the system prompt, whatever comes after it; 0 without one. */
  readonly systemTokens: number;
}

/** Writes conversations in a model's own format. */
export interface ChatTemplate {
  /** Token or tokens that end a thought, and the same as text. */
  readonly closeThought: readonly Token[];
  readonly closeText: string;
  /** The token that begins a thought; null when the model has none. */
  readonly openThought: Token | null;
  /** @param options.mayThink false: the prompt says that the thought is over, where the model can think at all */
  prompt(messages: GenerateRequest["messages"], options: { readonly mayThink: boolean }): Prompt;
}

/** System prompts whose length in tokens is remembered. */
const REMEMBERED_SYSTEMS = 32;

/**
 * The format of a model, resolved once: resolving the Jinja template of the file costs up to 400 ms of CPU each time.
 * @param name pinned in the catalog; null: told from the file's template, ChatML where it has none
 */
export function createChatTemplate(
  model: LlamaModel,
  name: ChatWrapperName | null,
  deadlines?: TemplateDeadlines,
): ChatTemplate {
  const { tokenizer } = model;
  const wrapper = createChatWrapper(model, name, deadlines);
  const isSpecial = (token: Token): boolean => {
    const attributes = model.getTokenAttributes(token);
    return attributes.control || attributes.userDefined;
  };
  const tokenOf = (text: string): Token | null => {
    const [token, ...others] = tokenizer(text, true);
    return token !== undefined && others.length === 0 ? token : null;
  };
  const thought = thoughtFormat(wrapper, (text) => tokenOf(text) !== null);
  const openThought = tokenOf(thought.open);
  // A wrapper may know of thoughts and the model behind it not.
  const [firstToken] = tokenizer(thought.open, true);
  const canThink = firstToken !== undefined && isSpecial(firstToken);
  const special = (text: string): Token[] => tokenizer(text, true, "trimLeadingSpace");
  const tokenizeText = createTextTokenizer<Token>({
    tokenize: (text, options) => tokenizer(text, false, options),
    spellingOf: (token) => tokenizer.detokenize([token], true).trim(),
    isSpecial,
  });

  const tokenize = (text: LlamaText): Token[] => {
    const tokens: Token[] = [];
    for (const value of text.values) {
      const hasContent = tokens.length > 0;
      if (typeof value === "string") {
        tokens.push(...tokenizeText(value, hasContent ? "trimLeadingSpace" : undefined));
      } else {
        tokens.push(...value.tokenize(tokenizer, hasContent));
      }
    }
    return tokens;
  };

  const tokensOf = (messages: GenerateRequest["messages"]): readonly Token[] =>
    tokenize(wrapper.generateContextState({ chatHistory: historyOf(messages) }).contextText);
  const systems = new Map<string, number>();
  /** What two conversations with the same system prompt and nothing else in common begin with. */
  const systemTokens = (messages: GenerateRequest["messages"]): number => {
    const [system] = messages;
    if (system?.role !== "system") return 0;
    let length = systems.get(system.text);
    if (length === undefined) {
      const [one = [], other = []] = ["a", "1"].map((text) =>
        tokensOf([system, { role: "user", text }]),
      );
      length = one.findIndex((token, index) => token !== other[index]);
      systems.set(system.text, Math.max(0, length));
      const oldest = systems.keys().next();
      if (systems.size > REMEMBERED_SYSTEMS && oldest.done !== true) systems.delete(oldest.value);
    }
    return Math.max(0, length);
  };

  return {
    closeThought: special(thought.close),
    closeText: thought.close,
    openThought,
    prompt: (messages, { mayThink }) => {
      const state = wrapper.generateContextState({ chatHistory: historyOf(messages) });
      const tokens = tokenize(state.contextText);
      if (canThink && !mayThink) {
        tokens.push(...special(thought.none));
      } else if (typeof thought.opening === "object") {
        tokens.push(...special(String(thought.opening.prefix)));
      }
      return {
        tokens,
        startsThinking: mayThink && thought.opening !== "by-model",
        systemTokens: systemTokens(messages),
        ...stopTriggers(state.stopGenerationTriggers, tokenizer),
      };
    },
  };
}

function historyOf(messages: GenerateRequest["messages"]): ChatHistoryItem[] {
  const history = messages.map(({ role, text }): ChatHistoryItem => {
    if (role === "assistant") return { type: "model", response: [text] };
    return { type: role, text };
  });
  return [...history, { type: "model", response: [] }];
}
