import { type Dispatcher, EnvHttpProxyAgent } from "undici";

/** Connections for downloads; HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured, as curl does. */
export function createDownloadDispatcher(): Dispatcher {
  return new EnvHttpProxyAgent({ connect: { timeout: 10_000 } });
}
