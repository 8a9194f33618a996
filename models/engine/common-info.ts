import type { EngineInfo } from "./protocol.ts";

/** What every role says of itself in the same way. */
export type CommonInfo = Pick<EngineInfo, "sha256" | "threads" | "gpu" | "loadMs">;
