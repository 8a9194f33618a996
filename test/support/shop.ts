import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freshFolder } from "./cli.ts";

/** A call of a flow, as the shop heard it. */
interface ShopCall {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly authorization: string;
}

/** The shop that the sample flows ask about orders. */
export interface Shop {
  readonly calls: readonly ShopCall[];
  /** What a process needs in its environment to have the sample flows, with this shop behind them. */
  readonly env: Readonly<Record<string, string>>;
  /** The next call of this method is heard and never answered. */
  keepWaiting(method: "GET" | "POST"): void;
  close(): Promise<void>;
}

/** Starts a shop and writes the sample flows into a folder where they call it. */
export async function startShop(): Promise<Shop> {
  const calls: ShopCall[] = [];
  let ignored: string | null = null;
  const server = createServer((request, response) => {
    void text(request).then(() => {
      const { method = "", url: path = "", headers } = request;
      const key = String(headers["idempotency-key"]);
      calls.push({ method, path, key, authorization: headers.authorization ?? "" });
      if (method === ignored) {
        ignored = null;
        return;
      }
      response.setHeader("content-type", "application/json");
      const answer = method === "POST" ? { number: "R-77" } : { days: 5, text: "on its way" };
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const folder = join(freshFolder(), "flows");
  mkdirSync(folder);
  const samples = new URL("../../samples/flows/", import.meta.url);
  for (const name of readdirSync(samples)) {
    const flow = readFileSync(new URL(name, samples), "utf8");
    const here = flow.replaceAll("https://orders.example.com", `http://127.0.0.1:${address.port}`);
    writeFileSync(join(folder, name), here);
  }
  return {
    calls,
    env: {
      FRONTDESK_FLOWS_FOLDER: folder,
      FRONTDESK_FLOWS_PRIVATE_HOSTS: '["127.0.0.1"]',
      FRONTDESK_FLOW_ORDERS_TOKEN: "for-tests",
    },
    keepWaiting(method) {
      ignored = method;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
