import { request as httpRequest, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { FrontdeskError, isFrontdeskError, systemErrorCode } from "../core/index.ts";
import { fromWireError, RPC_VERSION_HEADER, wireErrorSchema, wireLineSchema } from "./wire.ts";

/** Calls the methods of an application that another process runs. */
export interface RpcClient {
  /** @throws FrontdeskError as the other side threw it; `not_running` when it went away */
  unary(method: string, args: unknown, signal: AbortSignal): Promise<unknown>;
  /** The events of a stream; ends with it. `onReady` is called when a subscription stands. */
  stream(
    method: string,
    args: unknown,
    signal: AbortSignal,
    onReady?: () => void,
  ): AsyncIterable<unknown>;
}

function lost(error: unknown): FrontdeskError {
  return new FrontdeskError(
    "not_running",
    "The Frontdesk process that owns this data directory has gone away; start it again.",
    { cause: error, retryable: true },
  );
}

function translate(error: unknown, signal: AbortSignal): Error {
  const cause: unknown = signal.aborted ? signal.reason : error;
  const isOurs = signal.aborted || isFrontdeskError(error) || systemErrorCode(error) === null;
  if (cause instanceof Error && isOurs) return cause;
  return lost(cause);
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

/** Reaches the owner of a data directory through its socket. */
export function createRpcClient(options: {
  readonly socketPath: string;
  readonly version: string;
}): RpcClient {
  const open = (method: string, args: unknown, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(args ?? {});
      const outgoing = httpRequest({
        socketPath: options.socketPath,
        path: `/rpc/${method}`,
        method: "POST",
        signal,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          [RPC_VERSION_HEADER]: options.version,
        },
      });
      outgoing.once("response", resolve);
      outgoing.once("error", (error) => reject(translate(error, signal)));
      outgoing.end(body);
    });

  const fail = async (response: IncomingMessage): Promise<never> => {
    const parsed: unknown = JSON.parse(await readText(response));
    const error = typeof parsed === "object" && parsed !== null && "error" in parsed;
    throw fromWireError(
      wireErrorSchema.parse(
        error ? parsed.error : { code: "internal", message: "", retryable: false },
      ),
    );
  };

  return {
    async unary(method, args, signal) {
      const response = await open(method, args, signal);
      if (response.statusCode !== 200) return fail(response);
      const parsed: unknown = JSON.parse(
        await readText(response).catch((error: unknown) => {
          throw translate(error, signal);
        }),
      );
      return typeof parsed === "object" && parsed !== null && "result" in parsed
        ? parsed.result
        : null;
    },
    async *stream(method, args, signal, onReady) {
      const response = await open(method, args, signal);
      if (response.statusCode !== 200) await fail(response);
      response.once("error", () => {});
      const lines = createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY });
      try {
        for await (const line of lines) {
          if (line === "") continue;
          const parsed = wireLineSchema.parse(JSON.parse(line));
          if ("error" in parsed) throw fromWireError(parsed.error);
          if ("end" in parsed) return;
          if ("ready" in parsed) onReady?.();
          else yield parsed.event;
        }
        throw lost(null);
      } catch (error) {
        throw translate(error, signal);
      } finally {
        lines.close();
        response.destroy();
      }
    },
  };
}
