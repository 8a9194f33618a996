import type { EffectKey, SharedFile } from "../core/index.ts";

/** A file with its bytes, on its way to people. */
export interface CarriedFile {
  readonly name: string;
  readonly mediaType: string | null;
  readonly bytes: Uint8Array;
}

/** Options of a file that is put somewhere. */
export interface PutFileCall {
  /** The same for every attempt. */
  readonly key: EffectKey;
  readonly signal: AbortSignal;
}

/**
 * Where files can be shown. Errors: `delivery_uncertain`, `rate_limited`, `tickets_unavailable`, `store_unavailable` (retryable),
 * `delivery_rejected` (the platform will never take it), `files_not_permitted` (the bot lacks a permission; retryable where it cannot be
 * told whether that holds for files alone).
 */
export interface FilePlace<Where> {
  /** Shows it there once per key, however often it is asked to. Gives what {@link remove} wants to know. */
  put(file: CarriedFile, where: Where, call: PutFileCall): Promise<string>;
  /** Takes it away again, by what `put` gave. What is gone already counts as taken away. */
  remove(receipt: string, where: Where, call: { readonly signal: AbortSignal }): Promise<void>;
}

/** Where files come from: the platforms at which they lie. */
export interface FileSource {
  /**
   * The bytes of a file. Only the platform's own servers are asked, whatever address a message names.
   * @throws FrontdeskError `source_too_large`, `source_unreadable` (retryable when there was no answer), `unsupported` for a platform
   *   whose files cannot be read here
   */
  read(
    file: SharedFile,
    call: { readonly signal: AbortSignal; readonly maxBytes: number },
  ): Promise<Uint8Array>;
}
