import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";

/** A mail of the server. */
interface StoredMail {
  readonly uid: number;
  readonly text: string;
}

/** A small IMAP4rev1 server with one mailbox and one folder (RFC 3501), as much of it as reading needs. */
export interface ImapServer {
  readonly port: number;
  /** Commands that were sent, without tag and password; newest last. */
  readonly commands: readonly string[];
  deliver(text: string): number;
  expunge(uid: number): void;
  /** The folder is made anew: every number means another mail from now on. */
  renumber(): void;
  /** Breaks all connections. */
  drop(): void;
  close(): Promise<void>;
}

export interface ImapServerOptions {
  readonly user: string;
  readonly password: string;
  /** Speaks TLS from the first byte. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Speaks TLS from STARTTLS on. */
  readonly startTls?: { readonly key: string; readonly cert: string };
}

const INTERNAL_DATE = '"01-Mar-2026 09:00:00 +0000"';

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/u, "$1").replaceAll(/\\(.)/gu, "$1");
}

/** The numbers of `1,3:5,9:*`. */
function isIn(set: string, uid: number, last: number): boolean {
  return set.split(",").some((part) => {
    const [from = "", to = from] = part.split(":");
    const number = (text: string): number => (text === "*" ? last : Number(text));
    const [low, high] = [number(from), number(to)].toSorted((a, b) => a - b);
    return uid >= (low ?? 0) && uid <= (high ?? 0);
  });
}

/** Listens on a free port of 127.0.0.1. */
export async function startImap(options: ImapServerOptions): Promise<ImapServer> {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  let mails: readonly StoredMail[] = [];
  let nextUid = 1;
  let validity = 7;

  const fetchLine = ({ uid, text }: StoredMail, wanted: string): string => {
    const parts = [`UID ${uid}`];
    const size = Buffer.byteLength(text);
    if (wanted.includes("RFC822.SIZE")) parts.push(`RFC822.SIZE ${size}`);
    if (wanted.includes("INTERNALDATE")) parts.push(`INTERNALDATE ${INTERNAL_DATE}`);
    if (wanted.includes("BODY.PEEK[]")) {
      const mark = wanted.includes("BODY.PEEK[]<") ? "BODY[]<0>" : "BODY[]";
      parts.push(`${mark} {${size}}\r\n${text}`);
    }
    const position = mails.findIndex((one) => one.uid === uid) + 1;
    return `* ${position} FETCH (${parts.join(" ")})`;
  };

  const answer = (command: string, rest: string): readonly string[] | null => {
    const last = mails.at(-1)?.uid ?? 0;
    switch (command) {
      case "CAPABILITY":
        return [
          `* CAPABILITY IMAP4rev1 LITERAL+${options.startTls === undefined ? "" : " STARTTLS"}`,
        ];
      case "STARTTLS":
        return options.startTls === undefined ? null : [];
      case "LOGIN": {
        const [user = "", password = ""] = rest.match(/"(?:[^"\\]|\\.)*"|\S+/gu) ?? [];
        const isRight = unquoted(user) === options.user && unquoted(password) === options.password;
        return isRight ? [] : null;
      }
      case "LIST":
        return ['* LIST (\\HasNoChildren) "/" "INBOX"'];
      case "EXAMINE":
      case "SELECT":
        if (unquoted(rest) !== "INBOX") return null;
        return [
          `* ${mails.length} EXISTS`,
          "* FLAGS (\\Seen \\Deleted)",
          `* OK [UIDVALIDITY ${validity}] ok`,
          `* OK [UIDNEXT ${nextUid}] ok`,
        ];
      case "UID SEARCH":
        return [`* SEARCH ${mails.map(({ uid }) => uid).join(" ")}`.trim()];
      case "UID FETCH": {
        const [set = "", ...wanted] = rest.split(" ");
        return mails
          .filter(({ uid }) => isIn(set, uid, last))
          .map((mail) => fetchLine(mail, wanted.join(" ")));
      }
      case "NOOP":
        return [];
      case "LOGOUT":
        return ["* BYE"];
      default:
        return null;
    }
  };

  const handle = (socket: Socket, line: string): void => {
    const [tag = "", first = "", ...words] = line.split(" ");
    const isUid = first.toUpperCase() === "UID";
    const command = (isUid ? `UID ${words[0] ?? ""}` : first).toUpperCase();
    const rest = (isUid ? words.slice(1) : words).join(" ");
    commands.push(command === "LOGIN" ? command : `${command} ${rest}`.trim());
    const lines = answer(command, rest);
    const ending = lines === null ? `${tag} NO refused` : `${tag} OK done`;
    socket.write([...(lines ?? []), ending].map((one) => `${one}\r\n`).join(""));
    if (command !== "STARTTLS" || options.startTls === undefined || lines === null) return;
    socket.removeAllListeners("data");
    listen(new TLSSocket(socket, { isServer: true, ...options.startTls }));
  };

  const listen = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    let rest = "";
    socket.on("data", (bytes: Buffer) => {
      const lines = (rest + bytes.toString("latin1")).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) handle(socket, line);
    });
  };

  const converse = (socket: Socket): void => {
    listen(socket);
    socket.write("* OK ready\r\n");
  };

  const server: Server =
    options.tls === undefined ? createServer(converse) : createTlsServer(options.tls, converse);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    commands,
    drop,
    deliver(text) {
      const uid = nextUid;
      nextUid += 1;
      mails = [...mails, { uid, text: text.replaceAll(/\r?\n/gu, "\r\n") }];
      return uid;
    },
    expunge(uid) {
      mails = mails.filter((mail) => mail.uid !== uid);
    },
    renumber() {
      validity += 1;
    },
    close() {
      drop();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
