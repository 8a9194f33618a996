import type { ChatModel } from "../src/ports/chat-model.ts";

/**
 * Gives questions about a collection to the model that was trained for it, and everything else to the usual one.
 * @param adapted by collection; each is expected to have a stand-in of its own
 */
export function createAdaptedChatModel(
  usual: ChatModel,
  adapted: ReadonlyMap<string, ChatModel>,
): ChatModel {
  return {
    status: () => usual.status(),
    generate: (request, call) => {
      const collection = request.hints?.collection ?? null;
      const own = collection === null ? undefined : adapted.get(collection);
      return (own ?? usual).generate(request, call);
    },
  };
}
