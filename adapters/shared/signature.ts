import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * `t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<seconds>.<body>`. The time is signed too, so that a receiver can refuse what is
 * old, as it may have been recorded.
 */
export function signatureOf(secret: string, seconds: number, body: string): string {
  const hash = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${hash}`;
}

/** Whether two texts are the same, in a time that does not tell how far they are. */
export function isSameText(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => Buffer.from(text));
  return a !== undefined && b !== undefined && a.length === b.length && timingSafeEqual(a, b);
}

/** What is wrong with a signature: none or another secret's, or older (or newer) than the window allows. */
export function signatureFault(
  given: string,
  expected: {
    readonly secret: string;
    readonly body: string;
    readonly nowMs: number;
    readonly windowSeconds: number;
  },
): "wrong" | "old" | null {
  const [, time = ""] = /^t=(\d{1,12}),v1=[0-9a-f]{64}$/u.exec(given) ?? [];
  if (time === "") return "wrong";
  const seconds = Number(time);
  if (!isSameText(given, signatureOf(expected.secret, seconds, expected.body))) return "wrong";
  const age = Math.abs(expected.nowMs / 1000 - seconds);
  return age > expected.windowSeconds ? "old" : null;
}
