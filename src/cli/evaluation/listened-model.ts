import { answerAfter, type ChatModel } from "../../ports/chat-model.ts";

/** A chat model that remembers what it was asked and what it wrote. */
export interface ListenedModel extends ChatModel {
  /** What was written in a conversation, before any check; the last comes last. */
  written(conversationKey: string): readonly string[];
  /** Prompts of a conversation, as one text. */
  prompt(conversationKey: string): string;
}

/** Listens to a chat model. What it writes beside answers (summaries, rewrites) is nobody's to read and is not kept. */
export function listenTo(model: ChatModel): ListenedModel {
  const written = new Map<string, string[]>();
  const prompts = new Map<string, string>();
  return {
    status: () => model.status(),
    async *generate(request, call) {
      const { conversationKey: key, messages, hints } = request;
      const prompt = messages.map(({ text }) => text).join("\n");
      prompts.set(key, `${prompts.get(key) ?? ""}\n${prompt}`);
      let text = "";
      for await (const event of model.generate(request, call)) {
        text = answerAfter(text, event);
        yield event;
      }
      if (hints !== undefined) written.set(key, [...(written.get(key) ?? []), text]);
    },
    written: (key) => written.get(key) ?? [],
    prompt: (key) => prompts.get(key) ?? "",
  };
}
