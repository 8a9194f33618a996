import type { ChatModel } from "../../src/ports/chat-model.ts";
import { difficultyOf, HARD_FROM } from "./difficulty.ts";

/**
 * Gives hard questions to one model and all else to another: `hard` and `routine` are usually the same two models, each
 * behind the other as its stand-in. Its state is that of the one for routine questions, which most people meet.
 */
export function createRoutedChatModel(models: {
  readonly routine: ChatModel;
  readonly hard: ChatModel;
}): ChatModel {
  const { routine, hard } = models;
  return {
    status: () => routine.status(),
    generate: (request, call) => {
      const isHard = request.hints !== undefined && difficultyOf(request.hints) >= HARD_FROM;
      return (isHard ? hard : routine).generate(request, call);
    },
  };
}
