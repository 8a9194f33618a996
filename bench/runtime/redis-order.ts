import { z } from "zod";

/** What the benchmark tells a child process to do. */
export const childOrderSchema = z.object({
  role: z.enum(["producer", "worker"]),
  /** The store's calls alone, or the whole engine. */
  part: z.enum(["store", "engine"]),
  url: z.string(),
  keyPrefix: z.string(),
  conversations: z.number(),
  messages: z.number(),
  /** So many messages before these, which do not count: the processes have then compiled what they run. */
  warmUp: z.number(),
  /** Messages per second, null for as fast as it goes. */
  rate: z.number().nullable(),
  concurrency: z.number(),
});
export type ChildOrder = z.infer<typeof childOrderSchema>;

export const childReportSchema = z.discriminatedUnion("type", [
  /** A worker waits for messages, and has forgotten those of the warm-up once the parent says "go". */
  z.object({ type: z.literal("ready") }),
  /** The producer has sent its warm-up and waits for the parent's "go". */
  z.object({ type: z.literal("warm") }),
  z.object({ type: z.literal("handled"), count: z.number() }),
  z.object({ type: z.literal("sent"), startedAt: z.number() }),
  z.object({
    type: z.literal("done"),
    endedAt: z.number(),
    /** Processor time since "go". */
    cpuMs: z.number(),
    latenciesMs: z.array(z.number()),
  }),
]);
/** What a child process tells; times are milliseconds of the machine's monotonic clock. */
export type ChildReport = z.infer<typeof childReportSchema>;
