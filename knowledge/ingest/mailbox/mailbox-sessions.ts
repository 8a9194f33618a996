import type { ImapFlow } from "imapflow";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { MailboxAddress } from "./mailbox-address.ts";
import { mailboxFault, noPassword } from "./mailbox-faults.ts";

/** How a mailbox is reached. */
export interface MailboxAccount {
  readonly host: string;
  readonly port: number;
  /** `on`: from the first byte. `starttls`: before anything is said. `off`: never; for this machine alone. */
  readonly tls: "on" | "starttls" | "off";
  readonly user: string;
  readonly password: string;
  /** Certificates (PEM) that are believed besides the system's. */
  readonly ca?: string;
}

/** A folder that is open for reading. */
export interface OpenFolder {
  readonly client: ImapFlow;
  readonly validity: string;
}

/** Folders of mailboxes, each opened once and closed when nobody has used it for a while. */
export interface MailboxSessions {
  /**
   * Does something with an open folder; nothing in it is changed, no mail counts as read.
   * @throws FrontdeskError `source_not_found`, `source_unreadable` (retryable when the server is away)
   */
  use<Result>(
    address: MailboxAddress,
    signal: AbortSignal,
    work: (folder: OpenFolder) => Promise<Result>,
  ): Promise<Result>;
  close(): Promise<void>;
}

const CONNECT_MS = 15_000;
const SILENT_MS = 60_000;
const IDLE_MS = 20_000;

async function clientOf(account: MailboxAccount): Promise<ImapFlow> {
  // Loaded by who reads mailboxes only.
  const { ImapFlow: Client } = await import("imapflow");
  const { host, port, tls, user, password, ca } = account;
  return new Client({
    host,
    port,
    secure: tls === "on",
    ...(tls === "on" ? {} : { doSTARTTLS: tls === "starttls" }),
    tls: { rejectUnauthorized: true, minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca }) },
    auth: { user, pass: password },
    // It would log what it says to the server.
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
  });
}

async function openFolder(account: MailboxAccount, folder: string): Promise<OpenFolder> {
  const client = await clientOf(account);
  // Without a listener a connection that breaks would end the process; whoever waits for it is told anyway.
  client.on("error", () => {});
  try {
    await client.connect();
    const { uidValidity } = await client.mailboxOpen(folder, { readOnly: true });
    return { client, validity: String(uidValidity) };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** @param onConnect told before each connection, for a log of what goes out */
export function createMailboxSessions(options: {
  readonly accounts: Readonly<Record<string, MailboxAccount>>;
  readonly onConnect: (account: MailboxAccount) => void;
}): MailboxSessions {
  const { accounts, onConnect } = options;
  const open = new Map<string, Promise<OpenFolder>>();
  const timers = new Map<string, NodeJS.Timeout>();

  const end = async (key: string): Promise<void> => {
    clearTimeout(timers.get(key));
    timers.delete(key);
    const folder = open.get(key);
    open.delete(key);
    await folder?.then(
      ({ client }) => client.close(),
      () => {},
    );
  };

  const folderOf = (key: string, { name, folder }: MailboxAddress): Promise<OpenFolder> => {
    const known = open.get(key);
    if (known !== undefined) return known;
    const account = Object.hasOwn(accounts, name) ? accounts[name] : undefined;
    if (account === undefined) {
      throw new FrontdeskError(
        "source_not_found",
        `imap:${name} cannot be read: the configuration names no mailbox ${name} (knowledge.mailboxes)`,
      );
    }
    if (account.password === "") throw noPassword(name);
    onConnect(account);
    const opened = openFolder(account, folder);
    open.set(key, opened);
    return opened;
  };

  return {
    async use(address, signal, work) {
      signal.throwIfAborted();
      const key = `${address.name}/${address.folder}`;
      // A call under way ends with its connection.
      const onAbort = (): void => void end(key);
      signal.addEventListener("abort", onAbort, { once: true });
      clearTimeout(timers.get(key));
      try {
        const wasOpen = open.has(key);
        try {
          return await work(await folderOf(key, address));
        } catch (error) {
          signal.throwIfAborted();
          await end(key);
          if (!wasOpen) throw error;
          // A server closes what is silent for a while: one connection may have been gone before it was used.
          return await work(await folderOf(key, address));
        }
      } catch (error) {
        signal.throwIfAborted();
        await end(key);
        throw mailboxFault(error, address);
      } finally {
        signal.removeEventListener("abort", onAbort);
        if (open.has(key)) {
          clearTimeout(timers.get(key));
          timers.set(key, setTimeout(() => void end(key), IDLE_MS).unref());
        }
      }
    },
    async close() {
      await Promise.all([...open.keys()].map(end));
    },
  };
}
