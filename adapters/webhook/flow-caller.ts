import { type Dispatcher, request } from "undici";
import { errorMessage, FrontdeskError, isFrontdeskError, timeLimit } from "../../src/core/index.ts";
import type { FlowCaller, FlowResponse } from "../../src/ports/flow-caller.ts";
import { readAtMost } from "../shared/read-at-most.ts";

const MAX_BYTES = 256 * 1_024;

/** Asks other programs for flows; `dispatcherFor` decides by host what may be connected to. */
export function createFlowCaller(dispatcherFor: (host: string) => Dispatcher): FlowCaller {
  return {
    async call({ url, method, headers, body, timeoutMs, key }, { signal }) {
      const { host, hostname } = new URL(url);
      const limit = AbortSignal.any([signal, timeLimit(timeoutMs)]);
      try {
        const response = await request(url, {
          method,
          dispatcher: dispatcherFor(hostname),
          signal: limit,
          headers: {
            accept: "application/json",
            "user-agent": "Frontdesk",
            "idempotency-key": key,
            ...(body === null ? {} : { "content-type": "application/json" }),
            ...headers,
          },
          ...(body === null ? {} : { body: JSON.stringify(body) }),
        });
        return await readAnswer(host, response);
      } catch (error) {
        signal.throwIfAborted();
        if (isFrontdeskError(error)) throw error;
        const why = limit.aborted
          ? `not within ${timeoutMs} ms`
          : errorMessage(error).slice(0, 200);
        throw failed(`${host} does not answer (${why}).`, error);
      }
    },
  };
}

async function readAnswer(host: string, response: Dispatcher.ResponseData): Promise<FlowResponse> {
  const { statusCode: status } = response;
  if (status < 200 || status >= 300) {
    await response.body.dump().catch(() => {});
    return { status, body: null };
  }
  const bytes = await readAtMost(response.body, MAX_BYTES);
  if (bytes === null) throw failed(`${host} answers with more than 256 KB.`, null);
  const text = Buffer.from(bytes).toString("utf8");
  try {
    const body: unknown = text.trim() === "" ? null : JSON.parse(text);
    return { status, body };
  } catch (error) {
    throw failed(`${host} answers with something that is no JSON.`, error);
  }
}

/** What is said of an address inside the own network. */
export function refusePrivateFlow(host: string): FrontdeskError {
  return failed(
    `A flow calls a private address (${host}). Add the host to flows.privateHosts if you mean it.`,
    null,
  );
}

function failed(message: string, cause: unknown): FrontdeskError {
  return new FrontdeskError("flow_call_failed", message, { cause });
}
