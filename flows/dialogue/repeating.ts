import type { Incoming, LastReply } from "./context.ts";

/** Whether what was said last may be said again to whoever reads now: in private to whom it was said, elsewhere when it was made for such readers. */
export function mayRepeat(last: LastReply, { principal, audience }: Incoming): boolean {
  if (audience.kind === "private") return last.author === principal.userId;
  const { madeFor } = last;
  if (madeFor?.kind !== "shared") return false;
  return madeFor.visible.every((one) => one === "public" || audience.visible.includes(one));
}
