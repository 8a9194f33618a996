import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent, buildConnector, type Dispatcher } from "undici";
import { FrontdeskError } from "../../../src/core/index.ts";

/** A request as an egress log keeps it: without what was asked, which may be a person's words. */
export interface OutgoingRequest {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
}

/** Options of {@link createGuardedDispatcher}. */
export interface GuardOptions {
  /** Lets requests reach private, loopback and link-local addresses. Default false. */
  readonly allowPrivate?: boolean;
  /** Resolves host names. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** What is said of a host inside the own network. Default: a `source_unreadable`. */
  readonly refuse?: (host: string) => FrontdeskError;
  /** Told of every request before it is sent, redirects among them. */
  readonly onRequest?: (request: OutgoingRequest) => void;
  /** Longest time to connect, in milliseconds. Default 10,000. */
  readonly connectMs?: number;
}

const CONNECT_MS = 10_000;

/**
 * A dispatcher for undici's `fetch` that connects to public addresses only. It checks at the moment of connecting, each
 * redirect anew, and connects to the very addresses it checked, so that neither a name that points inside nor one that
 * changes its mind gets through. Close it after use.
 */
export function createGuardedDispatcher(options: GuardOptions = {}): Dispatcher {
  const { onRequest } = options;
  const agent = createAgent(options);
  if (onRequest === undefined) return agent;
  return agent.compose((dispatch) => (request, handler) => {
    const { method, path } = request;
    const origin = String(request.origin ?? "");
    onRequest({ method, origin, path: path.split("?")[0] ?? "" });
    return dispatch(request, handler);
  });
}

function createAgent(options: GuardOptions): Agent {
  const { refuse = refused, connectMs: timeout = CONNECT_MS } = options;
  if (options.allowPrivate === true) return new Agent({ connect: { timeout } });
  const lookup = guardLookup(options.lookup ?? systemLookup, refuse);
  const connect = buildConnector({ lookup, timeout });
  return new Agent({
    connect(target, callback) {
      // A literal address is connected to without any lookup.
      const host = target.hostname.replace(/^\[|\]$/gu, "");
      if (isIP(host) !== 0 && !isPublicAddress(host)) callback(refuse(host), null);
      else connect(target, callback);
    },
  });
}

/** Whether an address is one of the public internet: not private, loopback, link-local, multicast, or a tunnel to these. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === "unicast";
}

/** One address that is not public among several refuses them all: which one is taken is not ours to choose. */
function guardLookup(
  lookup: LookupFunction,
  refuse: (host: string) => FrontdeskError,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses =
        typeof found === "string" ? [{ address: found, family: isIP(found) }] : found;
      const first = addresses[0];
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(refuse(hostname), []);
      }
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function refused(host: string): FrontdeskError {
  return new FrontdeskError(
    "source_unreadable",
    `leads to a private address (${host}), which is not allowed; set knowledge.allowPrivate if you mean it`,
  );
}
