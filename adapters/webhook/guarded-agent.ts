import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent, buildConnector } from "undici";
import { FrontdeskError } from "../../src/core/index.ts";

const CONNECT_MS = 5_000;

function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

function refused(host: string): FrontdeskError {
  return new FrontdeskError(
    "webhook_failed",
    `webhooks.url leads to a private address (${host}). Set webhooks.allowPrivate if you mean it.`,
  );
}

/** Every address of a name must be public; the connection goes to the very address that was checked. */
function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses =
        typeof found === "string" ? [{ address: found, family: isIP(found) }] : found;
      const first = addresses[0];
      if (first === undefined || !addresses.every(({ address }) => isPublic(address))) {
        return callback(refused(hostname), []);
      }
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** Connections for webhooks: to public addresses only, unless told otherwise. */
export function createGuardedAgent(options: {
  readonly allowPrivate: boolean;
  /** Default: the system's resolver. */
  readonly lookup?: LookupFunction;
}): Agent {
  if (options.allowPrivate) return new Agent({ connect: { timeout: CONNECT_MS } });
  const lookup = guardedLookup(options.lookup ?? systemLookup);
  const connect = buildConnector({ lookup, timeout: CONNECT_MS });
  return new Agent({
    connect(target, callback) {
      // A literal address is connected to without any lookup.
      const host = target.hostname.replace(/^\[|\]$/gu, "");
      if (isIP(host) !== 0 && !isPublic(host)) callback(refused(host), null);
      else connect(target, callback);
    },
  });
}
