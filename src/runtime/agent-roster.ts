import { z } from "zod";
import type { Agent, AgentRoster } from "../ports/desk.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";

const PREFIX = "desk:agent:";
const MAX_AGENTS = 500;
const agentSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
}) satisfies z.ZodType<Agent>;

/**
 * Keeps who is at the desk in the installation's memory, for all processes.
 * @param options.forMs whoever does nothing for so long is taken to have left
 */
export function createAgentRoster(
  memory: KeyedMemory,
  options: { readonly forMs: number },
): AgentRoster {
  return {
    come: ({ id, name }) => memory.set(`${PREFIX}${id}`, { id, name }, options.forMs),
    leave: ({ id }) => memory.delete(`${PREFIX}${id}`),
    async present() {
      const found = await memory.list(PREFIX, MAX_AGENTS);
      return found
        .flatMap(({ value }): readonly Agent[] => {
          const parsed = agentSchema.safeParse(value);
          return parsed.success ? [parsed.data] : [];
        })
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}
