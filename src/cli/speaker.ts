import { userInfo } from "node:os";
import { z } from "zod";
import type { Speaker } from "../ports/application.ts";

/** The person at this terminal, or the one named by `--user`. */
export function terminalSpeaker(options: {
  readonly user: string | undefined;
  readonly groups: readonly string[];
}): Speaker {
  if (options.user !== undefined) {
    return {
      platform: "console",
      userId: options.user,
      displayName: options.user,
      groups: options.groups,
    };
  }
  return { platform: "console", userId: "local", displayName: loginName(), groups: options.groups };
}

function loginName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null; // a container may run under a user id without a name
  }
}

const speakerOptions = z.object({
  user: z.string().optional(),
  group: z.array(z.string()).default([]),
});

/** The speaker that `--user` and `--group` name. */
export function speakerOf(options: unknown): Speaker {
  const { user, group } = speakerOptions.parse(options);
  return terminalSpeaker({ user, groups: group });
}
