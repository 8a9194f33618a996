import { onAbort } from "./abort.ts";
import type { OpenedChat } from "./chat-scope.ts";

const EVERY_MS = 400;

/** Follows a chat model that is being loaded, and tells once when it turns out that it cannot be used. */
export function watchModel(
  { app, call }: Pick<OpenedChat, "app" | "call">,
  onAway: (reason: string) => void,
): void {
  let isAsking = false;
  const look = async (): Promise<void> => {
    const { chatModel } = await app.status(call);
    if (call.signal.aborted || chatModel?.state === "starting") return;
    clearInterval(timer);
    if (chatModel?.state === "unavailable") onAway(chatModel.reason ?? "");
  };
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    look()
      .catch(() => clearInterval(timer)) // the owner went away: the chat says so itself
      .finally(() => {
        isAsking = false;
      });
  }, EVERY_MS);
  onAbort(call.signal, () => clearInterval(timer));
}
